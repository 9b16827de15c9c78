//! SSTs: immutable files of blocks in ascending order of their keys.
//!
//! ```text
//!   magic | block | block | … ║ block of the tail | … | index | footer
//!                             ╟──────────────── tail ────────────────╢
//! ```
//!
//! What a block means is not known here: the graph state exports blocks and reads them again. The *tail* is what
//! opening needs: the blocks that are read in any case, and an index that says of every other block where it lies,
//! its checksum, and a summary, so that the state can be built without it. An entry may also be a *tombstone*: the
//! key had a block in an older file, and has none any more.
//!
//! A file is named by the version of the manifest at which its job began and a UUID, so no name is ever used twice;
//! nothing is in it that says where it lies. Who names it says its size, and the length and checksum of its tail. The
//! bytes are in `docs/format/sst.md`.
//!
//! - [`Writer`] builds a file in memory, [`RunWriter`] several, [`Tail`] is what opening reads of one, [`fetch_tails`] gets many at once.
//! - [`Directory`] is what several files hold together: the newest one that names a key wins.
//! - [`decode_block`] compares a block with its checksum, and [`fetch_stored`] gets many in a few requests.
//! - A block stands compressed where that saves a fifth, else as it is.

mod directory;
mod fetch;
mod run;
mod tail;
#[cfg(test)]
mod tests;
mod writer;

pub use directory::{Directory, Newest};
pub use fetch::{fetch_stored, fetch_tails};
pub use run::RunWriter;
pub use tail::{Tail, TailRef, check_block, decode_block};
pub use writer::{Finished, Writer};

use crate::graph::BlockKey;

/// The first bytes of a file, and the last.
pub const MAGIC: [u8; 8] = *b"NAMS\r\n\x1a\0";

/// The format that is written.
pub const FORMAT: u32 = 2;

/// Bytes of the footer.
pub const FOOTER_BYTES: usize = 40;

/// A block is never larger, compressed or not.
pub const BLOCK_BYTES_MAX: usize = 1 << 30;

/// A summary is never longer.
pub const SUMMARY_BYTES_MAX: usize = 4 << 10;

/// How a block is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Compression {
    /// As it is.
    None,
    /// As one frame of zstd.
    Zstd,
}

/// Where in a file a block lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Among the blocks that are read when they are needed.
    Data,
    /// In the tail, which is read by every open.
    Tail,
}

impl Place {
    /// Where the block of a key belongs: kinds below 0x10 are read by every open.
    pub fn of(key: BlockKey) -> Place {
        if (key.kind as u8) < 0x10 { Place::Tail } else { Place::Data }
    }
}
