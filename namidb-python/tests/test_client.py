"""What a client offers beyond the seeds' samples: lookups, snapshots, managed transactions, many bindings, pickling."""

import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from undisturbed import HANGS

import namidb
from namidb import errors


def test_p22_many_lookups_see_one_moment(client: namidb.Client) -> None:
    ids = [namidb.uuid7() for _ in range(3)]
    client.merge_nodes("A", [{"id": ids[0], "x": 0}, {"id": ids[1], "x": 1}])
    client.commit()
    found = client.lookup_nodes("A", [ids[2], ids[1], ids[1], ids[0]])
    assert [node and node["properties"]["x"] for node in found] == [None, 1, 1, 0]
    assert found[1] == client.lookup_node("A", ids[1])
    assert client.lookup_nodes("B", ids) == [None, None, None]
    assert client.lookup_nodes("A", iter(())) == []
    with pytest.raises(errors.ParameterError, match="invalid UUID") as raised:
        client.lookup_nodes("A", [ids[0], "nope"])
    assert raised.value.path == "ids[1]"


def test_a_snapshot_stays_as_it_is(client: namidb.Client) -> None:
    client.cypher("CREATE (:A {x: 1})-[:R]->(:B)")
    before = client.snapshot()
    client.cypher("MATCH (a:A) SET a.x = 2 CREATE (:A)-[:R]->(:A)")
    client.flush()
    assert before.cypher("MATCH (a:A) RETURN a.x AS x").rows() == [{"x": 1}]
    assert (before.node_count, before.relationship_count) == (2, 1)
    assert [node["properties"] for node in before.scan_label("A")] == [{"x": 1}]
    assert before.scan_label_arrow("A").num_rows == len(before.scan_edge_type("R")) == 1
    assert before.sequence == 1
    assert client.snapshot().sequence == 2
    with pytest.raises(errors.ReadOnlyError):
        before.cypher("CREATE (:A)")
    client.close()
    assert before.cypher("MATCH (a:A) RETURN count(*) AS n").scalar() == 1


def test_many_bindings_are_one_commit(client: namidb.Client) -> None:
    summary = client.cypher_many("CREATE (:N {i: $i})", ({"i": i} for i in range(500)))
    assert (summary.counters.nodes_created, summary.executions, summary.bookmark) == (500, 500, 1)
    assert client.cypher("MATCH (n:N) RETURN count(DISTINCT n.i) AS n").scalar() == 500
    # Each sees what those before it did.
    client.cypher_many("MERGE (c:Counter {name: $name}) SET c.n = coalesce(c.n, 0) + 1", [{"name": "c"}] * 7)
    assert client.cypher("MATCH (c:Counter) RETURN c.n AS n").rows() == [{"n": 7}]
    assert client.cypher_many("CREATE (:N {i: $i})", []).executions == 0


def test_many_bindings_are_all_or_nothing(client: namidb.Client) -> None:
    with pytest.raises(errors.ArithmeticFault) as raised:
        client.cypher_many("CREATE (:N {x: 1 / $i})", [{"i": 1}, {"i": 2}, {"i": 0}])
    assert raised.value.hint is not None
    assert "Number 2 of the parameters" in raised.value.hint
    with pytest.raises(errors.MissingParameterError):
        client.cypher_many("CREATE (:N {x: $i})", [{"i": 1}, {"j": 2}])
    with pytest.raises(errors.ParameterError, match="only reads"):
        client.cypher_many("RETURN $i", [{"i": 1}])
    with pytest.raises(errors.ParameterError, match=r"params\[1\]"):
        client.cypher_many("CREATE (:N {x: $i})", [{"i": 1}, 2])  # type: ignore[list-item]
    with pytest.raises(errors.ParameterError) as raised_of_value:
        client.cypher_many("CREATE (:N {x: $i})", [{"i": 1}, {"i": object()}])
    assert raised_of_value.value.path == "params[1].i"
    assert client.node_count == 0


