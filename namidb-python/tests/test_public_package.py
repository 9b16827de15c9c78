"""F1 to F16: what the public package does (namidb 2.6.19), and this one must not.

Each test says in its docstring what happens there. Where a defect needs several processes or long calls, the test is
with those: F3 in `test_processes.py`, F9 in `test_gil.py`, F10 in `test_interrupt.py` and `test_async.py`.
"""

import datetime as dt
import math
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

import namidb
from namidb import errors


def test_f01_one_of_two_writers_wins_and_the_other_too(file_uri: str) -> None:
    """There: A writes, B opens, A's next write fails as fenced, and so does B's, who is dead from then on."""
    with namidb.Client(file_uri) as a:
        a.cypher("CREATE (:N {by: 'a'})")
        with namidb.Client(file_uri) as b:
            a.cypher("CREATE (:N {by: 'a'})")
            b.cypher("CREATE (:N {by: 'b'})")
            a.cypher("CREATE (:N {by: 'a'})")
            for client in (a, b):
                assert client.cypher("MATCH (n) RETURN n.by AS x, count(*) AS n ORDER BY x").values() == [
                    ("a", 3),
                    ("b", 1),
                ]


@pytest.mark.parametrize("query", ["RETURN 1 % 0", "RETURN 1 / 0", "RETURN -9223372036854775808 % -1"])
def test_f02_arithmetic_never_kills_the_process(query: str) -> None:
    """There: `RETURN 1 % 0` aborts the process, return code 134."""
    script = f"""
import namidb
client = namidb.Client("memory://x")
try:
    print(client.cypher({query!r}).rows())
except namidb.errors.ArithmeticFault as error:
    print(type(error).__name__)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() in {"ArithmeticFault", "[{'-9223372036854775808 % -1': 0}]"}


def test_f03_what_failed_is_not_there(file_uri: str) -> None:
    """There: 15 of 362 writes that were reported as failed are in the graph."""
    with namidb.Client(file_uri) as client:
        for query in ("CREATE (:N {x: 1 / 0})", "UNWIND [1, 0] AS x CREATE (:N {y: 1 / x})", "CREATE (:N) RETURN $x"):
            with pytest.raises(errors.NamiError) as raised:
                client.cypher(query)
            assert raised.value.outcome == "not_applied"
        assert client.node_count == 0
    with namidb.Client(file_uri) as again:
        assert again.node_count == 0


def test_f04_opening_to_read_disturbs_no_writer(file_uri: str) -> None:
    """There: a second client that only reads ends the first one's writing, and never sees what is written later."""
    with namidb.Client(file_uri) as writer:
        writer.cypher("CREATE (:N)")
        with namidb.Client(file_uri, read_only=True) as reader:
            for count in range(1, 4):
                assert reader.cypher("MATCH (n) RETURN count(*) AS n").scalar() == count
                writer.cypher("CREATE (:N)")


def test_f05_values_are_kept_or_refused(client: namidb.Client) -> None:
    """There: naive and zoned datetimes become dates, not-a-number and infinities become null, big integers floats."""
    naive, zoned = (
        dt.datetime(2024, 2, 29, 12, 30),
        dt.datetime(2024, 2, 29, 12, tzinfo=dt.timezone(dt.timedelta(hours=5))),
    )
    record = {"naive": naive, "zoned": zoned, "nan": math.nan, "inf": -math.inf, "floats": [0.1]}
    client.cypher("CREATE (n:N) SET n = $record", {"record": record})
    (found,) = (node["properties"] for node in client.scan_label("N"))
    assert (found["naive"], found["zoned"], found["inf"], found["floats"]) == (naive, zoned, -math.inf, [0.1])
    assert math.isnan(found["nan"])
    with pytest.raises(errors.ParameterError, match="64 bits"):
        client.cypher("RETURN $x", {"x": 2**63})


def test_f06_parallel_relationships_stay_apart(client: namidb.Client) -> None:
    """There: relationships are keyed by type and endpoints, and the second replaces the first."""
    client.cypher("CREATE (a:A)-[:R {k: 1}]->(b:B) CREATE (a)-[:R {k: 2}]->(b)")
    assert client.cypher("MATCH (:A)-[r:R]->(:B) RETURN r.k AS k ORDER BY k").values() == [(1,), (2,)]
    assert client.relationship_count == 2


def test_f07_no_relationship_outlives_its_node(client: namidb.Client) -> None:
    """There: a deleted node's edges stay, are counted by one query and not by another, and come back with the node."""
    a, b = namidb.uuid7(), namidb.uuid7()
    client.merge_nodes("N", [{"id": a}, {"id": b}])
    client.upsert_edge("R", a, b, {})
    client.commit()
    client.tombstone_node("N", b)
    client.commit()
    client.upsert_node("N", b, {})
    client.commit()
    assert client.out_edges("R", a) == client.scan_edge_type("R") == []
    for query in ("MATCH ()-[r:R]->() RETURN count(r) AS n", "MATCH (n)-[r]->(m) RETURN count(*) AS n"):
        assert client.cypher(query).scalar() == 0


