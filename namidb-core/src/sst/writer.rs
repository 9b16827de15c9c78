//! Building a file.

use super::{BLOCK_BYTES_MAX, Compression, FORMAT, MAGIC};
use crate::codec::{put_bytes, put_varint};
use crate::error::{Error, ErrorCode, Result};
use zstd::bulk::Compressor;

/// The level of zstd: the fastest that still finds what repeats.
const LEVEL: i32 = 1;

/// A smaller block is not worth a frame.
const COMPRESS_MIN: usize = 64;

/// Builds a file in memory, block by block.
pub struct Writer {
    out: Vec<u8>,
    index: Vec<u8>,
    blocks: u32,
    last_key: Vec<u8>,
    compressor: Compressor<'static>,
}

impl Writer {
    /// An empty file.
    ///
    /// # Errors
    /// `Internal` if there is no memory for a compressor.
    pub fn new() -> Result<Writer> {
        let compressor = Compressor::new(LEVEL).map_err(|error| {
            Error::new(ErrorCode::Internal, "the compressor cannot be started").with_source(error)
        })?;
        Ok(Writer { out: MAGIC.to_vec(), index: Vec::new(), blocks: 0, last_key: Vec::new(), compressor })
    }

    /// Appends a block. Keys ascend.
    ///
    /// # Errors
    /// `Internal` if the key does not follow the one before it, the block is larger than a block can be, or there
    /// are 2³² blocks.
    pub fn add(&mut self, key: &[u8], block: &[u8]) -> Result<()> {
        if self.blocks > 0 && key <= self.last_key.as_slice() {
            return Err(internal("the blocks of an SST are added in ascending order of their keys"));
        }
        if block.len() > BLOCK_BYTES_MAX || self.blocks == u32::MAX {
            return Err(internal("a block, or the number of blocks, is larger than an SST can hold"));
        }
        let compressed = self.compress(block);
        let (stored, compression) = match &compressed {
            Some(frame) => (frame.as_slice(), Compression::Zstd),
            None => (block, Compression::None),
        };
        put_bytes(&mut self.index, key);
        self.index.push(match compression {
            Compression::None => 0,
            Compression::Zstd => 1,
        });
        put_varint(&mut self.index, stored.len() as u64);
        if compression != Compression::None {
            put_varint(&mut self.index, block.len() as u64);
        }
        self.index.extend_from_slice(&crc32c::crc32c(stored).to_le_bytes());
        self.out.extend_from_slice(stored);
        self.blocks += 1;
        self.last_key.clear();
        self.last_key.extend_from_slice(key);
        Ok(())
    }

    /// The frame of a block, if it saves at least a fifth.
    fn compress(&mut self, block: &[u8]) -> Option<Vec<u8>> {
        if block.len() < COMPRESS_MIN {
            return None;
        }
        // An error means that the frame would be larger than the block: then it saves nothing.
        let frame = self.compressor.compress(block).ok()?;
        (frame.len() <= block.len() / 5 * 4).then_some(frame)
    }

    /// The file.
    pub fn finish(mut self) -> Vec<u8> {
        let index_offset = self.out.len() as u64;
        let start = self.out.len() + self.index.len();
        self.out.extend_from_slice(&self.index);
        self.out.extend_from_slice(&index_offset.to_le_bytes());
        self.out.extend_from_slice(&(self.index.len() as u64).to_le_bytes());
        self.out.extend_from_slice(&self.blocks.to_le_bytes());
        self.out.extend_from_slice(&crc32c::crc32c(&self.index).to_le_bytes());
        self.out.extend_from_slice(&FORMAT.to_le_bytes());
        let checksum = crc32c::crc32c(&self.out[start..]);
        self.out.extend_from_slice(&checksum.to_le_bytes());
        self.out.extend_from_slice(&MAGIC);
        self.out
    }
}

fn internal(problem: &str) -> Error {
    Error::new(ErrorCode::Internal, problem)
}
