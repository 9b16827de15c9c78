"""Rows of the two seeds that the samples do not show."""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

import namidb
from namidb import errors


@pytest.mark.parametrize("query", ["RETURN 1 % 0", "RETURN toInteger('1') + 9223372036854775807", "RETURN 2 / (1 - 1)"])
def test_e01_whatever_a_query_does_wrong_the_process_goes_on(memory: namidb.Client, query: str) -> None:
    with pytest.raises(errors.ArithmeticFault):
        memory.cypher(query)
    assert memory.cypher("RETURN 1 AS x").scalar() == 1


def test_e02_open_query_throw_away() -> None:
    with namidb.Client("memory://notebook") as client:
        result = client.cypher("UNWIND [1, 2] AS x RETURN x")
        assert [row["x"] for row in result] == [1, 2]
        assert "<td>1</td>" in result._repr_html_()
        assert "text/html" in result._repr_mimebundle_()
    assert client.closed
    with pytest.raises(errors.ClosedError):
        client.cypher("RETURN 1")


def test_e04_e26_a_directory_is_all_there_is(file_uri: str, tmp_path: Path) -> None:
    script = f"import namidb; namidb.Client({file_uri!r}).cypher('CREATE (:A)')"
    subprocess.run([sys.executable, "-c", script], check=True)
    with namidb.Client(file_uri) as client:
        assert client.node_count == 1
    # Nothing listens, and nothing but objects lies there: no lock is left that somebody would have to remove.
    names = {path.name for path in tmp_path.rglob("*") if path.is_file() and "lock" in path.name}
    assert names <= {".lock"}


def test_e06_a_uri_is_the_one_argument_or_a_path(tmp_path: Path) -> None:
    for uri in ("memory://demo", f"file://{tmp_path}/a?ns=demo", tmp_path / "b"):
        with namidb.Client(uri) as client:
            assert client.cypher("RETURN 1 AS x").scalar() == 1


def test_e07_e08_e09_the_same_cypher_on_every_store(client: namidb.Client) -> None:
    client.cypher("CREATE (:A {x: 1})-[:R {y: 2}]->(:B), (:C)")
    client.cypher("MATCH (a:A) SET a.x = a.x + 1 REMOVE a.z")
    client.cypher("MERGE (b:B) ON MATCH SET b.met = true")
    client.cypher("MATCH (c:C) DELETE c")
    row = client.cypher("MATCH (a:A)-[r:R]->(b:B) RETURN a.x AS x, r.y AS y, b.met AS met").single()
    assert row == {"x": 2, "y": 2, "met": True}
    assert client.node_count == 2


def test_e14_no_secret_is_taken_from_a_uri() -> None:
    for option in ("aws_secret_access_key", "aws_access_key_id", "sas_token"):
        with pytest.raises(errors.UriError) as raised:
            namidb.parse_uri(f"s3://bucket?ns=g&{option}=hunter2")
        assert "hunter2" not in f"{raised.value} {raised.value.hint}"


def test_e16_one_plan_serves_many_values(memory: namidb.Client) -> None:
    evil = "x'}) DETACH DELETE n //"
    for value in (evil, "'", '"', "\\", "$x", "{", "\x00", "`"):
        memory.cypher("CREATE (:N {x: $x})", {"x": value})
        assert memory.cypher("MATCH (n:N {x: $x}) RETURN n.x AS x", {"x": value}).scalar() == value
    assert memory.node_count == 8


def test_p01_the_package_has_types_and_needs_nothing_to_be_imported() -> None:
    metadata = importlib.metadata.metadata("namidb")
    needed = importlib.metadata.requires("namidb") or []
    assert metadata["Requires-Python"] == ">=3.11"
    assert [need for need in needed if "extra" not in need] == ["pyarrow>=14"]
    assert {re.split(r"\W", need)[0] for need in needed if "extra" in need} == {"networkx", "pandas", "polars"}
    assert (Path(namidb.__file__).parent / "py.typed").exists()
    script = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"pyarrow", "pandas", "polars", "numpy", "networkx"}:
            raise ImportError(name)
