//! A namespace as one file, to be carried elsewhere: its newest checkpoint, which is all that a copy needs.
//!
//! `docs/format/snapshot.md` draws the bytes. Neither side does I/O on the file: [`SnapshotExport`] gives its pieces, and
//! [`SnapshotImport`] says how many bytes it wants next, so that any file, pipe or object of a program can be one.

mod export;
mod head;
mod import;
#[cfg(test)]
mod tests;

pub use export::SnapshotExport;
pub use head::FORMAT as SNAPSHOT_FORMAT;
pub use import::SnapshotImport;

use crate::ids::Seq;

/// What is in a snapshot file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct SnapshotMeta {
    /// The format of the file.
    pub format: u32,
    /// The newest commit in it.
    pub seq: Seq,
    /// How many nodes it holds.
    pub nodes: u64,
    /// How many relationships it holds.
    pub relationships: u64,
    /// The bytes of the file.
    pub bytes: u64,
}

/// The bytes of the checksum behind each object.
const CHECKSUM: u64 = 4;
