//! The store that a URI names, by itself.

use crate::backend::StorageOptions;
use crate::connect;
use crate::error::Result;
use namidb_core::object_store::ObjectStore;
use namidb_core::uri::Uri;
use std::sync::Arc;

/// Opens the store that a URI names, and no database in it: to test the store, or to copy what lies in it. With
/// `mode=open` nothing is made that is not there. Its requests run on the runtime that they are awaited on, which must be
/// tokio's, and one and the same for all of them.
///
/// # Errors
/// `InvalidUri` if nothing opens its scheme; otherwise what the backend answers.
pub async fn open_store(uri: &Uri, options: &StorageOptions) -> Result<Arc<dyn ObjectStore>> {
    connect::open_store(uri, uri.mode()?.unwrap_or_default(), options).await
}
