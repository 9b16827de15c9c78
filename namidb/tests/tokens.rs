//! Tokens: a write is done once, and a repetition is told what the first was told.

#![allow(clippy::unwrap_used, reason = "only tests use it")]

mod common;

use common::{NONE, id, on_each_backend, open};
use namidb::blocking::{Database, wait_for};
use namidb::{ErrorCode, QueryOptions, QueryResult, Result, Retry, Seq, Transaction, Value};

fn once(database: &Database, text: &str, token: &str) -> Result<QueryResult> {
    database.cypher_with(text, (), &QueryOptions { token: Some(token.into()), ..QueryOptions::default() })
}

fn count(database: &Database) -> Value {
    database.cypher("MATCH (n) RETURN count(*) AS n", ()).unwrap().scalar().unwrap()
}

fn shown(result: &QueryResult) -> Vec<Vec<Value>> {
    result.rows().map(|row| row.values().collect()).collect()
}

#[test]
fn a_repeated_statement_gives_rows_counters_and_number_of_the_first() {
    on_each_backend(|uri| {
        let database = open(uri);
        let text = "UNWIND [1, 2] AS x CREATE (n:N {x: x}) RETURN x, n, [n, x] AS both, {k: n} AS map";
        let first = once(&database, text, "t").unwrap();
        database.cypher("MATCH (n:N {x: 2}) SET n.x = 3", ()).unwrap();
        database.flush().unwrap();
        for database in [database, open(uri)] {
            let again = once(&database, text, "t").unwrap();
            assert_eq!(again.columns(), first.columns());
            assert_eq!(shown(&again), shown(&first));
            assert_eq!((again.counters(), again.summary().seq), (first.counters(), Seq(1)));
            assert_eq!((again.summary().repeated, again.summary().rows_kept), (true, true));
            let Some(Value::Node(node)) = again.value(1, 1) else { panic!("not a node") };
            let now = again.view().node(node).unwrap().unwrap();
            assert_eq!(now.get("x"), Some(&Value::from(3)), "entities are as they are now");
            assert_eq!(count(&database), 2.into());
        }
        assert!(!first.summary().repeated);
    });
}

#[test]
fn what_was_deleted_since_is_null_in_the_rows_of_the_first() {
    let database = open("memory://demo");
    let text = "CREATE (a:N)-[r:R]->(b:N) RETURN a, r, [a, b] AS list, {r: r} AS map";
    once(&database, text, "t").unwrap();
    database.cypher("MATCH (:N)-[r:R]->(b) DELETE r, b", ()).unwrap();
    let again = once(&database, text, "t").unwrap();
    let row = shown(&again).remove(0);
    assert!(matches!(row[0], Value::Node(_)), "{row:?}");
    assert_eq!(row[1], Value::Null);
    assert_eq!(row[2], Value::from(vec![row[0].clone(), Value::Null]));
    assert_eq!(row[3].as_map().unwrap().get("r"), Some(&Value::Null));
}

#[test]
fn rows_that_take_too_much_are_not_kept_and_the_result_says_so() {
    let database = open("memory://demo");
    let text = "UNWIND range(1, 5000) AS x CREATE (n:N {x: x}) RETURN n.x AS x";
    assert_eq!(once(&database, text, "t").unwrap().len(), 5000);
    let again = once(&database, text, "t").unwrap();
    assert_eq!((again.len(), again.summary().rows_kept), (0, false));
    assert_eq!(again.counters().nodes_created, 5000);
    assert_eq!(again.columns().len(), 1);
}

#[test]
fn a_token_belongs_to_one_statement_and_its_repetitions() {
    let database = open("memory://demo");
    once(&database, "CREATE (:A)", "t").unwrap();
    let error = once(&database, "CREATE (:B)", "t").unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
    assert!(error.to_string().contains("record 1"), "{error}");
    let mut batch = database.batch();
    batch.upsert_node(["L"], id(1), NONE).unwrap();
    assert_eq!(batch.commit_once("t").unwrap_err().code(), ErrorCode::InvalidArgument);
    let error = database.run_once(Retry::default(), "t", |_| Ok(())).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
    for token in ["", &"x".repeat(1025)] {
        assert_eq!(once(&database, "CREATE (:A)", token).unwrap_err().code(), ErrorCode::InvalidArgument);
    }
    assert_eq!(count(&database), 1.into());
}

