//! What is written, and the schema that says what may be.

use super::{database, fails, gives, rows_with, sample};
use namidb::{ErrorCode, params};

/// Q-01, L-22: what is merged is created once, also by the rows of one statement.
#[test]
fn merge_sees_what_its_own_rows_made() {
    let database = database();
    gives(
        &database,
        "UNWIND ['a', 'b', 'a'] AS k MERGE (n:K {k: k}) ON CREATE SET n.made = 1 ON MATCH SET n.met = coalesce(n.met, 0) + 1 \
         RETURN n.k AS k, n.made AS made, n.met AS met",
        &["'a' | 1 | 1", "'b' | 1 | null", "'a' | 1 | 1"],
    );
    gives(&database, "MATCH (n:K) RETURN count(*) AS n", &["2"]);
}

/// F3, F8: a statement that fails half way leaves what it had written.
#[test]
fn a_statement_that_fails_has_written_nothing() {
    let database = database();
    fails(
        &database,
        "UNWIND [1, 2, 0] AS x CREATE (:N {y: 10 / x})",
        ErrorCode::Arithmetic,
        "ArithmeticError",
        "DivisionByZero",
    );
    gives(&database, "MATCH (n) RETURN count(*) AS n", &["0"]);
}

/// a statement does not see what it writes while it reads.
#[test]
fn a_statement_reads_before_it_writes() {
    let database = sample();
    gives(&database, "MATCH (n:Person) CREATE (m:Person) RETURN count(m) AS n", &["3"]);
    database.cypher("MATCH (n:Person) WHERE n.name IS NULL DELETE n", ()).unwrap();
    gives(
        &database,
        "MATCH (a:Person {name: 'Ada'}), (b:Person {name: 'Bob'}) SET a.age = b.age, b.age = a.age RETURN a.age AS a, b.age AS b",
        &["52 | 52"],
    );
}

/// FOREACH, and SET of labels and maps.
#[test]
fn foreach_writes_for_each_element() {
    let database = database();
    database
        .cypher("CREATE (a:A) FOREACH (x IN [1, 2] | CREATE (a)-[:R {x: x}]->(:B)) SET a:Done, a += {k: 1} REMOVE a:A", ())
        .unwrap();
    gives(
        &database,
        "MATCH (a:Done)-[r]->(:B) RETURN labels(a) AS l, a.k AS k, sum(r.x) AS s",
        &["['Done'] | 1 | 3"],
    );
}

/// Q-07, M-22: CALL in transactions is rejected there.
#[test]
fn a_subquery_commits_in_pieces() {
    let database = database();
    database
        .cypher("UNWIND range(1, 5) AS x CALL (x) { CREATE (:N {x: x}) } IN TRANSACTIONS OF 2 ROWS", ())
        .unwrap();
    gives(&database, "MATCH (n:N) RETURN count(*) AS n, sum(n.x) AS s", &["5 | 15"]);
}

/// CALL with and without imports.
#[test]
fn a_subquery_runs_for_each_row() {
    let database = sample();
    gives(
        &database,
        "MATCH (p:Person) CALL (p) { OPTIONAL MATCH (p)-[:KNOWS]->(q) RETURN count(q) AS n } RETURN p.name AS p, n ORDER BY p",
        &["'Ada' | 1", "'Bob' | 1", "'Cy' | 0"],
    );
    gives(
        &database,
        "MATCH (p:Person) CALL (p) { MATCH (p)-[:KNOWS]->(q) RETURN q UNION MATCH (q)-[:KNOWS]->(p) RETURN q } \
         RETURN p.name AS p, collect(q.name) AS q ORDER BY p",
        &["'Ada' | ['Bob']", "'Bob' | ['Cy', 'Ada']", "'Cy' | ['Bob']"],
    );
}

