"""The staging API: what is staged is invisible, independent of everything else, and committed as one."""

import gc
import uuid
import warnings
from collections.abc import Iterator
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import namidb
from namidb import errors


def ids(count: int) -> list[str]:
    return [namidb.uuid7() for _ in range(count)]


def test_p07_a_staged_batch_is_independent_of_cypher_flush_and_errors(client: namidb.Client) -> None:
    (a,) = ids(1)
    client.upsert_node("Staged", a, {"x": 1})
    client.cypher("CREATE (:Other)")
    client.flush()
    client.refresh()
    with pytest.raises(errors.QueryError):
        client.cypher("CREATE (:Other {x: 1 / 0})")
    with pytest.raises(errors.QueryError):
        client.cypher("RETRUN 1")
    assert client.pending == 1
    assert client.cypher("MATCH (n:Staged) RETURN count(*) AS n").first() == {"n": 0}
    assert client.lookup_node("Staged", a) is None
    assert client.scan_label("Staged") == []
    assert client.commit() == 2
    assert client.pending == 0
    assert client.lookup_node("Staged", a) is not None


def test_p07_rollback_discards_and_pending_counts(client: namidb.Client) -> None:
    a, b = ids(2)
    client.upsert_node("A", a, {})
    client.upsert_edge("R", a, b, {})
    client.tombstone_node("A", b)
    assert client.pending == 3
    assert client.rollback() == 3
    assert client.pending == 0
    assert client.commit() is None
    assert client.node_count == 0


def test_p08_commit_gives_ascending_numbers_and_none_for_nothing(client: namidb.Client) -> None:
    assert client.commit() is None
    numbers = []
    for i in range(5):
        client.upsert_node("A", namidb.uuid7(), {"i": i})
        numbers.append(client.commit())
        client.cypher("CREATE (:B)")
    assert numbers == [1, 3, 5, 7, 9]


def test_p09_an_upsert_replaces_the_whole_record(client: namidb.Client) -> None:
    (a,) = ids(1)
    client.upsert_node("A", a, {"x": 1, "y": 2})
    client.commit()
    client.upsert_node("B", a, {"y": 3, "z": None})
    client.commit()
    assert client.lookup_node("A", a) is None
    found = client.lookup_node("B", a)
    assert found is not None
    assert found["properties"] == {"y": 3}
    assert found["lsn"] == 2


def test_p10_staging_takes_what_cypher_takes(client: namidb.Client) -> None:
    import datetime as dt

    (a,) = ids(1)
    record = {
        "none": None,
        "floats": [0.1, 0.2],
        "strings": ["a", "b"],
        "map": {"k": [1, {"z": True}]},
        "date": dt.date(2024, 2, 29),
        "instant": dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC),
        "naive": dt.datetime(2024, 7, 1, 12),
        "bytes": b"\x00\x01",
        "nan": float("inf"),
    }
    client.upsert_node("A", a, record)
    client.commit()
    found = client.lookup_node("A", a)
    assert found is not None
    by_cypher = client.cypher("CREATE (b:B) SET b = $record RETURN b", {"record": record}).first()
    assert by_cypher is not None
    expected = {key: value for key, value in record.items() if value is not None}
    assert found["properties"] == by_cypher["b"]["properties"] == expected


def test_p11_ids_are_uuids_in_any_form(client: namidb.Client) -> None:
    own = uuid.uuid4()
    forms: list[str | uuid.UUID] = [own, str(own).upper(), own.hex, f"{{{own}}}", own.urn]
    for form in forms:
        client.upsert_node("A", form, {})
    client.commit()
    assert [node["id"] for node in client.scan_label("A")] == [str(own)]
    assert client.lookup_node("A", own) == client.lookup_node("A", own.hex)
    with pytest.raises(ValueError, match=r"id: invalid UUID \"nope\""):
        client.upsert_node("A", "nope", {})
    with pytest.raises(errors.ParameterError, match=r"not int. uuid.uuid5"):
        client.lookup_node("A", 7)  # type: ignore[arg-type]


