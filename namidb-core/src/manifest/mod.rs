//! The manifest: the one object of a namespace that changes.
//!
//! It says where the log begins (its checkpoint, and the SSTs that hold it), below which slots are dead (the floor),
//! since when that is known (the date), and what became of the last record of each writer. Every version holds a
//! fresh token, so no two have equal bytes. The rules are in `docs/protocol.md`, the bytes in
//! `docs/format/manifest.md`.
//!
//! - [`Manifest`] is the value; [`edit`] makes the next one; [`codec`] is its bytes; [`store`] replaces it.
//! - Version, checkpoint, floor and horizon never go back: [`edit`] asserts it.

pub mod codec;
pub mod edit;
pub mod store;
#[cfg(test)]
mod tests;
mod writers;

pub use writers::{WRITERS_MAX, WriterTable};

use crate::ids::Seq;
use crate::object_store::ServerTime;
use crate::wal::LogId;
use crate::wal::replay::NO_RECORD;
use uuid::Uuid;

/// The format of manifests that is written, and the only one that is read.
pub const FORMAT: u32 = 2;

/// The format of records, SSTs and blocks that this version reads and writes. A manifest names the least that a
/// reader, and a writer, must know.
pub const LOG_FORMAT: u32 = 3;

/// Older checkpoints that a manifest names, at most.
pub const RETAINED_MAX: usize = 16;

/// Files of a checkpoint, at most: what writes them makes them larger, and merges them, before there are so many.
pub const FILES_MAX: usize = 128;

/// An immutable file of blocks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SstRef {
    /// Its name under `sst/`.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// How many of them, at its end, are what opening reads.
    pub tail_bytes: u64,
    /// The crc32c of those.
    pub tail_checksum: u32,
}

/// A sorted run: the files that one job wrote, in ascending order of the keys in them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Run {
    /// Its files.
    pub files: Vec<SstRef>,
}

impl Run {
    /// Bytes of all its files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// A state of the graph in SSTs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The last record that it contains.
    pub seq: Seq,
    /// The hash of that record.
    pub hash: blake3::Hash,
    /// The time of that record; none before the first.
    pub time: Option<i64>,
    /// Its blocks, the oldest run first; the newest that names a key wins.
    pub runs: Vec<Run>,
}

impl Checkpoint {
    /// The empty graph, before the first record.
    pub fn origin() -> Checkpoint {
        Checkpoint { seq: Seq(0), hash: NO_RECORD, time: None, runs: Vec::new() }
    }

    /// Its files, those of the oldest run first.
    pub fn files(&self) -> impl Iterator<Item = &SstRef> {
        self.runs.iter().flat_map(|run| &run.files)
    }
}

/// A floor of the log, with a time of the store's clock at which it had been published already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DatedFloor {
    /// Slots below it are dead.
    pub floor: Seq,
    /// The Last-Modified of a version that held it.
    pub date: ServerTime,
}

/// Where a namespace stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    /// The database, the same for ever.
    pub database: Uuid,
    /// Counts the versions from 1.
    pub version: u64,
    /// Fresh in every version.
    pub token: LogId,
    /// The log up to here is contained in SSTs.
    pub checkpoint: Checkpoint,
    /// Older checkpoints that can still be read, the newest last, at most [`RETAINED_MAX`].
    pub retained: Vec<Checkpoint>,
    /// The floor that collection goes by, where looks have a price.
    pub dated: Option<DatedFloor>,
    /// A collector has deleted what it listed below this.
    pub collected: Seq,
    /// SSTs born below this, and named by no manifest, are garbage; none of them may be published any more.
    pub gc_horizon: u64,
    /// What became of each writer's records, as the checkpoint knows it.
    pub writers: WriterTable,
    /// The least format of the log that a reader must know.
    pub reader_format: u32,
    /// The least format of the log that a writer must know.
    pub writer_format: u32,
    /// Where the namespace is in its life.
    pub life: Life,
}

/// Where a namespace is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Life {
    /// It is in use.
    Live,
}

impl Manifest {
    /// The manifest of a new namespace.
    pub fn first(database: Uuid, token: LogId) -> Manifest {
        Manifest {
            database,
            version: 1,
            token,
            checkpoint: Checkpoint::origin(),
            retained: Vec::new(),
            dated: None,
            collected: Seq(1),
            gc_horizon: 0,
            writers: WriterTable::default(),
            reader_format: LOG_FORMAT,
            writer_format: LOG_FORMAT,
            life: Life::Live,
        }
    }

    /// Slots below it are dead, and may be gone.
    pub fn floor(&self) -> Seq {
        self.checkpoint.seq.next()
    }

    /// Whether it names an SST.
    pub fn names(&self, sst: &str) -> bool {
        self.sst_names().any(|name| name == sst)
    }

    /// The names of all SSTs that it names.
    pub fn sst_names(&self) -> impl Iterator<Item = &str> {
        let checkpoints = self.retained.iter().chain([&self.checkpoint]);
        checkpoints.flat_map(|checkpoint| checkpoint.files().map(|sst| sst.name.as_str()))
    }
}
