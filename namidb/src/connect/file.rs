//! `file://`: a directory.

use super::{backend_init, no_backend};
use crate::error::{Error, Result};
use namidb_backend_file::{FileConfig, FileStore};
use namidb_core::ErrorCode;
use namidb_core::object_store::{ErrorKind, ObjectStore};
use namidb_core::uri::{OpenMode, Uri};
use std::sync::Arc;

pub(super) fn open(uri: &Uri, mode: OpenMode) -> Result<Arc<dyn ObjectStore>> {
    let Some(mut config) = FileConfig::from_uri(uri)? else { return Err(no_backend(uri.scheme())) };
    config.create = mode != OpenMode::Open;
    let store = FileStore::open(config).map_err(|error| match error.kind() {
        ErrorKind::NotFound => no_database(uri),
        _ => backend_init(uri, error),
    })?;
    Ok(Arc::new(store))
}

/// The error for a directory that is not there, and is not to be made.
fn no_database(uri: &Uri) -> Error {
    let message = format!("there is no database at {uri}, and no directory");
    Error::new(ErrorCode::InvalidArgument, message)
        .with_hint("Check the URI, or open it with the mode open_or_create and not read-only")
}

pub(super) fn check(uri: &Uri) -> Result<()> {
    FileConfig::from_uri(uri)?;
    Ok(())
}
