//! What a get takes and answers.

use super::{ObjectVersion, ServerTime};
use bytes::Bytes;
use std::ops::Range;

/// How to get.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct GetOptions {
    /// Only these bytes; cut at the end of the object.
    pub range: Option<Range<u64>>,
    /// Answer [`NotModified`](super::ErrorKind::NotModified) if this version is there.
    pub unless: Option<ObjectVersion>,
}

impl GetOptions {
    /// The whole object.
    pub fn whole() -> GetOptions {
        GetOptions::default()
    }

    /// A range of the object's bytes.
    pub fn range(range: Range<u64>) -> GetOptions {
        GetOptions { range: Some(range), unless: None }
    }

    /// The whole object, unless it is still this version.
    pub fn unless(version: ObjectVersion) -> GetOptions {
        GetOptions { range: None, unless: Some(version) }
    }
}

/// An object, or a range of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object {
    /// The bytes asked for.
    pub bytes: Bytes,
    /// What is known of the whole object.
    pub meta: ObjectMeta,
}

/// What a store knows of an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectMeta {
    /// Its version.
    pub version: ObjectVersion,
    /// Its size in bytes.
    pub size: u64,
    /// When it was written, by the store's clock.
    pub last_modified: Option<ServerTime>,
    /// The store's time of the answer, if it says.
    pub server_time: Option<ServerTime>,
}