sys.meta_path.insert(0, Hidden())
import namidb
client = namidb.Client("memory://x")
client.merge_nodes("A", [{"id": namidb.uuid7(), "x": 1}])
client.commit()
assert client.cypher("MATCH (a:A) RETURN a").single()["a"]["properties"] == {"x": 1}
try:
    client.cypher("RETURN 1 AS x").to_pandas()
except ImportError as error:
    print(error)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "pip install 'namidb[pandas]'" in ended.stdout


def test_p05_what_cypher_wrote_is_durable_when_it_returns(file_uri: str) -> None:
    script = f"""
import os, namidb
client = namidb.Client({file_uri!r})
client.cypher("CREATE (:A {{x: 1}})-[:R]->(:A {{x: 2}}), (:B), (:B)")
client.cypher("MATCH (a:A {{x: 1}}) SET a.y = 3 REMOVE a.x")
client.cypher("MERGE (:C {{x: 1}})")
client.cypher("MATCH (b:B) DELETE b")
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", script], check=True)
    with namidb.Client(file_uri) as client:
        assert client.cypher("MATCH (n) RETURN labels(n)[0] AS l, n.x AS x, n.y AS y ORDER BY l, x").values() == [
            ("A", 2, None),
            ("A", None, 3),
            ("C", 1, None),
        ]


def test_p06_flush_writes_a_checkpoint_of_what_is_committed(file_uri: str) -> None:
    with namidb.Client(file_uri) as client:
        client.cypher("CREATE (:A)")
        client.upsert_node("B", namidb.uuid7(), {})
        assert client.info()["checkpoint"] == 0
        client.flush()
        assert client.info()["checkpoint"] == 1
        client.flush()
        assert client.pending == 1
        with namidb.Client(file_uri) as other:
            assert [node["label"] for node in other.scan_label("A") + other.scan_label("B")] == ["A"]
        client.rollback()


def test_p22_lookup_node_is_exact(client: namidb.Client) -> None:
    id_ = namidb.uuid7()
    client.upsert_node("A", id_, {"x": 1})
    client.commit()
    found = client.lookup_node("A", id_.upper())
    assert found is not None
    assert list(found) == ["id", "label", "labels", "lsn", "schema_version", "properties"]
    assert client.lookup_node("B", id_) is None
    assert client.lookup_node("A", namidb.uuid7()) is None


def test_p23_all_four_reads_of_edges_and_labels_agree(client: namidb.Client) -> None:
    a, b = namidb.uuid7(), namidb.uuid7()
    client.merge_nodes("N", [{"id": a}, {"id": b}])
    client.upsert_edge("K", a, b, {"since": 2020})
    client.commit()
    (edge,) = client.out_edges("K", a)
    assert edge == {
        "id": edge["id"],
        "edge_type": "K",
        "src": a,
        "dst": b,
        "lsn": 1,
        "properties": {"since": 2020},
    }
    assert client.in_edges("K", b) == client.scan_edge_type("K") == [edge]
    assert client.out_edges("K", b) == client.in_edges("K", a) == client.scan_edge_type("L") == []
    assert [node["id"] for node in client.scan_label("N")] == [a, b]


def test_p33_compact_merges_what_checkpoints_wrote(file_uri: str) -> None:
    with namidb.Client(file_uri) as client:
        for number in range(4):
            client.cypher("CREATE (:A {x: $x})", {"x": number})
            client.flush()
        report = client.compact()
        assert report.checkpoint == 4
        assert report.runs_after == 1 <= report.runs_before
        assert client.compact().bytes_written == 0
        assert client.cypher("MATCH (a:A) RETURN a.x AS x ORDER BY x").values() == [(0,), (1,), (2,), (3,)]
    with namidb.Client(file_uri) as client:
        assert client.node_count == 4


def test_p33_a_node_may_have_several_labels(client: namidb.Client) -> None:
    id_ = namidb.uuid7()
    client.upsert_node_with_labels(("A", "B"), id_, {"x": 1})
    client.commit()
    assert client.cypher("MATCH (n:A:B) RETURN n.x AS x").scalar() == 1
    assert client.lookup_node("A", id_) is not None
    assert client.lookup_node("B", id_) is not None