/// Q-08, F14, X15: neither can be dropped there, their names are forgotten, and NOT NULL cannot be written.
#[test]
fn indexes_and_constraints_are_made_shown_and_dropped() {
    let database = database();
    for text in [
        "CREATE INDEX mine IF NOT EXISTS FOR (p:P) ON (p.age)",
        "CREATE INDEX mine IF NOT EXISTS FOR (p:P) ON (p.age)",
        "CREATE CONSTRAINT one FOR (p:P) REQUIRE (p.a, p.b) IS UNIQUE",
        "CREATE CONSTRAINT there FOR (p:P) REQUIRE p.name IS NOT NULL",
    ] {
        database.cypher(text, ()).unwrap();
    }
    gives(
        &database,
        "SHOW INDEXES YIELD name, type WHERE type = 'RANGE'",
        &["'mine' | 'RANGE'", "'one' | 'RANGE'"],
    );
    gives(&database, "SHOW CONSTRAINTS YIELD name", &["'one'", "'there'"]);
    fails(
        &database,
        "CREATE (:P {a: 1})",
        ErrorCode::NotNullViolation,
        "ConstraintValidationFailed",
        "CreateBlockedByConstraint",
    );
    for text in
        ["DROP INDEX mine", "DROP CONSTRAINT one", "DROP CONSTRAINT there", "DROP INDEX mine IF EXISTS"]
    {
        database.cypher(text, ()).unwrap();
    }
    gives(&database, "SHOW INDEXES YIELD name, type WHERE type = 'RANGE'", &[]);
    let error = database.cypher("DROP INDEX mine", ()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::SchemaNotFound, "{error}");
}

/// the message shows the types of the implementation.
#[test]
fn a_broken_constraint_is_told_in_the_users_terms() {
    let database = database();
    database.cypher("CREATE CONSTRAINT u FOR (p:Person) REQUIRE p.name IS UNIQUE", ()).unwrap();
    database.cypher("CREATE (:Person {name: 'a'})", ()).unwrap();
    let error = fails(
        &database,
        "CREATE (:Person {name: 'a'})",
        ErrorCode::UniqueViolation,
        "ConstraintValidationFailed",
        "CreateBlockedByConstraint",
    );
    assert!(error.message().contains("Person") && error.message().contains("'a'"), "{error}");
    assert!(!error.message().contains("Str("), "{error}");
}

/// a node without a label is not found by its id, and `id()` is a text.
#[test]
fn a_node_is_found_by_its_ids() {
    let database = sample();
    let uuid = database.cypher("MATCH (n:City) RETURN elementId(n)", ()).unwrap().scalar().unwrap();
    for text in [
        "MATCH (n {_id: $id}) RETURN n.name AS n",
        "MATCH (n:City {_id: $id}) RETURN n.name AS n",
        "MATCH (n) WHERE elementId(n) = $id RETURN n.name AS n",
        "MATCH (n) WHERE n._id IN [$id] RETURN n.name AS n",
    ] {
        assert_eq!(rows_with(&database, text, params! { "id" => uuid.clone() }), ["'Ulm'"], "{text}");
    }
    gives(&database, "MATCH (n:City) RETURN valueType(id(n)) AS t", &["'INTEGER NOT NULL'"]);
}

/// what browsers and drivers ask first.
#[test]
fn the_graph_tells_what_is_in_it() {
    let database = sample();
    gives(
        &database,
        "CALL db.labels() YIELD label RETURN label ORDER BY label",
        &["'Admin'", "'City'", "'Person'"],
    );
    gives(
        &database,
        "CALL db.relationshipTypes() YIELD relationshipType AS t RETURN t ORDER BY t",
        &["'KNOWS'", "'LIVES_IN'"],
    );
    gives(
        &database,
        "CALL db.propertyKeys() YIELD propertyKey AS k RETURN collect(k) AS k",
        &["['age', 'name', 'since']"],
    );
    let shown = rows_with(&database, "SHOW FUNCTIONS YIELD name WHERE name = 'toUpper' RETURN name", ());
    assert_eq!(shown, ["'toUpper'"]);
}

/// a plan is text alone there.
#[test]
fn a_plan_is_text_and_data() {
    let database = sample();
    let result = database.cypher("EXPLAIN MATCH (n:Person) WHERE n.age > 40 RETURN n.name", ()).unwrap();
    assert!(result.rows().any(|row| row.values().any(|v| v.to_string().contains("NodeScan"))));
    let plan = result.plan().unwrap();
    assert_eq!(plan.operator, "Project");
    let mut scan = plan;
    while scan.operator != "NodeScan" {
        scan = &scan.children[0];
    }
    assert_eq!((scan.details.as_str(), scan.estimated_rows), ("n:Person", 3.0));
    let profiled = database.cypher("PROFILE MATCH (n:Person) RETURN n.name AS n", ()).unwrap();
    assert_eq!(profiled.len(), 3);
    assert_eq!(profiled.plan().unwrap().profile.unwrap().rows, 3);
}
