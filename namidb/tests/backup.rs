//! Copies of a namespace: consistent, complete, and databases of their own.

#![allow(clippy::unwrap_used, reason = "only tests use it")]

mod common;

use common::{Directory, chain, id, on_each_backend, open};
use namidb::blocking::Database;
use namidb::{ErrorCode, StorageOptions, params};
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn a_backup_is_the_same_graph_and_goes_its_own_way() {
    on_each_backend(|uri| {
        let (database, target) = (open(uri), Directory::new());
        chain(&database);
        database.cypher("CREATE CONSTRAINT one FOR (n:L) REQUIRE n.k IS UNIQUE", ()).unwrap();
        let report = database.backup(target.uri(""), StorageOptions::new()).unwrap();
        assert_eq!(report.seq, database.latest().unwrap().seq());
        let copy = open(&target.uri(""));
        let shown = |database: &Database| {
            format!("{:?} {:?}", database.scan_label("L").unwrap(), database.scan_edge_type("R").unwrap())
        };
        assert_eq!(shown(&copy), shown(&database));
        assert_eq!(copy.schema().unwrap(), database.schema().unwrap());
        assert!(copy.verify().unwrap().is_ok());
        copy.cypher("CREATE (:L {k: 4})", ()).unwrap();
        assert_eq!(copy.cypher("CREATE (:L {k: 4})", ()).unwrap_err().code(), ErrorCode::UniqueViolation);
        copy.flush().unwrap();
        copy.compact().unwrap();
        assert!(copy.verify().unwrap().is_ok());
        assert_eq!((copy.scan_label("L").unwrap().len(), database.scan_label("L").unwrap().len()), (4, 3));
        let again = database.backup(target.uri(""), StorageOptions::new()).unwrap_err();
        assert_eq!(again.code(), ErrorCode::InvalidArgument, "nothing is overwritten");
        assert_eq!(open(&target.uri("")).scan_label("L").unwrap().len(), 4);
    });
}

#[test]
fn an_empty_namespace_can_be_copied() {
    let target = Directory::new();
    open("memory://demo").backup(target.uri(""), StorageOptions::new()).unwrap();
    let copy = open(&target.uri("&mode=open"));
    chain(&copy);
    assert_eq!(copy.scan_label("L").unwrap().len(), 3);
}

#[test]
fn a_backup_of_an_object_that_is_read_in_pieces_is_whole() {
    let (database, target) = (open("memory://demo"), Directory::new());
    // Six bits a letter, so that no compression makes it small.
    let mut seed = 1_u64;
    let mut letter = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'0' + (seed >> 58) as u8)
    };
    for _ in 0..8 {
        let text: String = (0..1 << 20).map(|_| letter()).collect();
        database.cypher("CREATE (:L {text: $text})", params! { "text" => text }).unwrap();
    }
    let report = database.backup(target.uri(""), StorageOptions::new()).unwrap();
    assert!(report.bytes / report.objects > 2 << 20, "{report:?}");
    let copy = open(&target.uri(""));
    assert!(copy.verify().unwrap().is_ok());
    let shown = |database: &Database| format!("{:?}", database.scan_label("L").unwrap());
    assert!(shown(&copy) == shown(&database));
}

/// Ends the others also when the test fails.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_backup_while_others_write_and_compact_is_the_state_at_one_commit() {
    let source = Directory::new();
    let database = open(&source.uri(""));
    chain(&database);
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let other = open(&source.uri(""));
            for n in 0.. {
                // Both or neither.
                other.cypher("CREATE (:Left), (:Right)", ()).unwrap();
                if n % 5 == 0 {
                    other.compact().unwrap();
                }
                if done.load(Ordering::Relaxed) {
                    return;
                }
            }
        });
        let _done = Done(&done);
        for _ in 0..5 {
            let target = Directory::new();
            let report = database.backup(target.uri(""), StorageOptions::new()).unwrap();
            let copy = open(&target.uri(""));
            assert_eq!(copy.latest().unwrap().seq(), report.seq);
            assert_eq!(copy.scan_label("Left").unwrap().len(), copy.scan_label("Right").unwrap().len());
            assert!(copy.lookup_node("L", &id(1)).unwrap().is_some());
            assert!(copy.verify().unwrap().is_ok());
        }
    });
    // What was pinned is not for ever.
    let report = database.compact().unwrap();
    assert_eq!(report.runs_after, 1);
    assert!(database.verify().unwrap().strays.is_empty());
}
