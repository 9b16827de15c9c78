//! Transactions: a snapshot, own changes, and the first committer wins.

#![allow(clippy::unwrap_used, reason = "only tests use it")]

mod common;

use common::{NONE, chain, id, name, on_each_backend, open};
use namidb::blocking::Database;
use namidb::{ErrorCode, OpenOptions, Outcome, Retry, StagedBatch, TransactionOptions, Value};
use std::time::Duration;

fn set(value: i64, n: u128) -> StagedBatch {
    let mut rows = StagedBatch::new();
    rows.upsert_node(&[name("L")], id(n), &[(name("k"), Value::from(value))]).unwrap();
    rows
}

#[test]
fn a_transaction_sees_its_snapshot_and_its_own_changes() {
    on_each_backend(|uri| {
        let database = open(uri);
        chain(&database);
        let mut transaction = database.begin().unwrap();
        transaction.apply(&set(10, 1)).unwrap();
        let mut batch = database.batch();
        batch.upsert_node(["L"], id(4), NONE).unwrap();
        batch.commit().unwrap();
        assert_eq!(transaction.view().node_count(), 3);
        let own = transaction.view().lookup_node("L", &id(1)).unwrap().unwrap();
        assert_eq!(own.get("k"), Some(&Value::from(10)));
        assert_eq!(database.lookup_node("L", &id(1)).unwrap().unwrap().get("k"), Some(&Value::from(1)));
        assert!(transaction.commit().unwrap().is_some());
        let snapshot = database.snapshot().unwrap();
        assert_eq!(snapshot.view().node_count(), 4);
        assert_eq!(
            snapshot.view().lookup_node("L", &id(1)).unwrap().unwrap().get("k"),
            Some(&Value::from(10))
        );
    });
}

#[test]
fn a_transaction_has_one_time_and_its_statements_have_their_own() {
    let database = open("memory://transaction-time");
    let mut transaction = database.begin().unwrap();
    let text = "RETURN datetime.transaction().epochMillis AS began, timestamp() AS now";
    let mut times = || {
        let result = transaction.cypher(text, ()).unwrap();
        let of = |name: &str| result.rows().next().unwrap().get(name).unwrap().as_integer().unwrap();
        (of("began"), of("now"))
    };
    let (began, first) = times();
    let mut later = times();
    while later.1 == first {
        later = times();
    }
    assert_eq!(later.0, began);
    assert!(began <= first && first < later.1);
}

#[test]
fn the_second_of_two_that_touch_fails_and_can_be_retried() {
    on_each_backend(|uri| {
        let (one, two) = (open(uri), open(uri));
        chain(&one);
        for other in [&one, &two] {
            let mut loser = one.begin().unwrap();
            let mut winner = other.begin().unwrap();
            loser.apply(&set(50, 1)).unwrap();
            let value = other.request_counts().unwrap().put.requests as i64 + 100;
            winner.apply(&set(value, 1)).unwrap();
            winner.commit().unwrap();
            let error = loser.commit().unwrap_err();
            assert_eq!((error.code(), error.outcome()), (ErrorCode::Conflict, Outcome::NotApplied));
            assert!(error.is_retryable());
            assert_eq!(error.detail("property"), Some("k"));
            assert!(error.detail("entity").unwrap().contains(&id(1).to_string()));
        }
        let (mut left, mut right) = (one.begin().unwrap(), two.begin().unwrap());
        left.apply(&set(1, 2)).unwrap();
        left.apply(&set(2, 2)).unwrap();
        right.apply(&set(3, 3)).unwrap();
        right.apply(&set(4, 3)).unwrap();
        right.commit().unwrap();
        left.commit().unwrap();
    });
}

#[test]
fn a_transaction_that_is_dropped_or_rolled_back_leaves_nothing() {
    let database = open("memory://demo");
    chain(&database);
    let mut transaction = database.begin().unwrap();
    transaction.apply(&set(10, 1)).unwrap();
    transaction.rollback();
    database.begin().unwrap().apply(&set(10, 1)).unwrap();
    assert_eq!(database.lookup_node("L", &id(1)).unwrap().unwrap().get("k"), Some(&Value::from(1)));
    assert_eq!(database.begin().unwrap().commit().unwrap(), None);
}

#[test]
fn rows_that_fail_leave_a_transaction_as_it_was() {
    let database = open("memory://demo");
    chain(&database);
    let mut transaction = database.begin().unwrap();
    transaction.apply(&set(10, 1)).unwrap();
    let mut rows = set(11, 1);
    rows.upsert_edge(&name("R"), id(1), id(99), &[]).unwrap();
    assert_eq!(transaction.apply(&rows).unwrap_err().code(), ErrorCode::EndpointMissing);
    let node = transaction.view().lookup_node("L", &id(1)).unwrap().unwrap();
    assert_eq!(node.get("k"), Some(&Value::from(10)));
    transaction.commit().unwrap();
}

