//! Versions are entity tags, with the quotes that they have in headers.

use crate::error::{Call, STORE};
use namidb_core::object_store::{Effect, Error, ErrorKind, ObjectVersion, Result};

/// The version that an answer names. Without one nothing could ever be replaced.
pub(crate) fn version(tag: Option<&str>, call: &Call<'_>) -> Result<ObjectVersion> {
    tag.map(ObjectVersion::new).ok_or_else(|| {
        // A put that was answered so has happened.
        let effect = if call.condition.is_some() { Effect::Unknown } else { Effect::NotApplied };
        Error::new(ErrorKind::Unsupported, STORE, call.operation)
            .with_path(call.path)
            .with_effect(effect)
            .with_source("the answer has no entity tag, and versions of objects are entity tags")
    })
}
