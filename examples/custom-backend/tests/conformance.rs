//! The store keeps the contract, and the engine runs over it: a test for each sentence.

use conformance::Clients;
use custom_backend::SqliteStore;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// A directory that goes with the value.
struct Directory(PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Two connections to one file, as two processes have them.
fn clients() -> Clients {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("custom-backend-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let directory = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&directory).unwrap();
    let open = || SqliteStore::open(directory.join("objects.db")).unwrap();
    Clients::two(open(), open()).with_guard(Directory(directory))
}

conformance::suite!(sqlite, || async { clients() });
