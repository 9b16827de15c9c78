"""The samples of the first seed, "Embedded (Python)", as they stand there, on both local backends."""

import asyncio
import subprocess
import sys

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import trio

import namidb

PEOPLE = [
    {"name": "Alice", "age": 30},
    {"name": "Bob", "age": 25},
    {"name": "Carol", "age": 42},
]


def test_e06_e16_parameters_are_bound_and_never_spliced(client: namidb.Client) -> None:
    client.cypher("CREATE (p:Person {name: $name, age: $age})", params={"name": "Alice", "age": 30})
    evil = "x'}) DETACH DELETE p //"
    client.cypher("CREATE (p:Person {name: $name, age: $age})", params={"name": evil, "age": 1})
    result = client.cypher(
        "MATCH (p:Person) WHERE p.age >= $min RETURN p.name AS name, p.age AS age",
        params={"min": 18},
    )
    assert result.rows() == [{"name": "Alice", "age": 30}]
    found = client.cypher("MATCH (p:Person {name: $name}) RETURN p.name AS name", {"name": evil})
    assert found.first() == {"name": evil}


def test_e17_e18_e19_e20_one_result_has_several_shapes(people: namidb.Client) -> None:
    result = people.cypher("MATCH (p:Person) RETURN p.name AS name, p.age AS age")
    assert sorted(row["name"] for row in result.rows()) == ["Alice", "Bob", "Carol"]
    frames = [result.to_pandas(), result.to_polars(), result.to_arrow()]
    assert [type(frame) for frame in frames] == [pd.DataFrame, pl.DataFrame, pa.Table]
    assert [
        sorted(frame["age"].to_pylist() if isinstance(frame, pa.Table) else list(frame["age"])) for frame in frames
    ] == [[25, 30, 42]] * 3


def test_e22_acypher_runs_on_asyncio(uri: str) -> None:
    async def main() -> list[dict[str, object]]:
        client = namidb.Client(uri)
        result = await client.acypher("MATCH (p:Person) RETURN count(*) AS n")
        return result.rows()

    assert asyncio.run(main()) == [{"n": 0}]


def test_e22_acypher_runs_on_trio(uri: str) -> None:
    async def main() -> list[dict[str, object]]:
        client = namidb.Client(uri)
        result = await client.acypher("MATCH (p:Person) RETURN count(*) AS n")
        return result.rows()

    assert trio.run(main) == [{"n": 0}]


def test_e23_the_end_to_end_example(client: namidb.Client) -> None:
    client.cypher(
        "UNWIND $people AS p CREATE (:Person {name: p.name, age: p.age})",
        params={"people": PEOPLE},
    )
    df = client.cypher(
        "MATCH (p:Person) WHERE p.age >= $min RETURN p.name AS name, p.age AS age ORDER BY p.age DESC",
        params={"min": 18},
    ).to_pandas()
    assert list(df.columns) == ["name", "age"]
    assert df.to_dict("records") == [
        {"name": "Carol", "age": 42},
        {"name": "Alice", "age": 30},
        {"name": "Bob", "age": 25},
    ]


SCRIPT = """
import sys
import namidb

client = namidb.Client(sys.argv[1])
before = client.cypher("MATCH (p:Person) RETURN count(*) AS n").first()["n"]
client.cypher(
    "UNWIND $people AS p CREATE (:Person {name: p.name, age: p.age})",
    params={"people": [{"name": "Alice", "age": 30}, {"name": "Bob", "age": 25}]},
)
print(before)
"""


def test_e24_run_the_script_again_and_the_data_is_still_there(file_uri: str) -> None:
    counts = []
    for _ in range(3):
        ended = subprocess.run([sys.executable, "-c", SCRIPT, file_uri], check=True, capture_output=True, text=True)
        assert ended.stderr == ""
        counts.append(int(ended.stdout))
    assert counts == [0, 2, 4]


def test_e25_a_process_that_has_the_same_uri_open_sees_the_same_graph(file_uri: str) -> None:
    with namidb.Client(file_uri) as here:
        here.cypher("CREATE (:Person {name: 'Alice'})")
        subprocess.run([sys.executable, "-c", SCRIPT, file_uri], check=True, capture_output=True)
        assert here.cypher("MATCH (p:Person) RETURN count(*) AS n").first() == {"n": 3}
        here.cypher("CREATE (:Person {name: 'Dan'})")
        ended = subprocess.run([sys.executable, "-c", SCRIPT, file_uri], check=True, capture_output=True, text=True)
        assert int(ended.stdout) == 4


def test_e03_the_order_of_rows_is_the_same_for_the_same_input() -> None:
    def names() -> list[dict[str, object]]:
        with namidb.Client("memory://fixture") as client:
            client.cypher("UNWIND range(1, 500) AS i CREATE (:N {i: i})-[:R]->(:M {i: i % 7})")
            return client.cypher("MATCH (n:N)-[:R]->(m:M) RETURN m.i AS m, collect(n.i) AS n").rows()

    assert names() == names()


def test_e03_memory_is_private_unless_it_is_shared() -> None:
    with namidb.Client("memory://one") as a, namidb.Client("memory://one") as b:
        a.cypher("CREATE (:N)")
        assert b.node_count == 0
    with namidb.Client("memory://two?shared=true") as a, namidb.Client("memory://two?shared=true") as b:
        a.cypher("CREATE (:N)")
        assert b.cypher("MATCH (n) RETURN count(n) AS n").first() == {"n": 1}


def test_e27_x05_two_clients_race_and_every_write_is_there(file_uri: str) -> None:
    with namidb.Client(file_uri) as a, namidb.Client(file_uri) as b:
        for number in range(10):
            a.cypher("CREATE (:N {by: 'a', i: $i})", {"i": number})
            b.cypher("CREATE (:N {by: 'b', i: $i})", {"i": number})
        for client in (a, b):
            rows = client.cypher("MATCH (n:N) RETURN n.by AS writer, count(*) AS n ORDER BY writer").rows()
            assert rows == [{"writer": "a", "n": 10}, {"writer": "b", "n": 10}]


@pytest.mark.parametrize(
    "uri",
    [
        "file:///x",
        "nothing://x?ns=a",
        "memory://UPPER",
        "file:///x?ns=a&modee=open",
        "",
        "file://~/x?ns=a",
        "memory://a?ns=b?",
    ],
)
def test_p03_u13_a_malformed_uri_is_a_value_error(uri: str) -> None:
    with pytest.raises(namidb.errors.UriError) as raised:
        namidb.Client(uri)
    assert isinstance(raised.value, ValueError)
    assert raised.value.code == "NAMI-6005"
