//! What the tests share: the same test on every backend of this build.

#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "only tests use it")]

use namidb::blocking::Database;
use namidb::{Uuid, new_uuid};
use std::path::PathBuf;
use std::sync::Arc;

/// A directory that is removed with all that is in it.
pub(crate) struct Directory(pub(crate) PathBuf);

impl Directory {
    pub(crate) fn new() -> Directory {
        let path = std::env::temp_dir().join(format!("namidb-{}", new_uuid()));
        std::fs::create_dir_all(&path).unwrap();
        Directory(path)
    }

    /// The URI of a namespace in it.
    pub(crate) fn uri(&self, options: &str) -> String {
        format!("file://{}?ns=test{options}", self.0.display())
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Runs a test on a URI of each backend. Every opening of the URI sees the same database.
pub(crate) fn on_each_backend(test: impl Fn(&str)) {
    test(&format!("memory://t{}?shared=true", new_uuid().simple()));
    test(&Directory::new().uri(""));
}

pub(crate) fn open(uri: &str) -> Database {
    Database::open(uri).unwrap()
}

/// A public id that tests can tell from others.
pub(crate) fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub(crate) fn name(text: &str) -> Arc<str> {
    Arc::from(text)
}

pub(crate) const NONE: [(&str, i64); 0] = [];

/// Nodes 1 to 3 with the label L and the property k, and edges 1 → 2 and 2 → 3 of the type R.
pub(crate) fn chain(database: &Database) {
    let mut batch = database.batch();
    for n in 1..=3 {
        batch.upsert_node(["L"], id(n), [("k", n as i64)]).unwrap();
    }
    batch.upsert_edge("R", id(1), id(2), [("w", 12)]).unwrap();
    batch.upsert_edge("R", id(2), id(3), NONE).unwrap();
    assert!(batch.commit().unwrap().is_some());
}
