//! From a URI to the store that it names: a file for each backend.

#[cfg(feature = "azure")]
mod azure;
#[cfg(feature = "file")]
mod file;
#[cfg(feature = "gcs")]
mod gcs;
#[cfg(feature = "memory")]
mod memory;
#[cfg(feature = "s3")]
mod s3;

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
/// `InvalidUri` if nothing opens its scheme; `InvalidArgument` if a storage option is none of its backend; otherwise what
/// the backend answers.
#[cfg_attr(not(feature = "file"), allow(unused_variables, reason = "only a directory is made or not"))]
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
        "memory" => memory::open(uri),
        #[cfg(feature = "file")]
        "file" => file::open(uri, mode),
        #[cfg(feature = "s3")]
        "s3" => s3::open(uri, options).await,
        #[cfg(feature = "gcs")]
        "gs" => gcs::open(uri, options).await,
        #[cfg(feature = "azure")]
        "az" => azure::open(uri, options).await,
        scheme => Err(no_backend(scheme)),
    }
}

/// Whether the values of the options of a URI make sense.
///
/// # Errors
/// `InvalidUri` if not.
pub(crate) fn check_options(uri: &Uri) -> Result<()> {
    OpenOptions::new().resolve(Some(uri))?;
    match uri.scheme() {
        #[cfg(feature = "memory")]
        "memory" => memory::check(uri),
        #[cfg(feature = "file")]
        "file" => file::check(uri),
        #[cfg(feature = "s3")]
        "s3" => s3::check(uri),
        #[cfg(feature = "gcs")]
        "gs" => gcs::check(uri),
        #[cfg(feature = "azure")]
        "az" => azure::check(uri),
        _ => Ok(()),
    }
}

fn no_backend(scheme: &str) -> Error {
    let backend = backend::schemes().into_iter().find(|s| s.name == scheme).map(|s| s.backend);
    let hint = match backend {
        Some(Backend::Feature(feature)) => format!("Build namidb with the cargo feature '{feature}'"),
        _ => "Register one with namidb::register_backend".to_owned(),
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
    let hint = engine.hint().map(str::to_owned);
    let wrapped = namidb_core::Error::new(code, message).with_source(engine);
    match hint {
        Some(hint) => wrapped.with_hint(hint).into(),
        None => wrapped.into(),
    }
}
