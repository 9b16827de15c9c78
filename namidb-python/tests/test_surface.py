"""What results and descriptions tell besides rows: objects, networkx, requests, notifications, names."""

import pickle
import uuid
from typing import Any

import pyarrow as pa
import pytest

import namidb
from namidb import errors
from namidb.objects import Node, Path, Relationship

GRAPH = "CREATE (a:P:Q {name: 'Ada'})-[k:K {since: 1}]->(b:P {name: 'Bob'})"


@pytest.fixture
def pair(memory: namidb.Client) -> namidb.Client:
    memory.cypher(GRAPH)
    return memory


def test_objects_are_the_dicts_with_attributes(pair: namidb.Client) -> None:
    query = "MATCH p = (a)-[k]->(b) RETURN a, k, p, [a, {k: k}] AS nested, a.name AS name, null AS nothing"
    plain, row = pair.cypher(query).rows()[0], pair.cypher(query).objects()[0]
    assert {key: (type(value)) for key, value in row.items()} == {
        "a": Node,
        "k": Relationship,
        "p": Path,
        "nested": list,
        "name": str,
        "nothing": type(None),
    }
    assert (dict(row["a"]), dict(row["k"]), list(row["p"])) == (plain["a"], plain["k"], plain["p"])
    assert (row["a"].label, row["a"].labels, row["a"].properties) == ("P", ["P", "Q"], {"name": "Ada"})
    assert (row["k"].edge_type, row["k"].src, row["k"].dst) == ("K", row["a"].id, row["p"].end.id)
    assert row["nested"] == [row["a"], {"k": row["k"]}]
    assert isinstance(row["nested"][1]["k"], Relationship)
    assert (row["p"].nodes, row["p"].relationships) == ([row["a"], row["p"].end], [row["k"]])
    assert len({row["a"], row["p"].start, row["p"].end, row["k"]}) == 3
    assert row["a"] != row["k"]
    assert pickle.loads(pickle.dumps(row["a"])) == row["a"]
    assert "Ada" in repr(row["a"])
    assert ":K" in repr(row["k"])


def test_a_result_becomes_a_graph_of_networkx(pair: namidb.Client) -> None:
    pair.cypher("MATCH (a:Q) SET a.label = 'own'")
    pair.cypher("MATCH (a:Q), (b:P {name: 'Bob'}) CREATE (a)-[:K {edge_type: 'x'}]->(b)")
    graph = pair.cypher("MATCH (a)-[k]->(b) RETURN a, k, b").to_networkx()
    assert (graph.is_multigraph(), graph.is_directed()) == (True, True)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (2, 2)
    [ada] = [data for _, data in graph.nodes(data=True) if data["name"] == "Ada"]
    assert ada == {"label": "P", "labels": ["P", "Q"], "name": "Ada", "properties.label": "own"}
    edges = sorted((data for _, _, data in graph.edges(data=True)), key=lambda data: sorted(data))
    assert edges == [{"edge_type": "K", "properties.edge_type": "x"}, {"edge_type": "K", "since": 1}]


