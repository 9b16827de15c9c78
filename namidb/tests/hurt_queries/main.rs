//! The queries that people hurt themselves on: each gives exactly these rows, or exactly this error.
//!
//! Every test names in its documentation where the complaint comes from: a row of the feature table (`Q-03`, `F7`, section 2
//! row 17), and the project and number of the report where the table cites one. The queries are ours.
#![allow(clippy::unwrap_used, reason = "a test and its helpers may panic")]

mod matching;
mod values;
mod writing;

use namidb::blocking::Database;
use namidb::{ErrorCode, Params, Value};

fn database() -> Database {
    Database::open("memory://hurt").unwrap()
}

/// The rows, their values as they would be written in a query.
fn rows_with(database: &Database, text: &str, params: impl Into<Params>) -> Vec<String> {
    let result = database.cypher(text, params).unwrap_or_else(|error| panic!("{text}: {error}"));
    let show = |values: Vec<Value>| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    result.rows().map(|row| show(row.values().collect())).collect()
}

#[track_caller]
fn gives(database: &Database, text: &str, rows: &[&str]) {
    assert_eq!(rows_with(database, text, ()), rows, "{text}");
}

/// One row, of an empty graph.
#[track_caller]
fn returns(text: &str, row: &str) {
    gives(&database(), text, &[row]);
}

/// The error's code and openCypher's words for it.
#[track_caller]
fn fails(database: &Database, text: &str, code: ErrorCode, error_type: &str, detail: &str) -> namidb::Error {
    let Err(error) = database.cypher(text, ()) else { panic!("{text} runs") };
    let words = error.query_error().map(|e| (e.error_type().to_owned(), e.detail().to_owned()));
    assert_eq!(error.code(), code, "{text}: {error}");
    assert_eq!(words, Some((error_type.to_owned(), detail.to_owned())), "{text}: {error}");
    error
}

fn sample() -> Database {
    let database = database();
    database
        .cypher(
            "CREATE (a:Person {name: 'Ada', age: 36}), (b:Person {name: 'Bob', age: 52}), \
             (c:Person:Admin {name: 'Cy', age: 36}), (x:City {name: 'Ulm'}), \
             (a)-[:KNOWS {since: 1990}]->(b)-[:KNOWS {since: 2000}]->(c), (a)-[:LIVES_IN]->(x), (c)-[:LIVES_IN]->(x)",
            (),
        )
        .unwrap();
    database
}
