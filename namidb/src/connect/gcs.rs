//! `gs://`: a bucket of Google Cloud Storage, or of an emulator.

use super::{backend_init, no_backend};
use crate::backend::StorageOptions;
use crate::error::Result;
use namidb_backend_gcs::{GcsConfig, GcsStore};
use namidb_core::object_store::ObjectStore;
use namidb_core::uri::Uri;
use std::sync::Arc;

pub(super) async fn open(uri: &Uri, options: &StorageOptions) -> Result<Arc<dyn ObjectStore>> {
    let Some(mut config) = GcsConfig::from_uri(uri)? else { return Err(no_backend(uri.scheme())) };
    for (name, value) in options.iter() {
        config.set_storage_option(name, value)?;
    }
    let store = GcsStore::connect(config).await.map_err(|error| backend_init(uri, error))?;
    Ok(Arc::new(store))
}

pub(super) fn check(uri: &Uri) -> Result<()> {
    GcsConfig::from_uri(uri)?;
    Ok(())
}
