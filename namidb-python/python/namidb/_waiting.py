"""Coroutines over jobs: asyncio and trio, each by its own means, with nothing in between.

A job runs Python code on a thread of the engine and calls back when it has ended. Cancelling the coroutine cancels
the calls in the job, and waits for its end, which comes within a fraction of a second, so that afterwards it is settled
what became of it.
"""

import asyncio
import contextvars
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from namidb._namidb import Job, _submit

_T = TypeVar("_T")


async def in_job(work: Callable[[], _T]) -> _T:
    """Runs `work` as a job to its end, and gives its result."""
    context = contextvars.copy_context()
    found: _T = await (_on_trio if in_trio() else _on_asyncio)(lambda: context.run(work))
    return found


async def pause(seconds: float) -> None:
    """Lets others run for a while."""
    if in_trio():
        import trio

        await trio.sleep(seconds)
    else:
        await asyncio.sleep(seconds)


def in_trio() -> bool:
    """Whether the code runs in a task of trio."""
    trio = sys.modules.get("trio")
    if trio is None:
        return False
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        return False
    return True


async def _on_asyncio(work: Callable[[], Any]) -> Any:
    loop = asyncio.get_running_loop()
    ended = loop.create_future()

    def settle() -> None:
        if not ended.done():
            ended.set_result(None)

    def callback() -> None:
        try:
            loop.call_soon_threadsafe(settle)
        except RuntimeError:
            # The loop is closed, and with it went whoever waited.
            return

    job = _submit(work, callback)
    try:
        # The shield: a cancellation ends the waiting here, and `ended` goes on to tell when the job does.
        await asyncio.shield(ended)
    except asyncio.CancelledError as cancelled:
        job.cancel()
        await asyncio.wait([ended])
        _tell_outcome(cancelled, job)
        raise
    return job.result()


async def _on_trio(work: Callable[[], Any]) -> Any:
    import trio

    task = trio.lowlevel.current_task()
    token = trio.lowlevel.current_trio_token()
    cancel: Callable[[], None] | None = None

    def callback() -> None:
        try:
            token.run_sync_soon(trio.lowlevel.reschedule, task)
        except trio.RunFinishedError:
            # Nobody waits any more.
            return

    def abort(raise_cancelled: Callable[[], None]) -> trio.lowlevel.Abort:
        nonlocal cancel
        cancel = raise_cancelled
        job.cancel()
        return trio.lowlevel.Abort.FAILED

    await trio.lowlevel.checkpoint_if_cancelled()
    job = _submit(work, callback)
    await trio.lowlevel.wait_task_rescheduled(abort)
    if cancel is not None:
        try:
            cancel()
        except trio.Cancelled as cancelled:
            _tell_outcome(cancelled, job)
            raise
    return job.result()


def _tell_outcome(cancelled: BaseException, job: Job) -> None:
    """Notes on the exception what became of the job: `applied`, `not_applied`, or `unknown`."""
    try:
        job.result()
    except Exception as error:
        outcome = getattr(error, "outcome", "not_applied")
    else:
        outcome = "applied"
    cancelled.outcome = outcome  # type: ignore[attr-defined]
