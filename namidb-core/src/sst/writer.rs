//! Building a file.

use super::{BLOCK_BYTES_MAX, Compression, FORMAT, MAGIC, Place, SUMMARY_BYTES_MAX};
use crate::codec::{put_bytes, put_varint};
use crate::error::{Error, ErrorCode, Result};
use crate::graph::BlockKey;
use crate::residency::IndexEntry;
use zstd::bulk::Compressor;

/// The level of zstd: the fastest that still finds what repeats.
const LEVEL: i32 = 1;

/// A smaller block is not worth a frame.
const COMPRESS_MIN: usize = 64;

/// Builds a file in memory, block by block.
pub struct Writer {
    out: Vec<u8>,
    /// The blocks of the tail.
    tail: Vec<u8>,
    index: Vec<u8>,
    entries: u32,
    last_key: Option<[u8; BlockKey::LEN]>,
    compressor: Compressor<'static>,
}

/// A file that is complete.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finished {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How many of them, at its end, are its tail.
    pub tail_bytes: u64,
    /// The crc32c of the tail.
    pub tail_checksum: u32,
}

impl Finished {
    /// Its tail.
    pub fn tail(&self) -> &[u8] {
        self.bytes.get(self.bytes.len() - self.tail_bytes as usize..).unwrap_or_default()
    }
}

/// What an entry of the index is.
pub(super) const TOMBSTONE: u8 = 0;
pub(super) const PLAIN: u8 = 1;
pub(super) const ZSTD: u8 = 2;
/// Added to it for a block in the tail.
pub(super) const IN_TAIL: u8 = 4;

impl Writer {
    /// An empty file.
    ///
    /// # Errors
    /// `Internal` if there is no memory for a compressor.
    pub fn new() -> Result<Writer> {
        let compressor = Compressor::new(LEVEL).map_err(|error| {
            Error::new(ErrorCode::Internal, "the compressor cannot be started").with_source(error)
        })?;
        Ok(Writer {
            out: MAGIC.to_vec(),
            tail: Vec::new(),
            index: Vec::new(),
            entries: 0,
            last_key: None,
            compressor,
        })
    }

    /// Appends a block, and what is to be known of it without reading it. Keys ascend.
    ///
    /// # Errors
    /// `Internal` if the key does not follow the one before it, the block or the summary is larger than it can be, or
    /// there are 2³² entries.
    pub fn add(&mut self, key: BlockKey, block: &[u8], summary: &[u8], place: Place) -> Result<()> {
        if block.len() > BLOCK_BYTES_MAX || summary.len() > SUMMARY_BYTES_MAX {
            return Err(internal("a block, or its summary, is larger than an SST can hold"));
        }
        let compressed = self.compress(block);
        match &compressed {
            Some(frame) => {
                self.entry(key, Compression::Zstd, block.len(), frame, place)?;
                self.stored(frame, place);
            }
            None => {
                self.entry(key, Compression::None, block.len(), block, place)?;
                self.stored(block, place);
            }
        }
        put_bytes(&mut self.index, summary);
        Ok(())
    }

    /// Appends a block as another file holds it, without compressing it anew.
    ///
    /// # Errors
    /// As [`Writer::add`].
    pub fn add_stored(&mut self, entry: &IndexEntry, stored: &[u8]) -> Result<()> {
        self.entry(entry.key, entry.compression, entry.block_bytes as usize, stored, Place::Data)?;
        self.stored(stored, Place::Data);
        put_bytes(&mut self.index, &entry.summary);
        Ok(())
    }

    /// Says that a key has no block any more, whatever older files hold.
    ///
    /// # Errors
    /// `Internal` if the key does not follow the one before it, or there are 2³² entries.
    pub fn add_tombstone(&mut self, key: BlockKey) -> Result<()> {
        self.key(key)?;
        self.index.push(TOMBSTONE);
        Ok(())
    }

    /// How many bytes the file would have, but for a few.
    pub fn bytes(&self) -> usize {
        self.out.len() + self.tail.len() + self.index.len()
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    fn stored(&mut self, stored: &[u8], place: Place) {
        match place {
            Place::Data => self.out.extend_from_slice(stored),
            Place::Tail => self.tail.extend_from_slice(stored),
        }
    }

    fn entry(
        &mut self,
        key: BlockKey,
        compression: Compression,
        block_bytes: usize,
        stored: &[u8],
        place: Place,
    ) -> Result<()> {
        self.key(key)?;
        let in_tail = if place == Place::Tail { IN_TAIL } else { 0 };
        match compression {
            Compression::None => self.index.push(PLAIN | in_tail),
            Compression::Zstd => self.index.push(ZSTD | in_tail),
        }
        put_varint(&mut self.index, stored.len() as u64);
        if compression != Compression::None {
            put_varint(&mut self.index, block_bytes as u64);
        }
        self.index.extend_from_slice(&crc32c::crc32c(stored).to_le_bytes());
        Ok(())
    }

    /// Begins an entry: how many bytes its key shares with the one before, and the rest of it.
    fn key(&mut self, key: BlockKey) -> Result<()> {
        let key = key.to_bytes();
        let shared = match &self.last_key {
            Some(last) if key <= *last => {
                return Err(internal("the blocks of an SST are added in ascending order of their keys"));
            }
            Some(last) => last.iter().zip(&key).take_while(|(a, b)| a == b).count(),
            None => 0,
        };
        self.entries = self.entries.checked_add(1).ok_or_else(|| internal("an SST has too many blocks"))?;
        self.index.push(shared as u8);
        self.index.extend_from_slice(&key[shared..]);
        self.last_key = Some(key);
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
    pub fn finish(self) -> Finished {
        let mut bytes = self.out;
        let tail_at = bytes.len();
        bytes.extend_from_slice(&self.tail);
        let index_at = bytes.len();
        bytes.extend_from_slice(&self.index);
        let footer_at = bytes.len();
        bytes.extend_from_slice(&(tail_at as u64).to_le_bytes());
        bytes.extend_from_slice(&(index_at as u64).to_le_bytes());
        bytes.extend_from_slice(&self.entries.to_le_bytes());
        bytes.extend_from_slice(&crc32c::crc32c(&self.index).to_le_bytes());
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        let checksum = crc32c::crc32c(&bytes[footer_at..]);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        bytes.extend_from_slice(&MAGIC);
        let tail = &bytes[tail_at..];
        let (tail_bytes, tail_checksum) = (tail.len() as u64, crc32c::crc32c(tail));
        Finished { bytes, tail_bytes, tail_checksum }
    }
}

fn internal(problem: &str) -> Error {
    Error::new(ErrorCode::Internal, problem)
}