def test_run_does_the_work_again_until_it_wins(client: namidb.Client) -> None:
    client.cypher("CREATE (:Counter {n: 0})")

    def add(tx: namidb.Transaction) -> None:
        found = tx.cypher("MATCH (c:Counter) RETURN c.n AS n").scalar()
        tx.cypher("MATCH (c:Counter) SET c.n = $n", {"n": found + 1})

    def adder() -> None:
        for _ in range(20):
            client.run(add, retry=namidb.Retry(initial_delay=0.001, max_time=HANGS))

    threads = [threading.Thread(target=adder) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.cypher("MATCH (c:Counter) RETURN c.n AS n").scalar() == 80
    assert not client.in_transaction


def test_run_raises_what_cannot_be_retried_and_what_lost_too_often(client: namidb.Client) -> None:
    client.cypher("CREATE (:Counter {n: 0})")
    calls = []

    def lose(tx: namidb.Transaction) -> None:
        calls.append(tx)
        tx.cypher("MATCH (c:Counter) SET c.n = c.n + 1")
        client.cypher("MATCH (c:Counter) SET c.n = c.n + 1")

    with pytest.raises(errors.ConflictError):
        client.run(lose, retry=namidb.Retry(max_attempts=3, initial_delay=0.001))
    assert [tx.status for tx in calls] == ["failed"] * 3
    with pytest.raises(errors.ConflictError):
        client.run(lose, retry=namidb.Retry(max_time=0))
    assert len(calls) == 4

    def fail(tx: namidb.Transaction) -> None:
        calls.append(tx)
        tx.cypher("CREATE (:A)")
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        client.run(fail)
    assert calls[-1].status == "rolled_back"
    assert len(calls) == 5
    with pytest.raises(ValueError, match="not negative"):
        namidb.Retry(max_time=-1)


def test_in_transaction_until_the_last_has_ended(client: namidb.Client) -> None:
    assert not client.in_transaction
    one, two = client.begin(), client.begin()
    one.commit()
    assert client.in_transaction
    two.rollback()
    assert not client.in_transaction
    three = client.begin()
    assert client.in_transaction
    del three
    assert not client.in_transaction


def test_a_transaction_does_nothing_after_its_time(memory: namidb.Client) -> None:
    # The first that is long enough to begin and to make a node, on a busy machine.
    for timeout in (0.05, 0.5, 5, 50):
        try:
            tx = memory.begin(timeout=timeout)
            tx.cypher("CREATE (:A)")
        except errors.QueryTimeout:
            continue
        break
    with tx:
        with pytest.raises(errors.QueryTimeout):
            tx.cypher("UNWIND range(1, 300000) AS a UNWIND range(1, 300000) AS b RETURN sum(a + b) AS s")
        time.sleep(0.05)
        with pytest.raises(errors.QueryTimeout, match="deadline"):
            tx.commit()
    assert tx.status == "failed"
    assert memory.node_count == 0
    with pytest.raises(errors.ReadOnlyError), memory.transaction() as tx:
        tx.cypher("CREATE (:A)", read_only=True)


def test_clear_deletes_everything_in_one_commit(client: namidb.Client) -> None:
    client.cypher("CREATE INDEX of_x FOR (n:A) ON (n.x)")
    client.cypher("CREATE CONSTRAINT one_y FOR (n:A) REQUIRE n.y IS UNIQUE")
    client.cypher("UNWIND range(1, 1000) AS i CREATE (:A {x: i})-[:R]->(:B)")
    client.upsert_node("C", namidb.uuid7(), {})
    before = client.info()["sequence"]
    assert client.clear() == 2_000
    assert client.info()["sequence"] == before + 1
    assert (client.node_count, client.relationship_count, client.pending) == (0, 0, 1)
    client.cypher("CREATE INDEX of_x FOR (n:A) ON (n.x)")
    client.commit()
    assert client.clear() == 1
    assert client.clear() == 0


def test_the_schema_can_be_made_anew_elsewhere(client: namidb.Client) -> None:
    client.cypher("CREATE (:A {x: 1})-[:R {since: 1}]->(:A:B), (gone:Gone {y: 1}) DELETE gone")
    client.cypher("CREATE INDEX of_x FOR (n:A) ON (n.x, n.z)")
    client.cypher("CREATE CONSTRAINT one FOR (n:`A b`) REQUIRE n.`k k` IS UNIQUE")
    client.cypher("CREATE CONSTRAINT since FOR ()-[r:R]-() REQUIRE r.since IS NOT NULL")
    schema = client.schema()
    assert (schema.labels, schema.edge_types, schema.property_keys) == ({"A": 2, "B": 1}, {"R": 1}, ["x", "since"])
    assert [(index.name, index.of, index.properties, index.constraint) for index in schema.indexes] == [
        ("of_x", "A", ["x", "z"], None),
        ("one", "A b", ["k k"], "one"),
    ]
    assert [(c.name, c.entity, c.kind) for c in schema.constraints] == [
        ("one", "NODE", "UNIQUENESS"),
        ("since", "RELATIONSHIP", "RELATIONSHIP_PROPERTY_EXISTENCE"),
    ]
    assert client.schema_ddl() == schema.ddl()
    with namidb.Client("memory://anew") as again:
        for statement in schema.ddl().splitlines():
            again.cypher(statement.removesuffix(";"))
        assert sorted(again.schema_ddl().splitlines()) == sorted(schema.ddl().splitlines())


@pytest.fixture
def reopened(file_uri: str) -> Iterator[namidb.Client]:
    with namidb.Client(file_uri, zones="keep", query_timeout=HANGS) as client:
        client.cypher("CREATE (:A {x: 1})")
        again = pickle.loads(pickle.dumps(client))
        with again:
            yield again


def test_a_pickled_client_opens_the_same_namespace(reopened: namidb.Client) -> None:
    assert type(reopened) is namidb.Client
    assert reopened.cypher("MATCH (a:A) RETURN a.x AS x").scalar() == 1
    reopened.cypher("CREATE (:A)")


def test_a_client_is_pickled_to_another_process(file_uri: str) -> None:
    with namidb.Client(file_uri) as client:
        client.cypher("CREATE (:A {x: 1})")
        script = "import pickle, sys; print(pickle.load(sys.stdin.buffer).node_count)"
        ended = subprocess.run(
            [sys.executable, "-c", script], input=pickle.dumps(client), capture_output=True, check=True
        )
    assert ended.stdout == b"1\n"


def test_what_cannot_be_pickled_says_why(private: namidb.Client, tmp_path: Path) -> None:
    with pytest.raises(errors.ParameterError, match="memory"):
        pickle.dumps(private)
    with (
        namidb.Client(tmp_path, storage_options={"secret": "hunter2"}) as client,
        pytest.raises(errors.ParameterError, match="credentials"),
    ):
        pickle.dumps(client)
    with pytest.raises(errors.ClosedError):
        pickle.dumps(client)


def test_storage_options_are_texts_and_never_shown(tmp_path: Path) -> None:
    for given in ({"key": 5}, {5: "x"}, [1], "key"):
        with pytest.raises(errors.ParameterError, match=r"storage") as raised:
            namidb.Client(tmp_path, storage_options=given)  # type: ignore[arg-type]
        assert "5" not in str(raised.value).replace(str(tmp_path), "")
    with namidb.Client(tmp_path, storage_options={"secret": "hunter2"}) as client:
        assert "hunter2" not in f"{client!r} {client.uri} {client.store_repr()} {client.info()}"


@pytest.mark.parametrize("text", ["a\ud800", "\udfff"])
def test_lone_surrogates_are_an_error_of_ours_wherever_a_text_is_taken(memory: namidb.Client, text: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: memory.cypher(text),
        lambda: memory.cypher("RETURN 1", {text: 1}),
        lambda: memory.upsert_node(text, namidb.uuid7(), {}),
        lambda: memory.upsert_node_with_labels([text], namidb.uuid7(), {}),
        lambda: memory.upsert_node("A", namidb.uuid7(), {text: 1}),
        lambda: memory.upsert_node("A", text, {}),
        lambda: memory.merge_nodes("A", [], id=text),
        lambda: memory.scan_label(text),
        lambda: memory.lookup_node(text, namidb.uuid7()),
        lambda: memory.out_edges(text, namidb.uuid7()),
        lambda: memory.begin().cypher(text),
        lambda: memory.snapshot().cypher(text),
        lambda: memory.cypher_many(text, []),
    ]
    for call in calls:
        with pytest.raises(errors.ParameterError, match="lone surrogate at index"):
            call()
    assert memory.pending == 0
