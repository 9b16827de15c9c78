"""What a client tells of itself: numbers by name, copies, shapes of statements and of the graph."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import namidb
from namidb import errors


def test_requests_are_numbers_by_name_whatever_they_are_asked_by(tmp_path: Path) -> None:
    with namidb.Client(tmp_path) as client:
        client.cypher("CREATE (:A)")
        stats = client.request_stats()
        assert stats.put == stats["put"] == dict(stats)["put"] >= 1
        assert stats.retries == 0
        assert stats.requests == stats.put + stats.get + stats.head + stats.delete + stats.list
        with pytest.raises(KeyError):
            stats["keys"]
        assert client.cypher("CREATE (:A)").stats.put == 1


def test_numbers_of_the_cache_are_asked_by_name_as_well(memory: namidb.Client) -> None:
    stats = memory.cache_stats()
    assert stats.hit == stats["hit"] == stats[0]
    assert stats.evict == stats["evict"]
    with pytest.raises(AttributeError, match=r"hits.*evict"):
        stats.hits  # noqa: B018


def test_commits_are_counted_with_their_puts_and_waits(tmp_path: Path) -> None:
    with namidb.Client(tmp_path) as client:
        for _ in range(4):
            client.cypher("CREATE (:A)")
            client.flush()
        before = client.commit_metrics()
        assert before["committed"] == before["records"] == before["puts"] == 4
        assert before["wait_us"] > 0
        client.compact()
        assert client.commit_metrics()["compactions"] == before["compactions"] + 1


def test_p19_columns_of_a_statement_are_known_with_their_types_before_it_runs(memory: namidb.Client) -> None:
    contract = memory.describe("MATCH (n)-[r]->() RETURN n, r, n.x AS x, count(*) AS c, toUpper($t) AS t")
    assert [(column.name, column.type) for column in contract.schema] == [
        ("n", "NODE"),
        ("r", "RELATIONSHIP"),
        ("x", "ANY"),
        ("c", "INTEGER"),
        ("t", "STRING"),
    ]
    assert [column.name for column in contract.schema] == contract.columns
    assert all(column.nullable for column in contract.schema)
    assert memory.describe("CREATE (:A)").schema == []


def test_the_fingerprint_of_a_schema_is_that_of_its_names(memory: namidb.Client) -> None:
    empty = memory.schema().fingerprint
    memory.cypher("CREATE (:A {x: 1})")
    one = memory.schema().fingerprint
    memory.cypher("CREATE (:A {x: 'text'}), (:A)")
    assert memory.schema().fingerprint == one != empty
    memory.cypher("CREATE INDEX FOR (a:A) ON (a.x)")
    assert memory.schema().fingerprint not in {empty, one}
    with namidb.Client("memory://other") as other:
        other.cypher("CREATE (:A {x: 7})")
        assert other.schema().fingerprint == one


def test_patterns_that_nothing_connects_are_notified(memory: namidb.Client) -> None:
    memory.cypher("CREATE (:A)-[:R]->(:B)")
    (note,) = memory.cypher("MATCH (a:A), (b:B) RETURN a, b").notifications
    assert note.code == "CartesianProduct"
    assert memory.cypher("MATCH (a:A)-[:R]->(b:B) RETURN a, b").notifications == []


@pytest.mark.parametrize("value", [Decimal("0.1"), Fraction(1, 10)])
def test_a07_decimals_become_floats_only_where_that_was_asked_for(value: Any) -> None:
    id_ = namidb.uuid7()
    with namidb.Client("memory://demo") as strict, pytest.raises(errors.ParameterError) as raised:
        strict.cypher("RETURN $x AS x", {"x": value})
    assert "float" in (raised.value.hint or "")
    with namidb.Client("memory://demo", decimal="float") as client:
        assert client.cypher("RETURN $x AS x", {"x": [value]}).scalar() == [0.1]
        assert client.cypher_many("CREATE (:M {x: $x})", [{"x": value}]).counters.nodes_created == 1
        client.merge_nodes("N", [{"id": id_, "x": value}])
        client.upsert_node("U", namidb.uuid7(), {"x": value})
        client.commit()
        with client.batch() as batch:
            batch.upsert_edge("R", id_, id_, {"x": value})
        with client.transaction() as tx:
            assert tx.cypher("RETURN $x AS x", {"x": value}).scalar() == 0.1
            tx.upsert_node("T", namidb.uuid7(), {"x": value})
        assert client.snapshot().cypher("MATCH (n) WHERE n.x <> $x RETURN n", {"x": value}).rows() == []
        assert list(client.stream("RETURN $x AS x", {"x": value})) == [{"x": 0.1}]
        assert client.node_count == 4
    with pytest.raises(ValueError, match="decimal"):
        namidb.Client("memory://demo", decimal="round")  # type: ignore[arg-type]


def test_a_backup_is_a_namespace_of_its_own(client: namidb.Client, tmp_path: Path) -> None:
    id_ = namidb.uuid7()
    client.upsert_node("A", id_, {"x": 1})
    client.commit()
    target = tmp_path / "copy"
    report = client.backup(target)
    assert report.sequence == 1
    assert report.objects >= 2
    with namidb.Client(target) as copy:
        assert copy.lookup_node("A", id_) == client.lookup_node("A", id_)
        assert copy.verify().ok
        copy.cypher("MATCH (a:A) SET a.x = 2")
    assert client.cypher("MATCH (a:A) RETURN a.x AS x").scalar() == 1
    with pytest.raises(ValueError, match="already"):
        client.backup(target)


def test_a_shallow_verification_reads_no_block(tmp_path: Path) -> None:
    with namidb.Client(tmp_path) as client:
        client.cypher("UNWIND range(1, 5000) AS x CREATE (:A {x: x, text: 'number ' + x})")
        client.flush()
        shallow, deep = client.verify(deep=False), client.verify()
        assert shallow.ok
        assert deep.ok
        assert (shallow.nodes, deep.nodes) == (None, 5_000)
        (sst,) = (path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name == "sst")
        sst.write_bytes(sst.read_bytes()[:-1])
        (problem,) = client.verify(deep=False).problems
        assert problem.object.endswith(sst.name)
