"""Time without what the scheduler took: how long a thread was ready to run, and another ran in its place, is not ours.

Linux tells it for every thread. Elsewhere nothing is taken away.
"""

import threading
import time
from pathlib import Path


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
