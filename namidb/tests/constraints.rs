//! Constraints between writers: whoever commits, in whichever process, keeps them.

#![allow(clippy::unwrap_used, reason = "only tests use it")]

mod common;

use common::{Directory, id, name, on_each_backend, open};
use namidb::blocking::Database;
use namidb::{ErrorCode, Outcome, StagedBatch, Value, params};
use std::thread;

fn unique(database: &Database) {
    database.cypher("CREATE CONSTRAINT one FOR (n:L) REQUIRE n.k IS UNIQUE", ()).unwrap();
}

fn count(database: &Database) -> i64 {
    let result = database.cypher("MATCH (n:L) RETURN count(n)", ()).unwrap();
    result.rows().next().unwrap().values().next().unwrap().as_integer().unwrap()
}

#[test]
fn of_many_that_create_the_same_key_one_has_created_it() {
    on_each_backend(|uri| {
        let (one, two) = (open(uri), open(uri));
        unique(&one);
        let won: usize = thread::scope(|scope| {
            let tasks: Vec<_> = (0..4)
                .map(|n| {
                    let database = if n % 2 == 0 { &one } else { &two };
                    scope.spawn(move || {
                        let mut won = 0;
                        for k in 0..10 {
                            match database.cypher("CREATE (:L {k: $k})", params! { "k" => k }) {
                                Ok(_) => won += 1,
                                Err(error) => {
                                    assert_eq!(error.code(), ErrorCode::UniqueViolation);
                                    assert_eq!(error.outcome(), Outcome::NotApplied);
                                    assert_eq!(error.detail("constraint"), Some("one"));
                                }
                            }
                        }
                        won
                    })
                })
                .collect();
            tasks.into_iter().map(|task| task.join().unwrap()).sum()
        });
        assert_eq!((won, count(&one), count(&two)), (10, 10, 10));
    });
}

#[test]
fn of_many_that_merge_the_same_key_one_creates_it_and_all_find_it() {
    on_each_backend(|uri| {
        let (one, two) = (open(uri), open(uri));
        unique(&one);
        thread::scope(|scope| {
            for n in 0..4 {
                let database = if n % 2 == 0 { &one } else { &two };
                scope.spawn(move || {
                    for k in 0..10 {
                        let text = "MERGE (n:L {k: $k}) SET n.seen = coalesce(n.seen, 0) + 1";
                        database.cypher(text, params! { "k" => k }).unwrap();
                    }
                });
            }
        });
        let result = one.cypher("MATCH (n:L) RETURN count(n), min(n.seen), max(n.seen)", ()).unwrap();
        let row: Vec<Value> = result.rows().next().unwrap().values().collect();
        assert_eq!(row, [Value::from(10), Value::from(4), Value::from(4)]);
    });
}

#[test]
fn of_two_transactions_that_give_the_same_key_the_second_can_be_retried() {
    on_each_backend(|uri| {
        let (one, two) = (open(uri), open(uri));
        unique(&one);
        let (mut winner, mut loser) = (one.begin().unwrap(), two.begin().unwrap());
        winner.cypher("CREATE (:L {k: 1})", ()).unwrap();
        loser.cypher("CREATE (:L {k: 1.0})", ()).unwrap();
        winner.commit().unwrap();
        let error = loser.commit().unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), (ErrorCode::Conflict, true));
        assert_eq!(error.detail("constraint"), Some("one"));
        // Tried again, it sees what the other has done.
        let mut again = two.begin().unwrap();
        let error = again.cypher("CREATE (:L {k: 1.0})", ()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::UniqueViolation);
        again.cypher("CREATE (:L {k: 2})", ()).unwrap();
        again.commit().unwrap();
        assert_eq!(count(&one), 2);
    });
}

#[test]
fn a_new_constraint_conflicts_with_every_transaction_that_is_older() {
    on_each_backend(|uri| {
        let (one, two) = (open(uri), open(uri));
        let mut older = two.begin().unwrap();
        older.cypher("CREATE (:L {k: 1}), (:L {k: 1})", ()).unwrap();
        unique(&one);
        assert_eq!(older.commit().unwrap_err().code(), ErrorCode::Conflict);
        // A statement that commits by itself is executed again, and judged.
        let error = two.cypher("CREATE (:L {k: 1}), (:L {k: 1})", ()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::UniqueViolation);
        assert_eq!(count(&two), 0);
    });
}

#[test]
fn what_must_be_there_is_asked_when_a_transaction_commits() {
    on_each_backend(|uri| {
        let database = open(uri);
        database.cypher("CREATE CONSTRAINT there FOR (n:L) REQUIRE n.k IS NOT NULL", ()).unwrap();
        let mut transaction = database.begin().unwrap();
        transaction.cypher("CREATE (:L {x: 1})", ()).unwrap();
        transaction.cypher("MATCH (n:L) SET n.k = n.x", ()).unwrap();
        transaction.commit().unwrap();
        let mut transaction = database.begin().unwrap();
        transaction.cypher("CREATE (:L {x: 2})", ()).unwrap();
        let error = transaction.commit().unwrap_err();
        assert_eq!((error.code(), error.outcome()), (ErrorCode::NotNullViolation, Outcome::NotApplied));
        assert_eq!(count(&database), 1);
    });
}

