//! ETags as versions. Every write gives a blob another one, also a write of the same bytes.

use azure_core::http::Etag;
use namidb_core::object_store::ObjectVersion;

/// The version that a header `ETag` tells.
pub(crate) fn version_of(etag: impl AsRef<str>) -> ObjectVersion {
    ObjectVersion::new(etag)
}

/// The ETag of a version.
pub(crate) fn etag_of(version: &ObjectVersion) -> Etag {
    Etag::from(version.as_str())
}
