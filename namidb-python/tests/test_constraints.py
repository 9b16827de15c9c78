"""Constraints and indexes: they are created, listed, kept and dropped."""

import pytest

import namidb
from namidb import errors


def names(client: namidb.Client, what: str) -> list[str]:
    return [row["name"] for row in client.cypher(f"SHOW {what} YIELD name").rows()]


def test_q08_constraints_of_every_kind_are_created_shown_and_dropped(client: namidb.Client) -> None:
    statements = {
        "u": "CREATE CONSTRAINT u FOR (p:P) REQUIRE (p.first, p.last) IS UNIQUE",
        "n": "CREATE CONSTRAINT n FOR (p:P) REQUIRE p.first IS NOT NULL",
        "k": "CREATE CONSTRAINT k FOR ()-[r:R]-() REQUIRE r.id IS RELATIONSHIP KEY",
        "t": "CREATE CONSTRAINT t FOR (p:P) REQUIRE p.age IS :: INTEGER | FLOAT",
    }
    for text in statements.values():
        client.cypher(text)
        with pytest.raises(errors.ConstraintError) as raised:
            client.cypher(text)
        assert raised.value.name == "schema_error"
        client.cypher(text.replace(" FOR ", " IF NOT EXISTS FOR "))
    assert names(client, "CONSTRAINTS") == ["u", "n", "k", "t"]
    assert names(client, "INDEXES") == ["u", "k"]
    rows = list(client.cypher("SHOW CONSTRAINTS").rows())
    assert [row["type"] for row in rows] == [
        "UNIQUENESS",
        "NODE_PROPERTY_EXISTENCE",
        "RELATIONSHIP_KEY",
        "NODE_PROPERTY_TYPE",
    ]
    assert rows[0]["properties"] == ["first", "last"]
    assert rows[3]["propertyType"] == "INTEGER | FLOAT"
    for name in statements:
        client.cypher(f"DROP CONSTRAINT {name}")
        client.cypher(f"DROP CONSTRAINT {name} IF EXISTS")
    assert names(client, "CONSTRAINTS") == names(client, "INDEXES") == []
    with pytest.raises(errors.ConstraintError) as raised:
        client.cypher("DROP CONSTRAINT u")
    assert raised.value.name == "schema_not_found"


def test_f14_indexes_and_constraints_are_dropped_and_keep_their_names(client: namidb.Client) -> None:
    client.cypher("CREATE INDEX mine FOR (p:P) ON (p.a)")
    client.cypher("CREATE INDEX both FOR ()-[r:R]-() ON (r.a, r.b)")
    client.cypher("CREATE INDEX ON :P(old)")
    assert names(client, "INDEXES") == ["mine", "both", "index_P_old"]
    found = client.cypher("SHOW INDEXES YIELD name, properties WHERE name = 'both'").first()
    assert found == {"name": "both", "properties": ["a", "b"]}
    client.cypher("DROP INDEX mine")
    client.cypher("DROP INDEX ON :P(old)")
    client.cypher("DROP INDEX mine IF EXISTS")
    assert names(client, "INDEXES") == ["both"]


def test_x15_what_must_be_there_is_there(client: namidb.Client) -> None:
    client.cypher("CREATE CONSTRAINT named FOR (p:P) REQUIRE p.name IS NOT NULL")
    with pytest.raises(errors.ConstraintError, match=r"P\.name is missing") as raised:
        client.cypher("CREATE (:P)")
    assert raised.value.name == "not_null_violation"
    client.cypher("CREATE (p:P) SET p.name = 'Ada'")
    with pytest.raises(errors.ConstraintError):
        client.cypher("MATCH (p:P) REMOVE p.name")


def test_q09_a_violation_is_told_in_the_users_words_from_cypher_and_from_staging(client: namidb.Client) -> None:
    client.cypher("CREATE CONSTRAINT once FOR (p:Person) REQUIRE p.name IS UNIQUE")
    client.cypher("CREATE (:Person {name: 'a'})")
    with pytest.raises(errors.ConstraintError) as cypher:
        client.cypher("CREATE (:Person {name: 'a'})")
    client.upsert_node("Person", namidb.uuid7(), {"name": "b"})
    client.upsert_node("Person", namidb.uuid7(), {"name": "a"})
    with pytest.raises(errors.ConstraintError) as staged:
        client.commit()
    for raised in (cypher.value, staged.value):
        assert isinstance(raised, ValueError)
        assert isinstance(raised, RuntimeError)
        assert "Person.name = 'a'" in str(raised)
        assert raised.name == "unique_violation"
        assert raised.neo4j_code == "Neo.ClientError.Schema.ConstraintValidationFailed"
        assert raised.outcome == "not_applied"
        assert not raised.retryable
        assert raised.hint is not None
        assert raised.details["constraint"] == "once"
        assert raised.details["values"] == "'a'"
    assert cypher.value.type == "ConstraintValidationFailed"
    assert client.cypher("MATCH (p:Person) RETURN count(*) AS n").first() == {"n": 1}


def test_l27_keys_and_types_are_kept_on_relationships_too(client: namidb.Client) -> None:
    client.cypher("CREATE CONSTRAINT FOR ()-[r:R]-() REQUIRE r.id IS KEY")
    client.cypher("CREATE CONSTRAINT FOR ()-[r:R]-() REQUIRE r.tags IS :: LIST<STRING NOT NULL>")
    client.cypher("CREATE (:A)-[:R {id: 1, tags: ['x']}]->(:A)")
    for properties, name in [
        ("{id: 1}", "key_violation"),
        ("{}", "key_violation"),
        ("{id: 2, tags: [1]}", "type_violation"),
    ]:
        with pytest.raises(errors.ConstraintError) as raised:
            client.cypher(f"MATCH (a:A) WITH a LIMIT 1 CREATE (a)-[:R {properties}]->(a)")
        assert raised.value.name == name


def test_q08_constraints_and_indexes_count_in_the_summary(client: namidb.Client) -> None:
    counters = client.cypher("CREATE CONSTRAINT c FOR (p:P) REQUIRE p.a IS UNIQUE").summary.counters
    assert (counters["constraints_added"], counters["indexes_added"]) == (1, 0)
    counters = client.cypher("DROP CONSTRAINT c").summary.counters
    assert counters["constraints_removed"] == 1