#[test]
fn a_batch_is_judged_when_it_is_committed_and_as_a_whole() {
    on_each_backend(|uri| {
        let database = open(uri);
        unique(&database);
        let mut batch = database.batch();
        batch.upsert_node(["L"], id(1), [("k", 1)]).unwrap();
        batch.upsert_node(["L"], id(2), [("k", 2)]).unwrap();
        batch.commit().unwrap();
        // Values may pass from one to another.
        batch.upsert_node(["L"], id(1), [("k", 2)]).unwrap();
        batch.upsert_node(["L"], id(2), [("k", 1)]).unwrap();
        batch.commit().unwrap();
        batch.upsert_node(["L"], id(3), [("k", 3)]).unwrap();
        batch.upsert_node(["L"], id(4), [("k", 1)]).unwrap();
        let error = batch.commit().unwrap_err();
        assert_eq!((error.code(), error.outcome()), (ErrorCode::UniqueViolation, Outcome::NotApplied));
        assert!(error.to_string().contains("L.k = 1 exists already"), "{error}");
        assert_eq!(count(&database), 2);

        let mut rows = StagedBatch::new();
        rows.upsert_node(&[name("L")], id(4), &[(name("k"), Value::from(1))]).unwrap();
        let mut transaction = database.begin().unwrap();
        transaction.apply(&rows).unwrap();
        assert_eq!(transaction.commit().unwrap_err().code(), ErrorCode::UniqueViolation);
    });
}

#[test]
fn constraints_outlast_checkpoints_and_closing() {
    let directory = Directory::new();
    let uri = directory.uri("");
    let database = open(&uri);
    unique(&database);
    database.cypher("CREATE CONSTRAINT key FOR ()-[r:R]-() REQUIRE (r.a, r.b) IS KEY", ()).unwrap();
    database.cypher("CREATE (n:L {k: 1})-[:R {a: 1, b: 1}]->(n)", ()).unwrap();
    let before = database.schema().unwrap();
    database.flush().unwrap();
    database.cypher("CREATE CONSTRAINT typed FOR (n:L) REQUIRE n.k IS :: INTEGER", ()).unwrap();
    database.close().unwrap();

    let database = open(&uri);
    let after = database.schema().unwrap();
    assert_eq!((&after.constraints[..2], &after.indexes), (&before.constraints[..], &before.indexes));
    for (text, code) in [
        ("CREATE (:L {k: 1})", ErrorCode::UniqueViolation),
        ("CREATE (:L {k: '1'})", ErrorCode::TypeViolation),
        ("MATCH (n:L) CREATE (n)-[:R {a: 1, b: 1}]->(n)", ErrorCode::KeyViolation),
        ("MATCH (n:L) CREATE (n)-[:R {a: 1}]->(n)", ErrorCode::KeyViolation),
    ] {
        assert_eq!(database.cypher(text, ()).unwrap_err().code(), code, "{text}");
    }
    database.cypher("DROP CONSTRAINT one", ()).unwrap();
    database.close().unwrap();
    let database = open(&uri);
    database.cypher("CREATE (:L {k: 1})", ()).unwrap();
    assert_eq!(count(&database), 2);
}

#[test]
fn an_error_of_a_constraint_has_the_place_of_what_broke_it() {
    let places = [
        ("MATCH (q:Q)\nCREATE (p:P {name: 'a'})", (2, 8)),
        ("CREATE (p:P {name: 'b'})\nCREATE (x:P)", (2, 8)),
        ("MATCH (p:P)\nSET p.age = 'old'", (2, 5)),
        ("CREATE (p:P {name: 'c'})\nREMOVE p.name", (2, 8)),
        ("MERGE (p:P {name: 'd', age: 1})\nON CREATE SET p.name = 'a'", (2, 15)),
        ("MATCH (p:P)-->()\nDELETE p", (2, 8)),
    ];
    for (text, place) in places {
        let database = Database::open("memory://demo").unwrap();
        for statement in [
            "CREATE CONSTRAINT u FOR (p:P) REQUIRE p.name IS UNIQUE",
            "CREATE CONSTRAINT n FOR (p:P) REQUIRE p.name IS NOT NULL",
            "CREATE CONSTRAINT t FOR (p:P) REQUIRE p.age IS :: INTEGER",
            "CREATE (:P {name: 'a'})-[:K]->(:Q)",
        ] {
            database.cypher(statement, ()).unwrap();
        }
        let error = database.cypher(text, ()).unwrap_err();
        let position = error.position().unwrap_or_else(|| panic!("{text}: {error}"));
        assert_eq!((position.line, position.column), place, "{text}: {error}");
        let query = error.query_error().unwrap();
        assert!(namidb_cypher::diagnostic::render(query, text).contains("\n  | "), "an excerpt with a caret");
    }
}
