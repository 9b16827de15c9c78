//! The scheme.

use crate::SqliteStore;
use namidb::{BackendFactory, StorageOptions, Uri};
use namidb_core::object_store::{Error, ErrorKind, ObjectStore, Operation, Result};
use namidb_core::uri::Location;
use std::sync::Arc;

/// Opens `sqlite://` URIs, once a program has registered it: `namidb::register_backend(SqliteBackend)`.
#[derive(Clone, Copy, Debug)]
pub struct SqliteBackend;

#[async_trait::async_trait]
impl BackendFactory for SqliteBackend {
    fn schemes(&self) -> &[&str] {
        &["sqlite"]
    }

    fn options(&self) -> &[&str] {
        &[]
    }

    async fn open(&self, uri: &Uri, _: &StorageOptions) -> Result<Arc<dyn ObjectStore>> {
        match uri.location() {
            Location::Custom(file) => Ok(Arc::new(SqliteStore::open(file)?)),
            _ => Err(Error::new(ErrorKind::InvalidInput, "sqlite", Operation::Open)),
        }
    }
}
