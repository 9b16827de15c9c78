"""Coroutines on asyncio and on trio: real ones, that stop when they are cancelled."""

import asyncio
import inspect
import math
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
import trio
from undisturbed import HANGS, Clock, ProcessClock, steady

import namidb
from namidb import errors
from namidb._namidb import _submit

pytestmark = pytest.mark.usefixtures("nothing_of_others_is_collected")

AT_ONCE = 0.1
"""Seconds until what was cancelled has stopped, without what a busy machine took."""
LONG = "UNWIND range(1, 300000) AS a UNWIND range(1, 300000) AS b WITH a + b AS s WHERE s < 0 RETURN count(*) AS n"
LONG_WRITE = "UNWIND range(1, 300000) AS a UNWIND range(1, 300000) AS b WITH a + b AS s WHERE s = 7 CREATE (:N {s: s})"

Run = Callable[[Callable[[], Awaitable[Any]]], Any]


@pytest.fixture(params=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs an async function on each library in turn."""
    if request.param == "trio":
        return trio.run
    return lambda main: asyncio.run(main())  # type: ignore[arg-type]


def test_x06_acypher_is_a_coroutine_function() -> None:
    assert inspect.iscoroutinefunction(namidb.Client.acypher)


def test_twins_do_what_their_siblings_do(uri: str, run: Run) -> None:
    async def main() -> None:
        async with namidb.Client(uri) as client:
            ids = [namidb.uuid7() for _ in range(3)]
            assert await client.amerge_nodes("N", [{"id": i} for i in ids]) == 3
            assert await client.amerge_edges("R", [{"src": ids[0], "dst": ids[1]}]) == 1
            assert await client.acommit() == 1
            assert await client.acommit() is None
            await client.aflush()
            assert await client.arefresh() == 1
            result = await client.acypher("MATCH (n:N) WHERE n.x IS NULL RETURN count(*) AS n", {"x": 1}, timeout=HANGS)
            assert result.first() == {"n": 3}
            with pytest.raises(errors.ReadOnlyError):
                await client.acypher("CREATE (:N)", read_only=True)
        assert client.closed

    run(main)


def test_errors_come_out_of_the_coroutine(memory: namidb.Client, run: Run) -> None:
    async def main() -> None:
        with pytest.raises(errors.CypherSemanticError) as raised:
            await memory.acypher("RETURN x")
        assert raised.value.query == "RETURN x"
        with pytest.raises(errors.ParameterError):
            await memory.acypher("RETURN $x", {"x": object()})
        with pytest.raises(errors.QueryTimeout):
            await memory.acypher(LONG, timeout=0.05)

    run(main)


def test_e22_create_task_gather_and_wait_for_work(client: namidb.Client) -> None:
    async def main() -> None:
        task = asyncio.create_task(client.acypher("RETURN 1 AS x"))
        assert (await task).first() == {"x": 1}
        await asyncio.gather(*(client.acypher("CREATE (:N {i: $i})", {"i": i}) for i in range(200)))
        found = await asyncio.wait_for(client.acypher("MATCH (n:N) RETURN count(DISTINCT n.i) AS n"), HANGS)
        assert found.first() == {"n": 200}
        async with asyncio.timeout(HANGS):
            await client.acypher("RETURN 1 AS x")
        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(client.acypher("CREATE (:M)"))
        assert client.cypher("MATCH (m:M) RETURN count(*) AS n").first() == {"n": 5}

    asyncio.run(main())


def test_e22_trio_nurseries_and_scopes_work(client: namidb.Client) -> None:
    async def main() -> None:
        async def create(number: int) -> None:
            await client.acypher("CREATE (:N {i: $i})", {"i": number})

        async with trio.open_nursery() as nursery:
            for number in range(50):
                nursery.start_soon(create, number)
        with trio.fail_after(HANGS):
            found = await client.acypher("MATCH (n:N) RETURN count(DISTINCT n.i) AS n")
        assert found.first() == {"n": 50}

    trio.run(main)


@pytest.mark.parametrize("query", [LONG, LONG_WRITE], ids=["read", "write"])
def test_p18_f10_cancelling_on_asyncio_stops_the_query(memory: namidb.Client, query: str) -> None:
    async def main() -> float:
        task = asyncio.create_task(memory.acypher(query))
        await asyncio.sleep(0.1)
        clock = ProcessClock()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as raised:
            await task
        took = clock.elapsed()
        assert raised.value.outcome == "not_applied"  # type: ignore[attr-defined]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(memory.acypher(query), 0.1)
        assert (await memory.acypher("MATCH (n:N) RETURN count(*) AS n")).first() == {"n": 0}
        return took

    assert steady(AT_ONCE, lambda: asyncio.run(main())) < AT_ONCE


@pytest.mark.parametrize("query", [LONG, LONG_WRITE], ids=["read", "write"])
def test_p18_f10_cancelling_on_trio_stops_the_query(memory: namidb.Client, query: str) -> None:
    async def main() -> float:
        clock = ProcessClock()
        begun = False
        with trio.move_on_after(0.1) as scope:
            await trio.lowlevel.checkpoint()
            begun = True
            await memory.acypher(query)
        took = clock.elapsed() if begun else math.inf
        assert scope.cancelled_caught
        assert (await memory.acypher("MATCH (n:N) RETURN count(*) AS n")).first() == {"n": 0}
        return took - 0.1

    assert steady(AT_ONCE, lambda: trio.run(main)) < AT_ONCE


@pytest.mark.parametrize("what", ["open", "merge", "rows of a snapshot"])
def test_p18_f10_cancelling_stops_every_coroutine(file_uri: str, what: str) -> None:
    many = [{"id": namidb.uuid7(), "x": [1, 2, 3]} for _ in range(1_000)] * 500
    with namidb.Client(file_uri) as writer:
        writer.cypher("UNWIND range(1, 300000) AS i CREATE (:N {i: i, s: toString(i)})")

    async def main() -> float:
        async with await namidb.AsyncClient.open(file_uri) as client:
            work: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
                "open": lambda: namidb.AsyncClient.open(file_uri),
                "merge": lambda: client.merge_nodes("M", many),
                "rows of a snapshot": lambda: client.scan_label("N"),
            }
            task = asyncio.create_task(work[what]())
            await asyncio.sleep(0.05)
            if task.done():
                # Too late: there is nothing to cancel any more.
                opened = await task
                if isinstance(opened, namidb.AsyncClient):
                    await opened.close()
                return math.inf
            clock = ProcessClock()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            took = clock.elapsed()
            assert client.pending == 0
            assert await client.node_count() == 300_000
            return took

    assert steady(AT_ONCE, lambda: asyncio.run(main())) < AT_ONCE


def test_cancel_stops_every_query_of_the_client(memory: namidb.Client) -> None:
    begun = threading.Semaphore(0)

    def begin(_: int) -> int:
        begun.release()
        return 0

    memory.register_function("my.begin", begin)
    query = (
        "WITH my.begin($i) AS zero UNWIND range(1, 300000) AS a UNWIND range(1, 300000) AS b "
        "WITH zero, a + b AS s WHERE s < zero RETURN count(*) AS n"
    )

    async def main() -> None:
        tasks = []
        for i in range(3):
            tasks.append(asyncio.create_task(memory.acypher(query, {"i": i})))
            assert await asyncio.to_thread(begun.acquire, timeout=HANGS)
        assert memory.cancel() == 3
        for task in tasks:
            with pytest.raises(errors.QueryCancelled):
                await task
        assert memory.cancel() == 0

    asyncio.run(main())


def test_a_cancelled_task_can_be_awaited_with_others_still_running(memory: namidb.Client) -> None:
    async def main() -> None:
        stays = asyncio.create_task(memory.acypher("UNWIND range(1, 300000) AS i RETURN sum(i) AS s"))
        goes = asyncio.create_task(memory.acypher(LONG))
        await asyncio.sleep(0.01)
        goes.cancel()
        assert (await stays).first() == {"s": 45_000_150_000}
        with pytest.raises(asyncio.CancelledError):
            await goes

    asyncio.run(main())


def test_the_loop_goes_on_while_a_query_runs(memory: namidb.Client) -> None:
    async def main() -> float:
        query = asyncio.create_task(memory.acypher("UNWIND range(1, 2000000) AS i RETURN sum(i % 7) AS s"))
        clock = Clock()
        worst = 0.0
        while not query.done():
            begun = clock.now()
            await asyncio.sleep(0.001)
            worst = max(worst, clock.now() - begun)
        assert (await query).first() is not None
        return worst

    assert steady(0.1, lambda: asyncio.run(main())) < 0.1


def test_without_a_loop_the_error_is_python_s(memory: namidb.Client) -> None:
    coroutine = memory.acypher("RETURN 1 AS x")
    with pytest.raises(RuntimeError, match="no running event loop"):
        coroutine.send(None)


def test_a_loop_that_closes_while_a_query_runs_is_no_error(memory: namidb.Client) -> None:
    async def main() -> None:
        _submit(lambda: memory.cypher(LONG, timeout=0.2), asyncio.get_running_loop().stop)
        await asyncio.sleep(0)

    asyncio.run(main())
    time.sleep(0.4)
    assert memory.cypher("RETURN 1 AS x").first() == {"x": 1}