def test_networkx_that_is_missing_is_named(pair: namidb.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(errors.MissingExtraError, match=r"pip install 'namidb\[networkx\]'"):
        pair.cypher("MATCH (n) RETURN n").to_networkx()


def test_a_result_says_what_it_cost(client: namidb.Client) -> None:
    write = client.cypher("CREATE (:N)")
    assert write.stats["put"] >= 1
    # What a slow store has not answered in time is asked for, or sent again, and counted once more.
    again = client.cypher("CREATE (:N)").stats
    if not again["retries"] and not again["put_errors"]:
        assert (again["put"], again["get"], again["list"]) == (1, 0, 0)
    # With no staleness allowed a bucket is asked for the next record; what is local looks for it without a request.
    is_local = client.uri.startswith(("memory:", "file:"))
    read = client.cypher("MATCH (n) RETURN n").stats
    assert read["requests"] - read["retries"] == (0 if is_local else 1)


def test_names_that_nothing_has_are_told(pair: namidb.Client) -> None:
    def codes(query: str) -> list[tuple[str, str]]:
        result = pair.cypher(query)
        notes = result.notifications
        assert result.summary.notifications == notes
        return [(note.code, note.description.split(":")[0].split()[-1]) for note in notes]

    assert codes("MATCH (n:P)-[:K]->(m) WHERE m:Q RETURN n") == []
    assert codes("MATCH (n:Person) RETURN n") == [("UnknownLabel", "Person")]
    assert codes("MATCH (n:P)-[:LIKES*1..2]->(m:X) RETURN n") == [
        ("UnknownLabel", "X"),
        ("UnknownRelationshipType", "LIKES"),
    ]
    assert codes("MATCH (n) WHERE EXISTS { (n)-[:HATES]->() } RETURN n") == [("UnknownRelationshipType", "HATES")]
    assert codes("MATCH ()-[k]->() WHERE k:K RETURN k") == []
    assert codes("MERGE (n:New) RETURN n") == []
    assert codes("MATCH (n:P {nmae: 1}) RETURN n") == [("UnknownPropertyKey", "nmae")]
    assert codes("MATCH ()-[k:K]->(m) WHERE k.sicne > 1 RETURN k") == [("UnknownPropertyKey", "sicne")]
    assert codes("UNWIND [{y: 1}] AS row MATCH (n) WHERE n._id = row.y RETURN row.y, date().year") == []
    many = "UNWIND range(1, 2000) AS x CREATE (n:N {x: x}) RETURN n"
    pair.cypher(many, token="t")
    assert [note.code for note in pair.cypher(many, token="t").notifications] == ["RowsNotKept"]


def test_a_description_names_what_is_read_and_written(memory: namidb.Client) -> None:
    contract = memory.describe(
        "MATCH (a:A {x: $x})-[:R]->(b) WHERE b:B AND EXISTS { (b)-[:S]->(:C) } "
        "MERGE (a)-[t:T {since: 1}]->(d:D) ON CREATE SET d.made = true SET a += {y: 2}, b:E REMOVE b.z "
        "RETURN a.name AS name"
    )
    assert (contract.kind, contract.read_only, contract.parameters) == ("rw", False, ["x"])
    assert contract.reads.labels == ["A", "B", "C", "D"]
    assert contract.reads.edge_types == ["R", "S", "T"]
    assert {"x", "name"} <= set(contract.reads.property_keys)
    assert contract.writes.labels == ["D", "E"]
    assert contract.writes.edge_types == ["T"]
    assert contract.writes.property_keys == ["made", "since", "y", "z"]
    assert memory.describe("MATCH (n) RETURN n").read_only


@pytest.mark.parametrize("arrow", [False, True])
def test_p09_what_becomes_of_a_node_that_is_there_can_be_chosen(client: namidb.Client, arrow: bool) -> None:
    one, two = str(uuid.uuid4()), str(uuid.uuid4())

    def merge(on_existing: Any) -> tuple[Any, Any]:
        client.clear()
        client.upsert_node("A", one, {"x": 1, "old": 0})
        client.commit()
        rows: Any = [{"id": one, "x": 2}, {"id": two, "x": 3}]
        rows = pa.Table.from_pylist(rows) if arrow else rows
        assert client.merge_nodes("B", rows, on_existing=on_existing) == 2
        client.commit()
        found = client.cypher("MATCH (n) RETURN labels(n) AS l, properties(n) AS p ORDER BY n.x").values()
        assert len(found) == 2
        return found[0], found[1]

    added = (["B"], {"x": 3})
    assert merge("replace") == ((["B"], {"x": 2}), added)
    assert merge("merge") == ((["A", "B"], {"x": 2, "old": 0}), added)
    assert merge("skip") == ((["A"], {"x": 1, "old": 0}), added)
    with pytest.raises(errors.ConstraintError, match=f"the node {one} exists already"):
        merge("error")
    assert client.rollback() == 2
    assert client.node_count == 1
    with pytest.raises(errors.ParameterError, match="replace, merge, skip or error"):
        client.merge_nodes("B", [], on_existing="upsert")  # type: ignore[arg-type]


PLACES = [
    ("MATCH (q:Q)\nCREATE (p:P {name: 'a'})", (2, 8), "unique_violation"),
    ("CREATE (p:P {name: 'b'})\nCREATE (x:P)", (2, 8), "not_null_violation"),
    ("MATCH (p:P)\nSET p.age = 'old'", (2, 5), "type_violation"),
    ("CREATE (p:P {name: 'c'})\nREMOVE p.name", (2, 8), "not_null_violation"),
    ("MERGE (p:P {name: 'd', age: 1})\nON CREATE SET p.name = 'a'", (2, 15), "unique_violation"),
    ("MATCH (p:P)-->()\nDELETE p", (2, 8), "delete_connected"),
    ("MATCH (p:P)\nFOREACH (x IN [1, 2] | CREATE (:P {name: 'e'}))", (2, 31), "unique_violation"),
    ("UNWIND ['f', 'a'] AS name\nCREATE (:P {name: name})", (2, 8), "unique_violation"),
]


CASES = [(*case, False) for case in PLACES] + [
    # That something is missing is found when the transaction commits, and no statement is to blame.
    (*case, True)
    for case in PLACES
    if case[2] != "not_null_violation"
]


@pytest.mark.parametrize(("query", "place", "name", "inside"), CASES)
def test_q09_a_constraint_error_says_where_in_the_statement(
    memory: namidb.Client, query: str, place: tuple[int, int], name: str, inside: bool
) -> None:
    memory.cypher("CREATE CONSTRAINT u FOR (p:P) REQUIRE p.name IS UNIQUE")
    memory.cypher("CREATE CONSTRAINT n FOR (p:P) REQUIRE p.name IS NOT NULL")
    memory.cypher("CREATE CONSTRAINT t FOR (p:P) REQUIRE p.age IS :: INTEGER")
    memory.cypher("CREATE (:P {name: 'a'})-[:K]->(:Q)")
    run = memory.begin().cypher if inside else memory.cypher
    with pytest.raises(errors.ConstraintError) as raised:
        run(query)
    assert raised.value.name == name
    assert raised.value.position is not None
    assert raised.value.position[:2] == place
    assert f"(line {place[0]}, column {place[1]})" in str(raised.value)
    assert memory.node_count == 2
