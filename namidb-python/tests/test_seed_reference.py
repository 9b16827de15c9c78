"""The samples of the second seed, the Python reference, with its line breaks restored, on both local backends."""

import asyncio
import uuid

import pyarrow as pa
import pytest

import namidb
from namidb.errors import MissingExtraError


def test_p04_the_sample_of_auto_commit(client: namidb.Client) -> None:
    client.cypher("CREATE (a:Person {name: 'Alice', age: 30})")
    client.cypher("CREATE (b:Person {name: 'Bob', age: 25})")

    result = client.cypher(
        "MATCH (p:Person) WHERE p.age > $min RETURN p.name AS name, p.age AS age",
        params={"min": 26},
    )
    assert result.columns == ["name", "age"]
    assert len(result) == 1
    assert result.first() == {"name": "Alice", "age": 30}
    for row in result.rows():
        assert row == {"name": "Alice", "age": 30}


def test_p07_the_sample_of_staging(client: namidb.Client) -> None:
    alice = namidb.uuid7()
    bob = namidb.uuid7()
    client.upsert_node("Person", alice, {"name": "Alice", "age": 30})
    client.upsert_node("Person", bob, {"name": "Bob"})
    client.upsert_edge("KNOWS", alice, bob, {"since": 2020})
    assert client.cypher("MATCH (p:Person) RETURN count(*) AS n").first() == {"n": 0}
    assert client.commit() == 1
    client.flush()
    rows = client.cypher("MATCH (a)-[k:KNOWS]->(b) RETURN a.name AS a, k.since AS since, b.name AS b").rows()
    assert rows == [{"a": "Alice", "since": 2020, "b": "Bob"}]

    assert client.lookup_node("Person", alice) == {
        "id": alice,
        "label": "Person",
        "labels": ["Person"],
        "lsn": 1,
        "schema_version": 0,
        "properties": {"name": "Alice", "age": 30},
    }
    assert [node["id"] for node in client.scan_label("Person")] == [alice, bob]
    (edge,) = client.out_edges("KNOWS", alice)
    assert (edge["src"], edge["dst"], edge["edge_type"], edge["properties"]) == (alice, bob, "KNOWS", {"since": 2020})

    client.tombstone_edge("KNOWS", alice, bob)
    client.tombstone_node("Person", bob)
    assert client.commit() == 2
    assert client.out_edges("KNOWS", alice) == []
    assert client.lookup_node("Person", bob) is None


def test_p14_p15_the_sample_of_bulk_inserts(client: namidb.Client) -> None:
    rows = [{"id": str(uuid.uuid4()), "name": f"p{i}", "age": 20 + i} for i in range(10_000)]
    assert client.merge_nodes("Person", rows) == 10_000
    a, b, c = (row["id"] for row in rows[:3])
    assert (
        client.merge_edges(
            "KNOWS",
            [
                {"src": a, "dst": b, "since": 2020},
                {"src": b, "dst": c, "since": 2021},
            ],
        )
        == 2
    )
    client.commit()
    client.flush()
    assert client.node_count == 10_000
    assert client.relationship_count == 2
    found = client.cypher("MATCH (p:Person)-[k:KNOWS]->() RETURN p.name AS name, k.since AS since ORDER BY since")
    assert found.rows() == [{"name": "p0", "since": 2020}, {"name": "p1", "since": 2021}]


def test_x11_ids_that_are_no_uuids_are_refused_with_row_and_key(client: namidb.Client) -> None:
    with pytest.raises(ValueError, match=r"rows\[0\]\.src: invalid UUID \"uuid-a\""):
        client.merge_edges("KNOWS", [{"src": "uuid-a", "dst": "uuid-b", "since": 2020}])
    assert client.pending == 0


def test_p17_the_sample_of_async_mixed_with_sync(uri: str) -> None:
    async def main() -> list[dict[str, object]]:
        client = namidb.Client(uri)
        await client.acypher("CREATE (p:Person {name: 'Alice'})")
        client.cypher("CREATE (p:Person {name: 'Bob'})")
        result = await client.acypher(
            "MATCH (p:Person {name: $name}) RETURN p.name AS name",
            params={"name": "Alice"},
        )
        return result.rows()

    assert asyncio.run(main()) == [{"name": "Alice"}]