#[test]
fn a_managed_transaction_runs_again_until_it_commits() {
    let database = open("memory://demo");
    chain(&database);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let database = database.clone();
            std::thread::Builder::new().spawn(move || {
                for _ in 0..10 {
                    let add = |transaction: &mut namidb::blocking::Transaction| {
                        let node = transaction.view().lookup_node("L", &id(1)).unwrap().unwrap();
                        let k = node.get("k").and_then(Value::as_integer).unwrap();
                        transaction.apply(&set(k + 1, 1))
                    };
                    let (max_time, initial_delay) = (Duration::from_secs(600), Duration::from_millis(1));
                    let retry = Retry { max_time, initial_delay, ..Retry::default() };
                    database.run(retry, add).unwrap();
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.unwrap().join().unwrap());
    assert_eq!(database.lookup_node("L", &id(1)).unwrap().unwrap().get("k"), Some(&Value::from(41)));
}

#[test]
fn an_error_that_cannot_be_retried_ends_a_managed_transaction() {
    let database = open("memory://demo");
    let mut runs = 0;
    let result = database.run(Retry::default(), |transaction| {
        runs += 1;
        let mut rows = StagedBatch::new();
        rows.upsert_edge(&name("R"), id(1), id(2), &[])?;
        transaction.apply(&rows)
    });
    assert_eq!((result.unwrap_err().code(), runs), (ErrorCode::EndpointMissing, 1));
}

#[test]
fn a_transaction_gives_back_between_its_statements_what_had_to_leave_memory() {
    let directory = common::Directory::new();
    let database = open(&directory.uri(""));
    let mut batch = database.batch();
    for n in 0..40_000 {
        let record = [("a", n as i64), ("b", (n * 7_919 % 10_007) as i64), ("c", (n * 31 % 65_537) as i64)];
        batch.upsert_node(["N"], id(n), record).unwrap();
    }
    batch.commit().unwrap();
    database.flush().unwrap();
    database.close().unwrap();
    let budget = 128 << 10;
    let database = Database::open_with(directory.uri(""), OpenOptions::new().cache_bytes(budget)).unwrap();
    let mut transaction = database.begin().unwrap();
    let sum = |key: &str| format!("MATCH (n:N) RETURN sum(n.{key}) AS s");
    let mut sums = Vec::new();
    for round in 0..3 {
        for key in ["a", "b", "c"] {
            let result = transaction.cypher(&sum(key), ()).unwrap();
            sums.push(result.scalar().unwrap());
            drop(result);
            let stats = database.cache_stats().unwrap();
            assert!(stats.evictions > 0 && stats.pinned_bytes <= budget, "{round} {key}: {stats:?}");
        }
        // Its own changes stay, whatever goes.
        transaction.cypher("MATCH (n:N) WHERE n.a = 5 SET n.b = n.b + 1000000", ()).unwrap();
    }
    let of = |value: &Value| value.as_integer().unwrap();
    assert_eq!([of(&sums[4]) - of(&sums[1]), of(&sums[7]) - of(&sums[1])], [1_000_000, 2_000_000]);
    assert_eq!((&sums[0], &sums[2]), (&sums[6], &sums[8]));
    transaction.commit().unwrap();
    let after = database.cypher(&sum("b"), ()).unwrap().scalar().unwrap();
    assert_eq!(of(&after) - of(&sums[1]), 3_000_000);
}

#[test]
fn a_transaction_that_only_reads_or_is_late_says_so() {
    let database = open("memory://demo");
    chain(&database);
    let read_only = TransactionOptions { read_only: true, ..TransactionOptions::default() };
    let mut reading = database.begin_with(&read_only).unwrap();
    assert_eq!(reading.cypher("MATCH (n) RETURN count(*) AS n", ()).unwrap().scalar().unwrap(), 3.into());
    assert_eq!(reading.cypher("CREATE (:L)", ()).unwrap_err().code(), ErrorCode::ReadOnly);
    assert_eq!(reading.apply(&set(2, 1)).unwrap_err().code(), ErrorCode::ReadOnly);
    assert_eq!(reading.commit().unwrap(), None);

    let late = TransactionOptions { timeout: Some(Duration::ZERO), ..TransactionOptions::default() };
    let mut transaction = database.begin_with(&late).unwrap();
    assert_eq!(transaction.cypher("CREATE (:L)", ()).unwrap_err().code(), ErrorCode::Timeout);
    assert_eq!(transaction.apply(&set(2, 1)).unwrap_err().code(), ErrorCode::Timeout);
    let error = transaction.commit().unwrap_err();
    assert_eq!((error.code(), error.outcome()), (ErrorCode::Timeout, Outcome::NotApplied));
}
