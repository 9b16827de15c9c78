//! Versions: numbers that are given once.

use namidb_core::object_store::ObjectVersion;

/// Gives versions.
#[derive(Debug, Default)]
pub(crate) struct Versions {
    given: u64,
}

impl Versions {
    /// A version that no object of this store has had.
    pub(crate) fn next(&mut self) -> ObjectVersion {
        self.given += 1;
        ObjectVersion::new(self.given.to_string())
    }
}