def test_p12_f07_a_tombstone_detaches_and_nothing_comes_back(client: namidb.Client) -> None:
    a, b = ids(2)
    client.merge_nodes("N", [{"id": a}, {"id": b}])
    client.upsert_edge("K", a, b, {})
    client.commit()
    client.tombstone_node("Wrong", b)
    assert client.commit() is None
    client.tombstone_node("N", b)
    client.commit()
    assert client.out_edges("K", a) == client.in_edges("K", b) == client.scan_edge_type("K") == []
    assert client.cypher("MATCH ()-[r:K]->() RETURN count(r) AS n").first() == {"n": 0}
    assert client.cypher("MATCH (n)-[r]->(m) RETURN count(*) AS n").first() == {"n": 0}
    client.upsert_node("N", b, {})
    client.commit()
    assert client.out_edges("K", a) == []
    assert client.relationship_count == 0


def test_p13_an_edge_is_upserted_and_removed_by_its_triple(client: namidb.Client) -> None:
    a, b = ids(2)
    client.merge_nodes("N", [{"id": a}, {"id": b}])
    client.upsert_edge("K", a, b, {"x": 1})
    client.upsert_edge("K", a, b, {"y": 2})
    client.upsert_edge("L", a, b, {})
    client.commit()
    assert [edge["properties"] for edge in client.out_edges("K", a)] == [{"y": 2}]
    client.tombstone_edge("K", a, b)
    client.commit()
    assert client.out_edges("K", a) == []
    assert len(client.out_edges("L", a)) == 1


def test_p14_a_bad_row_in_the_middle_stages_nothing(client: namidb.Client) -> None:
    a, b = ids(2)
    with pytest.raises(ValueError, match=r"row #1 is missing the required 'id' key \(UUID string\)"):
        client.merge_nodes("A", [{"id": a}, {"name": "x"}, {"id": b}])
    with pytest.raises(ValueError, match=r"row #0 is missing the required 'dst' key"):
        client.merge_edges("A", [{"src": a}])
    with pytest.raises(errors.ParameterError) as raised:
        client.merge_nodes("A", [{"id": a}, {"id": b, "deep": [{"x": object()}]}])
    assert raised.value.path == "rows[1].deep[0].x"
    with pytest.raises(errors.ParameterError, match=r"rows\[0\]: a record is a mapping"):
        client.merge_nodes("A", [1])  # type: ignore[list-item]
    with pytest.raises(errors.NamiError):
        client.merge_nodes("", [{"id": a}])
    assert client.pending == 0


def test_p14_rows_come_from_anything_that_holds_records(client: namidb.Client) -> None:
    def rows(count: int) -> list[dict[str, Any]]:
        return [{"id": namidb.uuid7(), "n": number, "name": f"p{number}"} for number in range(count)]

    def generator() -> Iterator[dict[str, Any]]:
        yield from rows(3)

    frames = [
        rows(3),
        tuple(rows(3)),
        generator(),
        pd.DataFrame(rows(3)),
        pl.DataFrame(rows(3)),
        pa.Table.from_pylist(rows(3)),
        pa.RecordBatch.from_pylist(rows(3)),
    ]
    for number, frame in enumerate(frames):
        assert client.merge_nodes(f"L{number}", frame) == 3
    client.commit()
    for number in range(len(frames)):
        found = client.cypher(f"MATCH (n:L{number}) RETURN n.n AS n, n.name AS name ORDER BY n").rows()
        assert found == [{"n": i, "name": f"p{i}"} for i in range(3)]


def test_p14_of_duplicates_the_last_wins(client: namidb.Client) -> None:
    (a,) = ids(1)
    client.merge_nodes("A", [{"id": a, "x": 1}, {"id": a, "y": 2}])
    client.commit()
    assert [node["properties"] for node in client.scan_label("A")] == [{"y": 2}]


def test_p14_keys_of_ids_can_be_named(client: namidb.Client) -> None:
    a, b = ids(2)
    client.merge_nodes("A", [{"key": a, "id": 1}, {"key": b, "id": 2}], id="key")
    client.merge_edges("R", [{"from": a, "to": b, "src": 7}], src="from", dst="to")
    client.commit()
    assert client.cypher("MATCH (a)-[r:R]->(b) RETURN a.id AS a, r.src AS r, b.id AS b").rows() == [
        {"a": 1, "r": 7, "b": 2}
    ]


