//! SSTs: immutable files of blocks in ascending order of their keys.
//!
//! ```text
//!   magic | block | block | … | index: key, lengths, checksum of each block | footer
//! ```
//!
//! What a key or a block means is not known here: the graph state exports them and imports them again. A file is
//! named by the version of the manifest at which its job began and a UUID, so no name is ever used twice; nothing
//! is in it that says where it lies. The bytes are in `docs/format/sst.md`.
//!
//! - [`Writer`] builds a file in memory, [`fetch`] gets one, [`Sst`] reads it.
//! - A block stands compressed where that saves a fifth, else as it is.

mod fetch;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use fetch::fetch;
pub use reader::{BlockEntry, Sst};
pub use writer::Writer;

/// The first bytes of a file, and the last.
pub const MAGIC: [u8; 8] = *b"NAMS\r\n\x1a\0";

/// The format that is written.
pub const FORMAT: u32 = 1;

/// Bytes of the footer.
pub const FOOTER_BYTES: usize = 40;

/// A block is never larger, compressed or not.
pub const BLOCK_BYTES_MAX: usize = 1 << 30;

/// How a block is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Compression {
    /// As it is.
    None,
    /// As one frame of zstd.
    Zstd,
}
