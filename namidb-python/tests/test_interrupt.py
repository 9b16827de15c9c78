"""F10: Ctrl-C stops what runs, whether it computes, writes or waits, and the client goes on."""

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyarrow as pa
import pytest
from undisturbed import Clock

import namidb

pytestmark = pytest.mark.usefixtures("nothing_of_others_is_collected")

AT_ONCE = 0.1
"""Seconds until what was interrupted has stopped, without what a busy machine took."""
LONG = "UNWIND range(1, 30000) AS a UNWIND range(1, 30000) AS b WITH a + b AS s WHERE s < 0 RETURN count(*) AS n"
LONG_WRITE = "UNWIND range(1, 30000) AS a UNWIND range(1, 30000) AS b WITH a + b AS s WHERE s = 7 CREATE (:N {s: s})"


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Interrupts the block, and checks how soon it has stopped."""
    clock = Clock()
    interrupted = []

    def interrupt() -> None:
        interrupted.append(clock.now())
        signal.raise_signal(signal.SIGINT)

    timer = threading.Timer(seconds, interrupt)
    timer.start()
    try:
        yield
    except KeyboardInterrupt:
        stopped = clock.now()
        assert stopped - interrupted[0] < AT_ONCE
        raise
    finally:
        timer.cancel()
        timer.join()


@pytest.mark.parametrize("query", [LONG, LONG_WRITE], ids=["read", "write"])
def test_f10_ctrl_c_stops_a_query_within_a_fraction_of_a_second(memory: namidb.Client, query: str) -> None:
    with pytest.raises(KeyboardInterrupt) as raised, interrupted_after(0.1):
        memory.cypher(query)
    assert raised.value.outcome == "not_applied"  # type: ignore[attr-defined]
    assert memory.cypher("MATCH (n) RETURN count(*) AS n").first() == {"n": 0}


@pytest.mark.parametrize(
    "query",
    [
        "UNWIND range(1, 5000000) AS x RETURN x ORDER BY x % 1013, -x",
        "UNWIND range(1, 2000000) AS x RETURN count(DISTINCT toString(x)) AS n",
        "UNWIND range(1, 8000000) AS x RETURN size(collect('abc' + x)) AS n",
        "RETURN reduce(sum = 0, x IN range(1, 1000000000) | sum + x) AS n",
        "RETURN size([x IN range(1, 1000000000) WHERE x % 100 = 0 | x * 2]) AS n",
        "RETURN all(x IN range(1, 1000000000) WHERE x > 0) AS n",
        "UNWIND range(1, 3000000) AS x CREATE (:Q {x: x, y: 'text ' + x})",
        "FOREACH (x IN range(1, 3000000) | CREATE (:F {x: x}))",
        "UNWIND range(1, 3000000) AS x RETURN x, 'a' + x AS s, [x, x] AS l",
    ],
    ids=lambda query: " ".join(re.findall("[A-Za-z]{3,}", query)[:6]),
)
def test_f10_ctrl_c_stops_what_holds_much(memory: namidb.Client, query: str) -> None:
    with pytest.raises(KeyboardInterrupt), interrupted_after(0.3):
        memory.cypher(query)


def test_f10_ctrl_c_stops_a_query_of_a_transaction(memory: namidb.Client) -> None:
    with memory.transaction() as tx:
        tx.cypher("CREATE (:A)")
        with pytest.raises(KeyboardInterrupt), interrupted_after(0.1):
            tx.cypher(LONG_WRITE)
        assert tx.status == "open"
    assert memory.cypher("MATCH (n) RETURN count(*) AS n").first() == {"n": 1}


def test_p18_f10_ctrl_c_stops_opening(file_uri: str) -> None:
    with namidb.Client(file_uri) as client:
        client.cypher("UNWIND range(1, 300000) AS i CREATE (:N {i: i, s: toString(i)})")
    with pytest.raises(KeyboardInterrupt), interrupted_after(0.03):
        namidb.Client(file_uri)
    with namidb.Client(file_uri) as client:
        assert client.node_count == 300_000


@pytest.mark.parametrize("what", ["rows", "values", "merge", "parameters", "scan", "look up", "merge a table"])
def test_p18_f10_ctrl_c_stops_making_and_reading_objects(memory: namidb.Client, what: str) -> None:
    ids = [namidb.uuid7() for _ in range(1_000)]
    many = [{"id": id_, "x": [1, 2, 3]} for id_ in ids] * 500
    table = pa.table({"id": ids * 500, "x": [[str(i), "x"] for i in range(500_000)]})
    memory.cypher("UNWIND range(1, 300000) AS i CREATE (:N {i: i, s: toString(i)})")
    result = memory.cypher("UNWIND range(1, 1000000) AS i RETURN i, toString(i) AS s, [i] AS l")
    work: dict[str, Callable[[], object]] = {
        "rows": result.rows,
        "values": result.values,
        "merge": lambda: memory.merge_nodes("M", many),
        "parameters": lambda: memory.cypher("RETURN size($many) AS n", {"many": many}),
        "scan": lambda: memory.scan_label("N"),
        "look up": lambda: memory.lookup_nodes("N", ids * 5_000),
        "merge a table": lambda: memory.merge_nodes("M", table),
    }
    with pytest.raises(KeyboardInterrupt), interrupted_after(0.05):
        work[what]()
    assert memory.pending == 0
    assert memory.cypher("RETURN 1 AS x").scalar() == 1


def test_a_handler_s_own_exception_comes_out(memory: namidb.Client) -> None:
    class EnoughError(Exception):
        pass

    def handler(_number: int, _frame: object) -> None:
        raise EnoughError

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(EnoughError):
            memory.cypher(LONG)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert memory.cypher("RETURN 1 AS x").first() == {"x": 1}


def test_a_handler_that_returns_does_not_stop_the_query(memory: namidb.Client) -> None:
    seen = []
    before = signal.signal(signal.SIGALRM, lambda *_: seen.append(memory.cypher("RETURN 1 AS x").first()))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.06)
        found = memory.cypher("UNWIND range(1, 6000) AS a UNWIND range(1, 6000) AS b RETURN sum(a + b) AS s").first()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert found == {"s": 6_000 * 6_000 * 6_001}
    assert seen == [{"x": 1}]


def test_ctrl_c_in_a_script_is_a_keyboard_interrupt() -> None:
    script = f"""
import namidb
client = namidb.Client("memory://x")
print("ready", flush=True)
client.cypher({LONG!r})
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.2)
        begun = time.perf_counter()
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=5)
    assert time.perf_counter() - begun < 1
    assert b"KeyboardInterrupt" in stderr
    assert b"panicked" not in stderr


def test_a_handler_cannot_use_the_transaction_that_it_interrupts(memory: namidb.Client) -> None:
    tx = memory.begin()
    raised = []

    def handler(_number: int, _frame: object) -> None:
        for use in (tx.commit, lambda: tx.cypher("RETURN 1"), lambda: tx.status):
            try:
                use()
            except ValueError as error:
                raised.append(str(error))

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.06)
        tx.cypher("UNWIND range(1, 6000) AS a UNWIND range(1, 6000) AS b RETURN sum(a + b) AS s")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(raised) == 3
    assert all("signal handler" in message for message in raised)
    tx.rollback()
