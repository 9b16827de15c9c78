//! From a URI to the store that it names.

use crate::backend::{self, Backend, StorageOptions};
use crate::error::{Error, Result};
use crate::options::OpenOptions;
use namidb_core::ErrorCode;
use namidb_core::object_store::ObjectStore;
use namidb_core::uri::{OpenMode, Uri};
use std::sync::Arc;

/// Opens the store that a URI names. With [`OpenMode::Open`] nothing is made that is not there.
///
/// # Errors
/// `InvalidUri` if nothing opens its scheme; otherwise what the backend answers.
pub(crate) async fn open_store(
    uri: &Uri,
    mode: OpenMode,
    options: &StorageOptions,
) -> Result<Arc<dyn ObjectStore>> {
    if let Some(factory) = backend::factory(uri.scheme()) {
        return factory.open(uri, options).await.map_err(|error| backend_init(uri, error));
    }
    match uri.scheme() {
        #[cfg(feature = "memory")]
        "memory" => memory(uri),
        #[cfg(feature = "file")]
        "file" => file(uri, mode),
        scheme => Err(no_backend(scheme)),
    }
}

/// Whether the values of the options of a URI make sense.
///
/// # Errors
/// `InvalidUri` if not.
pub(crate) fn check_options(uri: &Uri) -> Result<()> {
    OpenOptions::new().resolve(Some(uri))?;
    #[cfg(feature = "memory")]
    if uri.scheme() == "memory" {
        uri.flag("shared")?;
    }
    #[cfg(feature = "file")]
    namidb_backend_file::FileConfig::from_uri(uri)?;
    Ok(())
}

fn no_backend(scheme: &str) -> Error {
    let schemes = backend::schemes();
    let feature = schemes.iter().find_map(|s| match s.backend {
        Backend::Feature(feature) if s.name == scheme => Some(feature),
        _ => None,
    });
    let hint = match feature {
        Some(feature) => format!("Build namidb with the cargo feature '{feature}'"),
        None => "Register one with namidb::register_backend".to_owned(),
    };
    let message = format!("this build has no backend for {scheme}://");
    Error::new(ErrorCode::InvalidUri, message).with_hint(&hint)
}

fn backend_init(uri: &Uri, error: namidb_core::object_store::Error) -> Error {
    let message = format!("the backend of {uri} could not be started: {error}");
    let engine: namidb_core::Error = error.into();
    // Refused credentials and a store that does not answer keep their own codes.
    let code = match engine.code() {
        ErrorCode::Store => ErrorCode::BackendInit,
        code => code,
    };
    namidb_core::Error::new(code, message).with_source(engine).into()
}

/// A store of its own for each call, or the one that all of this process share.
#[cfg(feature = "memory")]
fn memory(uri: &Uri) -> Result<Arc<dyn ObjectStore>> {
    use namidb_backend_memory::MemoryStore;
    use std::sync::OnceLock;
    static SHARED: OnceLock<Arc<MemoryStore>> = OnceLock::new();
    if uri.flag("shared")?.unwrap_or(false) {
        let store = SHARED.get_or_init(|| Arc::new(MemoryStore::new()));
        return Ok(Arc::<MemoryStore>::clone(store));
    }
    Ok(Arc::new(MemoryStore::new()))
}

#[cfg(feature = "file")]
fn file(uri: &Uri, mode: OpenMode) -> Result<Arc<dyn ObjectStore>> {
    use namidb_backend_file::{FileConfig, FileStore};
    let Some(mut config) = FileConfig::from_uri(uri)? else { return Err(no_backend(uri.scheme())) };
    config.create = mode != OpenMode::Open;
    let store = FileStore::open(config).map_err(|error| backend_init(uri, error))?;
    Ok(Arc::new(store))
}