#[test]
fn a_statement_that_fails_takes_no_token_and_one_that_reads_has_no_use_for_it() {
    let database = open("memory://demo");
    database.cypher("CREATE (:N {x: 0})", ()).unwrap();
    let divide = "MATCH (n:N) SET n.y = 1 / n.x RETURN n.y";
    assert!(once(&database, divide, "t").is_err());
    database.cypher("MATCH (n:N) SET n.x = 1", ()).unwrap();
    assert!(!once(&database, divide, "t").unwrap().summary().repeated);
    let read = "MATCH (n:N) RETURN n.x AS x";
    assert_eq!(once(&database, read, "r").unwrap().scalar().unwrap(), 1.into());
    database.cypher("MATCH (n:N) SET n.x = 2", ()).unwrap();
    assert_eq!(once(&database, read, "r").unwrap().scalar().unwrap(), 2.into());
    let options = QueryOptions { token: Some("u".into()), ..QueryOptions::default() };
    let mut transaction = database.begin().unwrap();
    let error = transaction.cypher_with("CREATE (:N)", (), &options).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
}

#[test]
fn staged_rows_are_committed_once_under_their_token() {
    on_each_backend(|uri| {
        let database = open(uri);
        let commit = |database: &Database, k: i64| {
            let mut batch = database.batch();
            batch.upsert_node(["L"], id(1), [("k", k)]).unwrap();
            batch.commit_once("t").unwrap()
        };
        assert_eq!(commit(&database, 1), Some(Seq(1)));
        database.cypher("MATCH (n:L) SET n.k = 7", ()).unwrap();
        assert_eq!(commit(&database, 1), Some(Seq(1)));
        assert_eq!(commit(&open(uri), 2), Some(Seq(1)));
        let node = database.lookup_node("L", &id(1)).unwrap().unwrap();
        assert_eq!(node.get("k"), Some(&Value::from(7)), "the later change stays");
        assert_eq!(database.batch().commit_once("u").unwrap(), None);
    });
}

#[test]
fn many_parameters_are_done_once_under_their_token() {
    let database = open("memory://demo");
    let bindings = || (0..10).map(|i| namidb::params! { "i" => i }).collect();
    let options = QueryOptions { token: Some("t".into()), ..QueryOptions::default() };
    for repeated in [false, true] {
        let summary = database.cypher_many("CREATE (:N {i: $i})", bindings(), &options).unwrap();
        assert_eq!((summary.counters.nodes_created, summary.repeated), (10, repeated));
    }
    assert_eq!(count(&database), 10.into());
}

#[test]
fn a_transaction_is_committed_once_under_its_token() {
    on_each_backend(|uri| {
        let (one, two) = (open(uri), open(uri));
        let begin = |database: &Database| {
            let mut transaction = database.begin().unwrap();
            transaction.cypher("CREATE (:N)", ()).unwrap();
            transaction
        };
        let (first, second) = (begin(&one), begin(&two));
        assert_eq!(first.commit_once("t").unwrap(), (Seq(1), false));
        assert_eq!(second.commit_once("t").unwrap(), (Seq(1), true));
        assert_eq!(two.begin().unwrap().committed_before("t").unwrap(), Some(Seq(1)));
        assert_eq!(two.begin().unwrap().committed_before("u").unwrap(), None);
        assert_eq!(begin(&two).commit_once("u").unwrap(), (Seq(2), false));
        assert_eq!(count(&one), 2.into());
    });
}

#[test]
fn threads_with_one_token_do_the_work_of_one() {
    on_each_backend(|uri| {
        let database = open(uri);
        let seqs: Vec<Seq> = std::thread::scope(|scope| {
            let one = || once(&database, "CREATE (n:N) RETURN 1 AS x", "t").unwrap().summary().seq;
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(seqs, [Seq(1); 8]);
        assert_eq!(count(&database), 1.into());
    });
}

#[test]
fn tasks_run_work_once_under_its_token() {
    let database = open("memory://demo").asynchronous();
    let done = wait_for(async {
        let mut done = Vec::new();
        for _ in 0..2 {
            let work =
                async |tx: &mut Transaction| Ok(tx.cypher("CREATE (:N) RETURN 1 AS x", ()).await?.len());
            done.push(Box::pin(database.run_once(Retry::default(), "t", work)).await.unwrap());
        }
        done
    });
    assert_eq!(done.unwrap(), [Some(1), None]);
    assert_eq!(count(&database.blocking()), 1.into());
}
