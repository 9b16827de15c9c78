//! CALL IN TRANSACTIONS: each of its transactions is a record of its own.

mod common;

use common::{on_each_backend, open};
use namidb::{ErrorCode, Outcome, QueryOptions, Seq, Value};

#[test]
fn a_statement_that_commits_by_itself_leaves_a_record_for_each_of_its_transactions() {
    on_each_backend(|uri| {
        let database = open(uri);
        let text = "UNWIND range(1, 10) AS i CALL (i) { CREATE (n:N {i: i}) RETURN n } \
                    IN TRANSACTIONS OF 4 ROWS RETURN n.i AS i";
        let result = database.cypher(text, ()).unwrap();
        let rows: Vec<Value> = result.rows().filter_map(|row| row.values().next()).collect();
        assert_eq!(rows, (1..=10).map(Value::Integer).collect::<Vec<_>>());
        assert_eq!((result.counters().nodes_created, result.summary().seq), (10, Seq(3)));
        let other = open(uri);
        assert_eq!(other.cypher("MATCH (n:N) RETURN count(n)", ()).unwrap().scalar().unwrap(), 10.into());

        // What was committed before a failure stays, and the error says that something may have been done.
        let failing = "UNWIND [1, 1, 0] AS i CALL (i) { CREATE (:M {i: 1 / i}) } IN TRANSACTIONS OF 1 ROW";
        let error = database.cypher(failing, ()).unwrap_err();
        assert_eq!((error.code(), error.outcome()), (ErrorCode::Arithmetic, Outcome::Unknown));
        assert_eq!(other.cypher("MATCH (n:M) RETURN count(n)", ()).unwrap().scalar().unwrap(), 2.into());
        let result = database.cypher(&format!("{failing} ON ERROR CONTINUE"), ()).unwrap();
        assert_eq!(result.counters().nodes_created, 2);
    });
}

#[test]
fn it_runs_in_no_other_transaction_and_under_no_token() {
    let database = open("memory://commits-by-itself");
    let text = "CALL () { CREATE () } IN TRANSACTIONS";
    let mut transaction = database.begin().unwrap();
    assert_eq!(transaction.cypher(text, ()).unwrap_err().code(), ErrorCode::InvalidArgument);
    transaction.rollback();
    let options = QueryOptions { token: Some("t".into()), ..QueryOptions::default() };
    assert_eq!(database.cypher_with(text, (), &options).unwrap_err().code(), ErrorCode::InvalidArgument);
    let read_only = QueryOptions { read_only: true, ..QueryOptions::default() };
    assert_eq!(database.cypher_with(text, (), &read_only).unwrap_err().code(), ErrorCode::ReadOnly);
    assert_eq!(database.cypher("MATCH (n) RETURN count(n)", ()).unwrap().scalar().unwrap(), 0.into());
}