def test_p15_edges_may_come_before_their_nodes_and_must_have_them_at_the_commit(client: namidb.Client) -> None:
    a, b, c = ids(3)
    client.merge_edges("R", [{"src": a, "dst": b}])
    client.merge_nodes("N", [{"id": a}, {"id": b}])
    client.commit()
    client.upsert_node("N", c, {})
    client.merge_edges("R", [{"src": a, "dst": c}, {"src": a, "dst": namidb.uuid7()}])
    with pytest.raises(errors.ConstraintError) as raised:
        client.commit()
    assert raised.value.name == "endpoint_missing"
    assert raised.value.details["row"] == "1"
    assert raised.value.outcome == "not_applied"
    assert isinstance(raised.value, ValueError)
    assert client.node_count == 2
    # What failed is still staged: what is missing can be added, or all of it discarded.
    assert client.pending == 3
    assert client.rollback() == 3
    assert client.node_count == 2


def test_labels_in_any_number(client: namidb.Client) -> None:
    a, b = ids(2)
    client.upsert_node_with_labels(["A", "B"], a, {"x": 1})
    client.upsert_node_with_labels([], b, {})
    with pytest.raises(ValueError, match="iterable of names"):
        client.upsert_node_with_labels("A", a, {})
    client.commit()
    assert client.cypher("MATCH (n:A:B) RETURN n.x AS x").rows() == [{"x": 1}]
    assert client.cypher("MATCH (n) WHERE size(labels(n)) = 0 RETURN count(*) AS n").first() == {"n": 1}


def test_a_batch_is_apart_from_the_client_and_commits_at_the_end_of_its_block(client: namidb.Client) -> None:
    with client.batch() as batch:
        batch.merge_nodes("A", [{"id": namidb.uuid7()} for _ in range(3)])
        client.upsert_node("B", namidb.uuid7(), {})
        assert (batch.pending, client.pending) == (3, 1)
    assert client.cypher("MATCH (n) RETURN labels(n) AS l, count(*) AS n").rows() == [{"l": ["A"], "n": 3}]

    def fail() -> None:
        with client.batch() as batch:
            batch.upsert_node("A", namidb.uuid7(), {})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert client.node_count == 3
    assert client.rollback() == 1


def test_a_client_that_goes_away_with_staged_work_warns() -> None:
    client = namidb.Client("memory://lost")
    client.upsert_node("A", namidb.uuid7(), {})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del client
        gc.collect()
    assert [str(warning.message)[:13] for warning in caught] == ["1 staged rows"]
    assert caught[0].category is ResourceWarning
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client = namidb.Client("memory://fine")
        client.cypher("CREATE (:A)")
        del client
        gc.collect()


def test_a_transaction_reads_its_own_writes_and_nobody_else_does(client: namidb.Client) -> None:
    client.cypher("CREATE (:Account {name: 'a', amount: 10}), (:Account {name: 'b', amount: 0})")
    with client.transaction() as tx:
        tx.cypher("MATCH (x:Account {name: 'a'}) SET x.amount = x.amount - 4")
        tx.cypher("MATCH (x:Account {name: 'b'}) SET x.amount = x.amount + 4")
        assert tx.cypher("MATCH (x:Account) RETURN sum(x.amount) AS s, max(x.amount) AS m").first() == {"s": 10, "m": 6}
        assert client.cypher("MATCH (x:Account) RETURN max(x.amount) AS m").first() == {"m": 10}
    assert tx.status == "committed"
    assert client.cypher("MATCH (x:Account) RETURN max(x.amount) AS m").first() == {"m": 6}


