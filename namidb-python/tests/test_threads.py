"""P-32: one client, many threads."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import namidb


def on_threads(count: int, work: Callable[[int], object]) -> list[object]:
    barrier = threading.Barrier(count)

    def run(number: int) -> object:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_p32_creates_of_many_threads_are_all_there(client: namidb.Client) -> None:
    def work(thread: int) -> None:
        for i in range(50):
            client.cypher("CREATE (:N {t: $t, i: $i})", {"t": thread, "i": i})

    on_threads(8, work)
    found = client.cypher("MATCH (n:N) WITH DISTINCT n.t AS t, n.i AS i RETURN count(*) AS n").first()
    assert found == {"n": 400}
    assert client.commit_metrics()["failed"] == 0


def test_p32_increments_of_many_threads_are_all_counted(client: namidb.Client) -> None:
    client.cypher("CREATE (:Counter {v: 0})")

    def work(_thread: int) -> None:
        for _ in range(50):
            client.cypher("MATCH (x:Counter) SET x.v = x.v + 1")

    on_threads(8, work)
    assert client.cypher("MATCH (x:Counter) RETURN x.v AS v").first() == {"v": 400}


def test_writers_of_one_moment_share_puts(file_uri: str) -> None:
    with namidb.Client(file_uri) as client:
        client.cypher("CREATE (:Warm)")
        before = client.request_stats()["put"]
        on_threads(16, lambda thread: [client.cypher("CREATE (:N)") for _ in range(20)] and thread)
        assert client.request_stats()["put"] - before < 320
        assert client.cypher("MATCH (n:N) RETURN count(*) AS n").first() == {"n": 320}


def test_readers_see_whole_commits_only(client: namidb.Client) -> None:
    client.cypher("CREATE (:A {v: 0}), (:B {v: 0})")
    stop = threading.Event()

    def read(_thread: int) -> int:
        seen = 0
        while not stop.is_set():
            row = client.cypher("MATCH (a:A), (b:B) RETURN a.v AS a, b.v AS b").first()
            assert row is not None
            assert row["a"] == row["b"] >= seen
            seen = row["a"]
        return seen

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read, number) for number in range(3)]
        for _ in range(100):
            client.cypher("MATCH (a:A), (b:B) SET a.v = a.v + 1, b.v = b.v + 1")
        stop.set()
        assert all(reader.result() <= 100 for reader in readers)


def test_rows_staged_by_many_threads_are_committed_once(client: namidb.Client) -> None:
    def work(_thread: int) -> int:
        committed = 0
        for _ in range(20):
            client.merge_nodes("N", [{"id": namidb.uuid7()} for _ in range(10)])
            committed += client.commit() is not None
        return committed

    on_threads(6, work)
    client.commit()
    assert client.pending == 0
    assert client.node_count == 1_200


def test_clients_come_and_go_on_many_threads(file_uri: str) -> None:
    def work(thread: int) -> None:
        for i in range(5):
            with namidb.Client(file_uri) as client:
                client.cypher("CREATE (:N {t: $t, i: $i})", {"t": thread, "i": i})

    on_threads(4, work)
    with namidb.Client(file_uri) as client:
        assert client.node_count == 20
