"""Time without what the scheduler took: how long a thread was ready to run, and another ran in its place, is not ours.

Linux tells it for every thread. Elsewhere nothing is taken away; and where a machine is itself one of several on
another one, nobody tells what those take. So whatever took too long is measured again.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

ATTEMPTS = 15
"""So often is done again what took too long."""
IN_A_ROW = 3
"""So many attempts must be good after one that was not."""
HANGS = 300
"""Seconds that nothing in the tests takes, whatever the store and however busy the machine: what takes longer hangs."""


def steady(limit: float, attempt: Callable[[], float]) -> float:
    """What an attempt gives, which should be below a limit: the first, or else the most of several in a row.

    What comes of us comes again and again, and what others do to the machine does not.
    """
    values: list[float] = []
    for number in range(ATTEMPTS):
        # Whoever is in the way may be gone in a moment.
        time.sleep(0.05 * number)
        values.append(attempt())
        if (number == 0 or number >= IN_A_ROW) and max(values[-IN_A_ROW:]) < limit:
            break
    return min(max(values[at : at + IN_A_ROW]) for at in range(max(1, len(values) - IN_A_ROW + 1)))


def _taken(task: Path) -> float:
    """Seconds that a thread was ready to run and did not."""
    try:
        return int((task / "schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


class Clock:
    """The clock of one thread; any thread may look."""

    def __init__(self) -> None:
        self._task = Path(f"/proc/self/task/{threading.get_native_id()}")

    def taken(self) -> float:
        """Seconds that the thread was ready to run and did not."""
        return _taken(self._task)

    def now(self) -> float:
        """Seconds that were the thread's own: running, or waiting for something."""
        return time.perf_counter() - self.taken()


class ProcessClock:
    """The clock of all threads of the process together: for what goes from one to another."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._before = self._taken()

    @staticmethod
    def _taken() -> dict[str, float]:
        tasks = Path("/proc/self/task")
        return {task.name: _taken(task) for task in tasks.iterdir()} if tasks.exists() else {}

    def elapsed(self) -> float:
        """Seconds since the clock was made, without those that any of the threads was ready to run and did not."""
        now = self._taken()
        taken = sum(seconds - self._before.get(task, 0.0) for task, seconds in now.items())
        return time.perf_counter() - self._begun - taken
