//! What the store is asked: requests are what a bucket costs.

#![allow(clippy::unwrap_used, reason = "only tests use it")]

mod common;

use common::{Directory, NONE, chain, id, open};
use namidb::blocking::Database;
use namidb::{Counts, OpenOptions};
use std::time::Duration;

fn during(database: &Database, work: impl FnOnce()) -> Counts {
    let before = database.request_counts().unwrap();
    work();
    database.request_counts().unwrap() - before
}

fn commit(database: &Database, n: u128) {
    let mut batch = database.batch();
    batch.upsert_node(["L"], id(n), NONE).unwrap();
    batch.commit().unwrap();
}

#[test]
fn who_creates_a_database_or_writes_first_tries_the_store() {
    // One after the other, six at once, and what was to be put; what they leave is deleted.
    let (puts, deletes) = (4 + 6 + 1, 2);
    let directory = Directory::new();
    let asked = open(&directory.uri("")).request_counts().unwrap();
    assert_eq!((asked.put.requests, asked.delete.requests), (puts, deletes), "{asked:?}");
    let again = open(&directory.uri(""));
    assert_eq!(again.request_counts().unwrap().put.requests, 0, "who only opens does not");
    let asked = during(&again, || commit(&again, 1));
    assert_eq!((asked.put.requests, asked.delete.requests), (puts, deletes), "{asked:?}");
}

#[test]
fn a_lone_commit_is_one_put() {
    let directory = Directory::new();
    let database = open(&directory.uri(""));
    for n in 1..6 {
        let asked = during(&database, || commit(&database, n));
        assert_eq!((asked.put.requests, asked.requests()), (1, 1), "{asked:?}");
    }
}

#[test]
fn a_warm_read_on_files_looks_at_two_names() {
    let directory = Directory::new();
    let database = open(&directory.uri(""));
    chain(&database);
    database.scan_label("L").unwrap();
    let asked = during(&database, || assert_eq!(database.scan_label("L").unwrap().len(), 3));
    assert_eq!((asked.requests(), asked.name_lookups), (0, 2), "{asked:?}");
}

#[test]
fn a_warm_read_within_the_staleness_asks_nothing() {
    let directory = Directory::new();
    let options = OpenOptions::new().max_staleness(Duration::from_secs(60));
    let database = Database::open_with(directory.uri(""), options).unwrap();
    chain(&database);
    let asked = during(&database, || {
        for _ in 0..10 {
            assert_eq!(database.scan_label("L").unwrap().len(), 3);
        }
    });
    assert_eq!((asked.requests(), asked.name_lookups), (0, 0), "{asked:?}");
}

#[test]
fn an_opening_is_few_requests_whatever_the_history() {
    let directory = Directory::new();
    let database = open(&directory.uri(""));
    for n in 1..=40 {
        commit(&database, n);
    }
    database.flush().unwrap();
    database.close().unwrap();
    let again = open(&directory.uri(""));
    let asked = again.request_counts().unwrap();
    assert!(asked.requests() <= 3, "the manifest, the tail of an SST, and a list: {asked:?}");
    assert_eq!(asked.put.requests, 0, "opening writes nothing");
    let asked = during(&again, || assert_eq!(again.scan_label("L").unwrap().len(), 40));
    assert!(asked.requests() <= 4, "the first read gets what it needs, together where it can: {asked:?}");
    let asked = during(&again, || assert_eq!(again.scan_label("L").unwrap().len(), 40));
    assert_eq!(asked.requests(), 0, "and the second nothing");
}
