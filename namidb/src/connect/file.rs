//! `file://`: a directory.

use super::{backend_init, no_backend};
use crate::error::Result;
use namidb_backend_file::{FileConfig, FileStore};
use namidb_core::object_store::ObjectStore;
use namidb_core::uri::{OpenMode, Uri};
use std::sync::Arc;

pub(super) fn open(uri: &Uri, mode: OpenMode) -> Result<Arc<dyn ObjectStore>> {
    let Some(mut config) = FileConfig::from_uri(uri)? else { return Err(no_backend(uri.scheme())) };
    config.create = mode != OpenMode::Open;
    let store = FileStore::open(config).map_err(|error| backend_init(uri, error))?;
    Ok(Arc::new(store))
}

pub(super) fn check(uri: &Uri) -> Result<()> {
    FileConfig::from_uri(uri)?;
    Ok(())
}