def test_the_sample_of_result_formats(people: namidb.Client) -> None:
    result = people.cypher("MATCH (p:Person) RETURN p.name AS name, p.age AS age ORDER BY p.age DESC")
    table = result.to_arrow()
    assert table.schema == pa.schema([("name", pa.string()), ("age", pa.int64())])
    assert table.to_pylist() == result.rows() == list(result)
    assert result.to_pandas()["name"].tolist() == ["Carol", "Alice", "Bob"]
    assert result.to_polars()["age"].to_list() == [42, 30, 25]


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_e18_e19_a_missing_library_is_named_with_the_command_that_installs_it(
    people: namidb.Client, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    result = people.cypher("RETURN 1 AS x")
    monkeypatch.setitem(__import__("sys").modules, library, None)
    with pytest.raises(ImportError) as raised:
        getattr(result, f"to_{library}")()
    assert isinstance(raised.value, MissingExtraError)
    assert str(raised.value).startswith(
        f"{library} is required for QueryResult.to_{library}(). Install it with `pip install 'namidb[{library}]'`. "
        "Original error: "
    )


def test_p19_columns_are_those_of_return_also_where_nothing_matches(client: namidb.Client) -> None:
    result = client.cypher("MATCH (p:Person) RETURN p.name AS name, p.age AS age, p.name, 1 + 1")
    assert result.columns == ["name", "age", "p.name", "1 + 1"]
    assert result.rows() == []
    assert result.first() is None
    assert result.to_arrow().column_names == result.columns
    with pytest.raises(ValueError, match=r"(?i)name"):
        client.cypher("RETURN 1 AS a, 2 AS a")


def test_p21_x02_a_label_as_a_table(client: namidb.Client) -> None:
    client.upsert_node_with_labels(["Person", "Admin"], namidb.uuid7(), {"name": "Ann", "lsn": 7, "mixed": 1})
    client.upsert_node("Person", namidb.uuid7(), {"age": 3, "id": "mine", "mixed": "x"})
    client.commit()
    table = client.scan_label_arrow("Person")
    own = ["id", "label", "lsn", "schema_version"]
    assert table.column_names == [*own, "age", "properties.id", "properties.lsn", "mixed", "name"]
    assert table["name"].to_pylist() == ["Ann", None]
    assert table["properties.lsn"].to_pylist() == [7, None]
    assert table["mixed"].to_pylist() == ["1", "x"]
    assert table["lsn"].to_pylist() == [1, 1]
    with_labels = client.scan_label_arrow("Person", include_labels=True)
    assert with_labels.column_names[:3] == ["id", "label", "labels"]
    assert with_labels["labels"].to_pylist() == [["Person", "Admin"], ["Person"]]
    assert client.scan_label_arrow("Nobody").num_rows == 0
    assert client.scan_label_arrow("Nobody").column_names == own


def test_p24_x01_cache_stats_are_a_tuple_with_names(client: namidb.Client) -> None:
    stats = client.cache_stats()
    hits, misses, inserts, usage = stats
    assert stats["hit"] == hits
    assert stats["miss"] == misses
    assert stats["insert"] == inserts
    assert stats["usage_bytes"] == usage
    assert {"hit", "miss", "evict"} <= set(stats.keys())
    assert dict(stats)["evict"] == stats["evict"]
    assert all(isinstance(number, int) for number in stats)


def test_p25_diagnostics_are_one_line_and_hold_no_data(client: namidb.Client) -> None:
    client.cypher("CREATE (:Secret {word: 'hunter2'})")
    assert "hunter2" not in client.store_repr()
    assert "\n" not in client.store_repr()
    scheme = client.uri.split(":")[0]
    assert scheme in {"memory", "file", "s3", "gs", "az"}
    in_bucket = "" if scheme in {"memory", "file"} else "tenants/"
    assert client.namespace_prefix() == in_bucket + client.namespace
    assert f"<namidb.Client {client.uri}" in repr(client)


def test_p30_nodes_relationships_and_paths_are_dicts_and_lists(client: namidb.Client) -> None:
    client.cypher("CREATE (:A:B {x: 1})-[:K {y: 2}]->(:C)")
    row = client.cypher("MATCH p = (a)-[r]->(b:C) RETURN a, r, b, p, {n: [a]} AS m").first()
    assert row is not None
    a, r, b = row["a"], row["r"], row["b"]
    assert a == {"_kind": "node", "id": a["id"], "label": "A", "labels": ["A", "B"], "properties": {"x": 1}}
    assert uuid.UUID(a["id"]).version == 7
    expected = {"_kind": "rel", "id": "r:0", "edge_type": "K", "src": a["id"], "dst": b["id"], "properties": {"y": 2}}
    assert r == expected
    assert row["p"] == [a, r, b]
    assert row["m"] == {"n": [a]}
    assert namidb.values.is_path(row["p"])
    unlabelled = client.cypher("CREATE (n) RETURN n").first()
    assert unlabelled is not None
    assert (unlabelled["n"]["label"], unlabelled["n"]["labels"]) == (None, [])


def test_p16_parallel_relationships_stay_apart(client: namidb.Client) -> None:
    client.cypher("CREATE (a:A), (b:B) CREATE (a)-[:R {k: 1}]->(b) CREATE (a)-[:R {k: 2}]->(b)")
    assert client.cypher("MATCH ()-[r:R]->() RETURN r.k AS k ORDER BY k").rows() == [{"k": 1}, {"k": 2}]
    (a,) = client.scan_label("A")
    assert sorted(edge["properties"]["k"] for edge in client.out_edges("R", a["id"])) == [1, 2]
    (b,) = client.scan_label("B")
    assert len({edge["id"] for edge in client.in_edges("R", b["id"])}) == 2
    assert client.scan_edge_type("R") == client.out_edges("R", a["id"])