def test_x13_a_transaction_whose_block_raises_is_rolled_back(client: namidb.Client) -> None:
    begun = []

    def fail() -> None:
        with client.transaction() as tx:
            begun.append(tx)
            tx.cypher("CREATE (:A)")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert begun[0].status == "rolled_back"
    assert client.node_count == 0
    with client.begin() as tx:
        tx.cypher("CREATE (:A)")
        tx.rollback()
        tx.rollback()
    with pytest.raises(errors.TransactionClosed, match="rolled back"):
        tx.cypher("RETURN 1")
    with pytest.raises(errors.TransactionClosed):
        tx.commit()
    assert client.node_count == 0


def test_a_statement_that_fails_in_a_transaction_leaves_nothing_and_the_transaction_goes_on(
    client: namidb.Client,
) -> None:
    with client.transaction() as tx:
        tx.cypher("CREATE (:A {x: 1})")
        with pytest.raises(errors.ArithmeticFault):
            tx.cypher("UNWIND [1, 0] AS x CREATE (:B {y: 1 / x})")
        assert tx.status == "open"
        tx.cypher("CREATE (:A {x: 2})")
    assert client.cypher("MATCH (n) RETURN n.x AS x ORDER BY x").rows() == [{"x": 1}, {"x": 2}]


def test_the_first_of_two_transactions_that_touch_the_same_commits(client: namidb.Client) -> None:
    client.cypher("CREATE (:Counter {n: 0}), (:Other {n: 0})")
    one, two, three = client.begin(), client.begin(), client.begin()
    one.cypher("MATCH (c:Counter) SET c.n = c.n + 1")
    two.cypher("MATCH (c:Counter) SET c.n = c.n + 1")
    three.cypher("MATCH (c:Other) SET c.n = c.n + 1")
    first = one.commit()
    with pytest.raises(errors.ConflictError) as raised:
        two.commit()
    assert raised.value.key is not None
    assert raised.value.key.endswith(".n")
    assert raised.value.with_sequence == first
    assert raised.value.retryable
    assert raised.value.outcome == "not_applied"
    assert two.status == "failed"
    assert three.commit() is not None
    assert client.cypher("MATCH (c:Counter) RETURN c.n AS n").first() == {"n": 1}


def test_staging_and_direct_reads_work_inside_a_transaction(client: namidb.Client) -> None:
    a, b = ids(2)
    with client.transaction() as tx:
        tx.upsert_node("N", a, {"x": 1})
        tx.merge_nodes("N", [{"id": b, "x": 2}])
        tx.upsert_edge("R", a, b, {})
        assert [edge["dst"] for edge in tx.out_edges("R", a)] == [b]
        assert tx.lookup_node("N", a) is not None
        assert tx.scan_label_arrow("N").num_rows == 2
        with pytest.raises(errors.ConstraintError):
            tx.upsert_edge("R", a, namidb.uuid7(), {})
        assert client.lookup_node("N", a) is None
    assert [edge["src"] for edge in client.in_edges("R", b)] == [a]


def test_a_read_only_transaction_refuses_writes(client: namidb.Client) -> None:
    client.cypher("CREATE (:A)")
    with client.transaction(read_only=True) as tx:
        assert tx.cypher("MATCH (n) RETURN count(*) AS n").first() == {"n": 1}
        with pytest.raises(errors.ReadOnlyError):
            tx.cypher("CREATE (:A)")
        with pytest.raises(errors.ReadOnlyError):
            tx.upsert_node("A", namidb.uuid7(), {})
    assert client.node_count == 1


def test_metrics_count_requests_and_commits(client: namidb.Client) -> None:
    before = client.request_stats()
    for _ in range(3):
        client.cypher("CREATE (:A)")
    after = client.request_stats()
    # X14: a commit costs one put. The self-test of the store precedes the first.
    client.cypher("CREATE (:A)")
    last = client.request_stats()
    assert last["put"] - after["put"] - (last["retries"] - after["retries"]) == 1
    assert after["put"] > before["put"]
    assert client.commit_metrics()["committed"] == 4
    assert client.commit_metrics()["failed"] == 0
    info = client.info()
    assert info["sequence"] == 4
    assert info["backend"] in {"memory", "file", "s3", "gs", "az"}
    assert info["version"] == namidb.__version__
