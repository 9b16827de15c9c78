//! The store keeps the contract, by itself and between two handles, as two processes have them.

use conformance::Clients;
use namidb_backend_file::{FileConfig, FileStore};
use namidb_core::runtime::system;
use std::path::PathBuf;

/// A directory that goes with the value.
struct Directory(PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

#[allow(clippy::unwrap_used, reason = "this is a test")]
fn clients(handles: usize) -> Clients {
    let root = std::env::temp_dir().join(format!("namidb-conformance-{:032x}", system::random_u128()));
    let one = FileStore::open(FileConfig::new(&root)).unwrap();
    let other = if handles == 1 { one.clone() } else { FileStore::open(FileConfig::new(&root)).unwrap() };
    Clients::two(one, other).with_guard(Directory(root))
}

conformance::suite!(one_handle, || async { clients(1) });
conformance::suite!(two_handles, || async { clients(2) });
