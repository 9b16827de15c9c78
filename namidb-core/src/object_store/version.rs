//! Versions of objects, and the store's own clock.

use std::fmt;
use std::sync::Arc;

/// A version of an object: an ETag, a generation, a digest. Only equality means anything.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ObjectVersion(Arc<str>);

impl ObjectVersion {
    /// The version that a store calls `token`.
    pub fn new(token: impl AsRef<str>) -> ObjectVersion {
        ObjectVersion(Arc::from(token.as_ref()))
    }

    /// What the store calls it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ObjectVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectVersion({})", self.0)
    }
}

/// A time of the store's own clock, in microseconds since 1970-01-01 UTC. Only compared with times of the
/// same store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct ServerTime(pub i64);

impl ServerTime {
    /// The time between two answers, whichever came first.
    pub fn distance(self, other: ServerTime) -> std::time::Duration {
        std::time::Duration::from_micros(self.0.abs_diff(other.0))
    }
}