def test_f08_staged_rows_are_nobody_elses(client: namidb.Client) -> None:
    """There: a Cypher write that fails discards the staged batch, and one that succeeds commits it."""
    client.upsert_node("Staged", namidb.uuid7(), {})
    client.cypher("CREATE (:Other)")
    assert (client.pending, client.node_count) == (1, 1)
    with pytest.raises(errors.ArithmeticFault):
        client.cypher("CREATE (:Other {x: 1 / 0})")
    assert (client.pending, client.node_count) == (1, 1)
    client.flush()
    assert (client.pending, client.node_count) == (1, 1)
    client.commit()
    assert (client.pending, client.node_count) == (0, 2)


def test_f10_a_query_that_was_stopped_wrote_nothing(memory: namidb.Client) -> None:
    """There: cancelled and interrupted queries run to their end, and commit."""
    memory.cypher("CREATE (:First)")
    long = "UNWIND range(1, 300000) AS a UNWIND range(1, 300000) AS b WITH a + b AS s WHERE s = 7 CREATE (:N)"
    # Time enough to come to the statement: whoever still waits for a slow store then does not know what becomes of it.
    for timeout in (1, 10, 100):
        with pytest.raises(errors.QueryTimeout) as raised:
            memory.cypher(long, timeout=timeout)
        if raised.value.outcome == "not_applied":
            break
    assert raised.value.outcome == "not_applied"
    time.sleep(0.2)
    assert memory.node_count == 1


def test_f11_numbers_are_those_of_arithmetic(memory: namidb.Client) -> None:
    """There: integers wrap around, `1.0 / 0` is an integer's error, the smallest integer cannot be written."""
    with pytest.raises(errors.ArithmeticFault):
        memory.cypher("RETURN 9223372036854775807 + 1")
    with pytest.raises(errors.ArithmeticFault):
        memory.cypher("RETURN 9223372036854775807 * 2")
    assert memory.cypher("RETURN 1.0 / 0 AS x").scalar() == math.inf
    assert memory.cypher("RETURN -9223372036854775808 AS x").scalar() == -(2**63)


def test_f12_a_property_may_be_named_like_a_column(client: namidb.Client) -> None:
    """There: a property `id`, `label` or `lsn` overwrites the column of that name in `scan_label_arrow`."""
    id_ = namidb.uuid7()
    client.upsert_node("N", id_, {"id": "mine", "label": "mine", "lsn": -1, "schema_version": "mine"})
    client.commit()
    (row,) = client.scan_label_arrow("N").to_pylist()
    assert (row["id"], row["label"], row["lsn"], row["schema_version"]) == (id_, "N", 1, 0)
    assert row["properties.id"] == row["properties.label"] == row["properties.schema_version"] == "mine"
    assert row["properties.lsn"] == -1


def test_f13_columns_of_several_kinds_become_arrow(memory: namidb.Client) -> None:
    """There: such columns fail in `to_arrow`, `to_pandas`, `to_polars` and `scan_label_arrow`, and Arrow is slower."""
    memory.cypher("CREATE (:N {x: 1}), (:N {x: 'a'}), (:N {x: [1, 2]})")
    result = memory.cypher("MATCH (n:N) RETURN n.x AS x")
    assert result.to_arrow()["x"].to_pylist() == ["1", "a", "[1,2]"]
    assert result.to_arrow(mixed="union")["x"].to_pylist() == [1, "a", [1, 2]]
    assert result.to_pandas()["x"].tolist() == result.to_polars()["x"].to_list() == ["1", "a", "[1,2]"]
    assert memory.scan_label_arrow("N")["x"].to_pylist() == ["1", "a", "[1,2]"]
    with pytest.raises(errors.CypherTypeError):
        result.to_arrow(mixed="error")
    numbers = memory.cypher("UNWIND [1, 2.5] AS x RETURN x").to_arrow()
    assert numbers.schema.field("x").type == pa.float64()


def test_f14_indexes_and_constraints_come_and_go(client: namidb.Client) -> None:
    """There: neither can be dropped, and NOT NULL cannot be reached from Cypher."""
    client.cypher("CREATE INDEX of_name FOR (p:Person) ON (p.name)")
    client.cypher("CREATE CONSTRAINT has_name FOR (p:Person) REQUIRE p.name IS NOT NULL")
    with pytest.raises(errors.ConstraintError):
        client.cypher("CREATE (:Person)")
    client.cypher("DROP CONSTRAINT has_name")
    client.cypher("DROP INDEX of_name")
    client.cypher("CREATE (:Person)")
    assert client.node_count == 1


def test_f15_a_mistake_in_a_uri_makes_no_directory(tmp_path: Path) -> None:
    """There: unknown options are ignored, `file://~/x` makes a directory called `~`, and a host's name one like it."""
    script = """
import namidb
for uri in ("file://~/x?ns=g", "file://./x?ns=g&mdoe=open", "file://host/x?ns=g"):
    try:
        namidb.Client(uri)
    except namidb.errors.UriError:
        continue
    raise SystemExit(uri)
"""
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    assert list(tmp_path.iterdir()) == []


def test_f16_a_commit_is_one_put_and_one_file(file_uri: str, tmp_path: Path) -> None:
    """There: a commit costs four puts and leaves three files; 300 commits leave 903."""
    with namidb.Client(file_uri) as client:
        client.cypher("CREATE (:N)")
        before, files = client.request_stats(), sum(path.is_file() for path in tmp_path.rglob("*"))
        for _ in range(10):
            client.cypher("CREATE (:N)")
        after = client.request_stats()
        assert after["put"] - before["put"] == 10
        assert sum(path.is_file() for path in tmp_path.rglob("*")) - files == 10
