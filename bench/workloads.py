"""What is asked: the statements in plain openCypher, and their parameters, the same in every run."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.graph import DAY, START, Meta

Params = dict[str, Any]


def persons(count: int) -> Callable[[np.random.Generator, Meta], list[Params]]:
    """Parameter sets with the id of a person."""
    return lambda r, meta: [{"id": int(x)} for x in r.integers(0, meta["counts"]["Person"], count)]


def persons_and_dates(count: int) -> Callable[[np.random.Generator, Meta], list[Params]]:
    """Parameter sets with the id of a person and a date."""

    def sets(r: np.random.Generator, meta: Meta) -> list[Params]:
        ids = r.integers(0, meta["counts"]["Person"], count)
        return [{"id": int(x), "d": int(START + 7 * 365 * DAY + r.integers(0, 6 * 365) * DAY)} for x in ids]

    return sets


def pairs(count: int) -> Callable[[np.random.Generator, Meta], list[Params]]:
    """Parameter sets with the ids of two persons."""

    def sets(r: np.random.Generator, meta: Meta) -> list[Params]:
        drawn = r.integers(0, meta["counts"]["Person"], (count, 2))
        return [{"a": int(a), "b": int(b)} for a, b in drawn if a != b]

    return sets


def nothing(_r: np.random.Generator, _meta: Meta) -> list[Params]:
    """One parameter set without parameters."""
    return [{}]


@dataclass(frozen=True)
class Read:
    """A statement that reads."""

    cypher: str
    params: Callable[[np.random.Generator, Meta], list[Params]]
    ordered: bool = False


READS = {
    "W2_point": Read(
        "MATCH (p:Person {id: $id}) RETURN p.firstName AS fn, p.lastName AS ln, p.age AS age", persons(1000)
    ),
    "W3_1hop": Read(
        "MATCH (p:Person {id: $id})-[:KNOWS]-(f:Person) RETURN f.id AS id, f.firstName AS fn ORDER BY id",
        persons(200),
        ordered=True,
    ),
    "W3_2hop": Read(
        "MATCH (p:Person {id: $id})-[:KNOWS]-(a:Person)-[:KNOWS]-(f:Person) WHERE f.id <> $id "
        "RETURN count(DISTINCT f) AS n",
        persons(40),
    ),
    "W3_3hop": Read(
        "MATCH (p:Person {id: $id})-[:KNOWS]->(a:Person)-[:KNOWS]->(b:Person)-[:KNOWS]->(f:Person) "
        "RETURN count(DISTINCT f) AS n",
        persons(20),
    ),
    "W4_ic2": Read(
        "MATCH (p:Person {id: $id})-[:KNOWS]-(f:Person)<-[:HAS_CREATOR]-(m:Post) WHERE m.creationDate < $d "
        "RETURN f.id AS fid, m.id AS mid, m.creationDate AS cd ORDER BY cd DESC, mid ASC LIMIT 20",
        persons_and_dates(50),
        ordered=True,
    ),
    "W4_ic9": Read(
        "MATCH (p:Person {id: $id})-[:KNOWS*1..2]-(f:Person) WITH DISTINCT f, $id AS me WHERE f.id <> me "
        "MATCH (f)<-[:HAS_CREATOR]-(m:Post) WHERE m.creationDate < $d "
        "RETURN f.id AS fid, m.id AS mid, m.creationDate AS cd ORDER BY cd DESC, mid ASC LIMIT 20",
        persons_and_dates(10),
        ordered=True,
    ),
    "W5_labels": Read("MATCH (n) RETURN labels(n)[0] AS l, count(*) AS n2", nothing),
    "W5_city": Read(
        "MATCH (p:Person)-[:LIVES_IN]->(c:City) RETURN c.name AS name, avg(p.age) AS a, count(*) AS n ORDER BY name",
        nothing,
        ordered=True,
    ),
    "W5_tags": Read(
        "MATCH (m:Post)-[:HAS_TAG]->(t:Tag) RETURN t.name AS name, count(*) AS n ORDER BY n DESC, name LIMIT 10",
        nothing,
        ordered=True,
    ),
    "W5_tags2": Read(
        "MATCH (p:Person)<-[:HAS_CREATOR]-(m:Post)-[:HAS_TAG]->(t:Tag) WHERE p.age < 30 "
        "RETURN t.name AS name, count(*) AS n ORDER BY n DESC, name LIMIT 10",
        nothing,
        ordered=True,
    ),
    "W5_degree": Read(
        "MATCH (p:Person)-[:KNOWS]-(f:Person) WITH p, count(f) AS d RETURN d, count(*) AS n ORDER BY d",
        nothing,
        ordered=True,
    ),
    "W6_local": Read(
        "MATCH (a:Person {id: $id})-[:KNOWS]-(b:Person)-[:KNOWS]-(c:Person)-[:KNOWS]-(a) RETURN count(*) AS n",
        persons(20),
    ),
    "W6_tri": Read(
        "MATCH (a:Person)-[:KNOWS]->(b:Person)-[:KNOWS]->(c:Person)<-[:KNOWS]-(a) RETURN count(*) AS n", nothing
    ),
    "W7_var": Read(
        "MATCH (p:Person {id: $id})-[:KNOWS*1..3]-(f:Person) WHERE f.id <> $id RETURN count(DISTINCT f) AS n",
        persons(10),
    ),
    "W7_sp": Read(
        "MATCH path = shortestPath((a:Person {id: $a})-[:KNOWS*..6]-(b:Person {id: $b})) RETURN length(path) AS n",
        pairs(20),
    ),
}
WRITES = {
    "W8_create": "CREATE (p:Person {id: $id, firstName: $fn, lastName: 'w', age: $age})",
    "W8_edge": "MATCH (a:Person {id: $a}), (b:Person {id: $b}) CREATE (a)-[:KNOWS {since: 2024}]->(b)",
    "W8_set": "MATCH (p:Person {id: $id}) SET p.age = $age",
    "W8_merge": "MERGE (p:Person {id: $id}) ON CREATE SET p.age = $age ON MATCH SET p.age = $age",
    "W8_batch": "UNWIND $rows AS r CREATE (p:Person {id: r.id, firstName: r.fn, age: r.age})",
}
EGRESS = {
    "W10_range": "UNWIND range(0, 999999) AS i RETURN i AS a, i * 2 AS b, i % 1000 AS c",
    "W10_scan": "MATCH (m:Post) RETURN m.id AS id, m.creationDate AS d, m.content AS content",
    "W10_edges": "MATCH (p:Person)-[l:LIKES]->(m:Post) RETURN p.id AS a, m.id AS b, l.date AS d",
}
COUNT = "MATCH (p:Person) RETURN count(*) AS n"


def params(workload: str, meta: Meta) -> list[Params]:
    """The parameter sets of a reading workload."""
    return READS[workload].params(np.random.default_rng(zlib.crc32(workload.encode())), meta)


def write_params(workload: str, meta: Meta, repetition: int, count: int) -> Iterator[Params]:
    """Parameter sets of a writing workload; what they create is new in every repetition."""
    persons = meta["counts"]["Person"]
    r = np.random.default_rng(zlib.crc32(workload.encode()) + repetition)
    base = 10_000_000 + list(WRITES).index(workload) * 10_000_000 + repetition * 100_000
    for number in range(count):
        match workload:
            case "W8_create":
                yield {"id": base + number, "fn": f"n{number}", "age": number % 80}
            case "W8_edge":
                a = int(r.integers(0, persons))
                yield {"a": a, "b": (a + 7 + 1000 * (repetition + 1) + number) % persons}
            case "W8_set":
                yield {"id": int(r.integers(0, persons)), "age": number % 80}
            case "W8_merge":
                known = int(r.integers(0, persons))
                yield {"id": base + number if number % 2 else known, "age": number % 80}
            case _:
                first = base + number * 1000
                yield {"rows": [{"id": first + j, "fn": f"n{j}", "age": j % 80} for j in range(1000)]}
