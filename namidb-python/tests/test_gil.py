"""F9, E-15, A5: other threads of Python run while the engine does.

A thread beats once in a millisecond. What keeps it from beating is the interpreter's lock, or the scheduler of a busy
machine; the second is taken away, as Linux tells how long it was. On a machine that never lets it beat in time, it is
compared with how it beats beside work that certainly leaves the lock alone.
"""

import gc
import hashlib
import io
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from undisturbed import Clock, steady

import namidb

pytestmark = pytest.mark.usefixtures("nothing_of_others_is_collected")

GAP_MAX = 0.02
"""Seconds between two beats."""


@pytest.fixture(autouse=True)
def _without_collector() -> Iterator[None]:
    """Python's collector of cycles looks at all objects with the lock held, whoever made them."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def worst_gap(work: Callable[[], object]) -> float:
    """The longest pause of a beating thread while `work` runs, in seconds."""
    worker = Clock()
    beats: list[tuple[float, float]] = []
    stop = threading.Event()

    def beat() -> None:
        own = Clock()
        while not stop.is_set():
            # What was taken from either thread: from this one, or from that which held the lock meanwhile.
            beats.append((time.perf_counter(), own.taken() + worker.taken()))
            time.sleep(0.001)

    thread = threading.Thread(target=beat)
    thread.start()
    while len(beats) < 5:
        time.sleep(0.001)
    begun = time.perf_counter()
    # Kept until the end: taking many objects apart is Python's own work.
    result = work()
    seen = len(beats)
    while len(beats) < seen + 2:
        time.sleep(0.001)
    stop.set()
    thread.join()
    del result
    during = [beat for beat in beats if begun - 0.005 <= beat[0]]
    pairs = itertools.pairwise(during)
    return max((b - a) - (later - before) for (a, before), (b, later) in pairs)


def gap_beside_digests() -> float:
    """The same beside work that has nothing to do with us, and lets go of the lock."""
    return worst_gap(lambda: hashlib.pbkdf2_hmac("sha256", b"", b"", 300_000))


def check_gap(attempt: Callable[[], float]) -> None:
    """Whether there is no gap that matters."""
    gap = steady(GAP_MAX, attempt)
    if gap >= GAP_MAX:
        others = steady(GAP_MAX, gap_beside_digests)
        assert others >= GAP_MAX, f"a gap of {gap * 1e3:.0f} ms, and of {others * 1e3:.0f} ms beside other work"
        assert gap < 2 * others, f"a gap of {gap * 1e3:.0f} ms, and of {others * 1e3:.0f} ms beside other work"


@pytest.mark.parametrize(
    "what",
    [
        "query",
        "write",
        "parameters",
        "rows",
        "values",
        "arrow",
        "merge",
        "merge a table",
        "commit",
        "scan",
        "scan as a table",
        "look up",
        "flush",
        "open",
        "snapshot to a file",
        "snapshot to an object",
        "restore from a file",
        "restore from an object",
    ],
)
def test_f09_e15_the_lock_is_released_in_long_calls(
    file_uri: str, tmp_path_factory: pytest.TempPathFactory, what: str
) -> None:
    people = [{"id": namidb.uuid7(), "name": f"p{i}", "age": i, "tags": ["a", "b"]} for i in range(40_000)]
    ids = [str(row["id"]) for row in people]
    table = pa.Table.from_pylist(people)
    client = namidb.Client(file_uri if what in {"commit", "flush", "open"} else "memory://x")
    result = client.cypher("UNWIND range(1, 200000) AS i RETURN i, toString(i) AS s")
    stored = {"scan", "scan as a table", "look up", "open"}
    if what in stored or "snapshot" in what or "restore" in what:
        client.merge_nodes("P", people)
        client.commit()
    path = tmp_path_factory.mktemp("files") / "graph.snapshot"
    if "restore" in what:
        client.snapshot_to(path)
    work: dict[str, Callable[[], object]] = {
        "query": lambda: client.cypher("UNWIND range(1, 2000000) AS i RETURN sum(i % 7) AS s"),
        "write": lambda: client.cypher("UNWIND range(1, 50000) AS i CREATE (:N {i: i})"),
        "parameters": lambda: client.cypher("RETURN size($people) AS n", {"people": people}),
        "rows": result.rows,
        "values": result.values,
        "arrow": result.to_arrow,
        "merge": lambda: client.merge_nodes("P", people),
        "merge a table": lambda: client.merge_nodes("P", table),
        "commit": client.commit,
        "scan": lambda: client.scan_label("P"),
        "scan as a table": lambda: client.scan_label_arrow("P"),
        "look up": lambda: client.lookup_nodes("P", ids),
        "flush": client.flush,
        "open": lambda: namidb.Client(file_uri),
        "snapshot to a file": lambda: client.snapshot_to(path),
        "snapshot to an object": lambda: client.snapshot_to(io.BytesIO()),
        "restore from a file": lambda: namidb.Client.from_snapshot(path),
        "restore from an object": lambda: namidb.Client.from_snapshot(io.BytesIO(path.read_bytes())),
    }

    def attempt() -> float:
        # What the attempt before has done is to be done again.
        if what in {"commit", "flush"}:
            client.merge_nodes("P", people)
        if what == "flush":
            client.commit()
        return worst_gap(work[what])

    with client:
        check_gap(attempt)
        client.rollback()


def test_a_big_result_is_freed_without_the_lock(memory: namidb.Client) -> None:
    def attempt() -> float:
        held = [memory.cypher("UNWIND range(1, 400000) AS i RETURN [i, toString(i)] AS l, {k: toString(i)} AS m")]
        return worst_gap(held.clear)

    check_gap(attempt)


def test_the_clock_takes_away_what_the_scheduler_took(tmp_path: Path) -> None:
    clock = Clock()
    begun, taken = time.perf_counter(), clock.taken()
    time.sleep(0.05)
    assert clock.taken() - taken < time.perf_counter() - begun
    assert clock.now() <= time.perf_counter()
