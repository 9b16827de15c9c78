"""The golden database: a namespace in every format, written once and kept. `make golden` writes it again.

To be run only when a format has changed, which gives it a new number. What an older version wrote is kept beside it
for as long as it is to be read.
"""

import shutil
from pathlib import Path

import namidb

DIRECTORY = Path(__file__).parent / "golden"

GROUPS = [
    [
        "CREATE INDEX people FOR (p:Person) ON (p.name)",
        "CREATE CONSTRAINT one_code FOR (c:Country) REQUIRE c.code IS UNIQUE",
        "CREATE (:Value {n: 1, boolean: true, small: -1, large: 9223372036854775807, float: 1.5, text: 'é!'})",
        "CREATE (:Value {n: 2, list: [1, 2, 3], texts: ['a', ''], none: []})",
        "CREATE (:Value {n: 3, date: date('-0044-03-15'), time: time('23:59:59.999999999+01:00')})",
        "CREATE (:Value {n: 6, noon: localtime('12:00')})",
        "CREATE (:Value {n: 4, at: datetime('2024-02-29T12:00:00.000000001[Europe/Berlin]')})",
        "CREATE (:Value {n: 5, span: duration('P1Y2M-3DT4.000000005S'), then: localdatetime('1969-12-31T23:59:59')})",
        "UNWIND range(0, 999) AS i CREATE (:Person {name: 'p' + toString(i), age: i % 90, i: i})",
        "MATCH (a:Person), (b:Person) WHERE b.i = (a.i * 7 + 1) % 1000 CREATE (a)-[:KNOWS {since: a.i % 20}]->(b)",
        "MATCH (hub:Person {i: 0}), (b:Person) WHERE b.i > 0 CREATE (hub)-[:FOLLOWS]->(b)",
        "CREATE (:Country {code: 'DE'}), (:Country {code: 'FR'})",
    ],
    [
        "MATCH (p:Person) WHERE p.i % 10 = 3 DETACH DELETE p",
        "MATCH (p:Person) WHERE p.i % 10 = 4 SET p:Old, p.age = 'old', p.name = NULL",
        "MATCH (p:Person)-[k:KNOWS]->() WHERE p.i % 10 = 5 DELETE k",
        "MATCH (v:Value {n: 1}) REMOVE v.float SET v.late = 1",
    ],
    [
        "CREATE (:Country {code: 'IT'})",
        "MATCH (p:Person) WHERE p.i < 5 SET p.seen = true",
        "MATCH (a:Person {i: 1}), (b:Person {i: 2}) CREATE (a)-[:LIKES {why: [1.5, 2.5]}]->(b)",
    ],
]
"""What it holds: groups of statements, each under its text as token, with a checkpoint after each but the last."""

QUESTIONS = {
    "MATCH (v:Value) RETURN properties(v) AS p ORDER BY v.n": 6,
    "MATCH (p:Person) RETURN labels(p) AS l, properties(p) AS p ORDER BY p.i": 900,
    "MATCH (a)-[r]->(b) RETURN type(r) AS t, a.i AS a, b.i AS b, properties(r) AS p ORDER BY t, a, b": 1_600,
    "MATCH (a)<-[r]-(b) RETURN type(r) AS t, count(*) AS n, sum(b.i) AS s ORDER BY t": 3,
    "MATCH (p:Person) WHERE p.name = 'p77' RETURN p.age AS age, p.i AS i": 1,
    "MATCH (c:Country) RETURN c.code AS code ORDER BY code": 3,
    "MATCH (n) RETURN labels(n) AS l, count(*) AS n ORDER BY l": 4,
}
"""Questions whose answers are all that it holds, and how many rows they have."""


def write() -> None:
    """Writes it again."""
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    with namidb.Client(f"file://{DIRECTORY}?ns=database&retain=24h") as client:
        for number, group in enumerate(GROUPS):
            if number:
                client.flush()
            for statement in group:
                client.cypher(statement, token=statement)
    # Closing writes no checkpoint of so few records: the log stays beside the runs.
    for hidden in DIRECTORY.glob(".*"):
        if hidden.is_dir():
            shutil.rmtree(hidden)
        else:
            hidden.unlink()


if __name__ == "__main__":
    write()
