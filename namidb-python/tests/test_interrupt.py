"""F10: Ctrl-C stops what runs, whether it computes, writes or waits, and the client goes on."""

import math
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pyarrow as pa
import pytest
from undisturbed import ATTEMPTS, Clock, steady

import namidb
from namidb import errors

pytestmark = pytest.mark.usefixtures("nothing_of_others_is_collected", "_ctrl_c_interrupts")

AT_ONCE = 0.1
"""Seconds until what was interrupted has stopped, without what a busy machine took."""
LONG = "UNWIND range(1, 300000) AS a UNWIND range(1, 300000) AS b WITH a + b AS s WHERE s < 0 RETURN count(*) AS n"
LONG_WRITE = "UNWIND range(1, 300000) AS a UNWIND range(1, 300000) AS b WITH a + b AS s WHERE s = 7 CREATE (:N {s: s})"


@pytest.fixture
def _ctrl_c_interrupts() -> Iterator[None]:
    """Where tests run in the background of a shell it is ignored, and so it would be in processes that they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Interrupted:
    """Work that is interrupted so many seconds after it began: what it raised, and how soon."""

    def __init__(self, work: Callable[[], object], seconds: float) -> None:
        self.error: KeyboardInterrupt | None = None
        self.took = math.inf
        clock = Clock()
        over = threading.Event()
        sent: list[float] = []

        def interrupt() -> None:
            if not over.wait(seconds):
                sent.append(clock.now())
                signal.raise_signal(signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        ended = False
        try:
            thread.start()
            work()
            ended = True
            over.set()
            thread.join()
        except KeyboardInterrupt as error:
            # One that came after the work says nothing of it.
            if not ended:
                self.took = clock.now() - sent[0]
                self.error = error
        thread.join()


def interrupt(work: Callable[[], object], seconds: float) -> KeyboardInterrupt:
    """Interrupts the work, checks how soon it has stopped, and gives what was raised. Work that had ended before
    anybody could interrupt it is done again."""
    attempts: list[Interrupted] = []

    def attempt() -> float:
        attempts.append(Interrupted(work, seconds))
        return attempts[-1].took

    assert steady(AT_ONCE, attempt) < AT_ONCE
    error = attempts[-1].error
    assert error is not None
    return error


@pytest.mark.parametrize("query", [LONG, LONG_WRITE], ids=["read", "write"])
def test_f10_ctrl_c_stops_a_query_within_a_fraction_of_a_second(memory: namidb.Client, query: str) -> None:
    error = interrupt(lambda: memory.cypher(query), 0.1)
    assert error.outcome == "not_applied"  # type: ignore[attr-defined]
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
    interrupt(lambda: memory.cypher(query), 0.3)


def test_f10_ctrl_c_stops_a_query_of_a_transaction(memory: namidb.Client) -> None:
    with memory.transaction() as tx:
        tx.cypher("CREATE (:A)")
        interrupt(lambda: tx.cypher(LONG_WRITE), 0.1)
        assert tx.status == "open"
    assert memory.cypher("MATCH (n) RETURN count(*) AS n").first() == {"n": 1}


def test_p18_f10_ctrl_c_stops_opening(file_uri: str) -> None:
    with namidb.Client(file_uri) as client:
        client.cypher("UNWIND range(1, 300000) AS i CREATE (:N {i: i, s: toString(i)})")
    interrupt(lambda: namidb.Client(file_uri), 0.03)
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

    def from_nothing() -> object:
        memory.rollback()
        return work[what]()

    interrupt(from_nothing, 0.05)
    assert memory.pending == 0
    assert memory.cypher("RETURN 1 AS x").scalar() == 1


def test_a_handler_s_own_exception_comes_out(memory: namidb.Client) -> None:
    class EnoughError(Exception):
        pass

    def handler(_number: int, _frame: object) -> None:
        raise EnoughError

    def interrupted() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        memory.cypher(LONG)

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with pytest.raises(EnoughError):
            interrupted()
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

    command = [sys.executable, "-c", script]
    said: list[bytes] = []

    def attempt() -> float:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(0.2)
            begun = time.perf_counter()
            process.send_signal(signal.SIGINT)
            said.append(process.communicate()[1])
        return time.perf_counter() - begun

    assert steady(1, attempt) < 1
    assert b"KeyboardInterrupt" in said[-1]
    assert b"panicked" not in said[-1]


def test_a_handler_cannot_use_the_transaction_that_it_interrupts(memory: namidb.Client) -> None:
    raised: list[str] = []

    def handler(_number: int, _frame: object) -> None:
        for use in (tx.commit, lambda: tx.cypher("RETURN 1"), lambda: tx.status):
            try:
                use()
            except ValueError as error:
                raised.append(str(error))

    before = signal.signal(signal.SIGALRM, handler)
    try:
        for _ in range(ATTEMPTS):
            raised.clear()
            tx = memory.begin()
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.06)
                tx.cypher("UNWIND range(1, 6000) AS a UNWIND range(1, 6000) AS b RETURN sum(a + b) AS s")
                signal.setitimer(signal.ITIMER_REAL, 0)
                tx.rollback()
            except errors.TransactionClosed:
                # The signal came before the statement had begun, and then a handler may do what it likes.
                continue
            if raised:
                break
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(raised) == 3
    assert all("signal handler" in message for message in raised)
