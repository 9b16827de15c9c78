//! What opening reads of a file.

use super::writer::{IN_TAIL, PLAIN, TOMBSTONE, ZSTD};
use super::{BLOCK_BYTES_MAX, Compression, FOOTER_BYTES, FORMAT, MAGIC, SUMMARY_BYTES_MAX};
use crate::codec::Reader;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::BlockKey;
use crate::object_store::ObjectPath;
use crate::residency::{BlockPointer, IndexEntry, SstFile};
use bytes::Bytes;
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

/// What whoever names a file knows of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TailRef {
    /// Where the file lies.
    pub path: ObjectPath,
    /// Its size in bytes.
    pub bytes: u64,
    /// How many of them, at its end, are its tail.
    pub tail_bytes: u64,
    /// The crc32c of the tail.
    pub tail_checksum: u32,
}

/// A file whose tail has been read and compared with its checksums. Its other blocks are compared as they are read.
#[derive(Clone, Debug)]
pub struct Tail {
    /// The blocks that are not in the tail.
    pub file: Arc<SstFile>,
    /// The blocks that are, in ascending order of their keys.
    pub blocks: Vec<(BlockKey, Bytes)>,
    /// Keys that have no block any more, in ascending order.
    pub tombstones: Vec<BlockKey>,
}

impl Tail {
    /// Reads a tail.
    ///
    /// # Errors
    /// `Corruption` if the bytes are not the tail of that file; `FormatVersion` if another version wrote them.
    pub fn parse(named: &TailRef, tail: &Bytes) -> Result<Tail> {
        parse(named, tail).map_err(|error| error.with_detail("object", &named.path))
    }
}

/// The block at a place, from the bytes that are stored there.
///
/// # Errors
/// `Corruption` if they are not what was written.
pub fn decode_block(pointer: &BlockPointer, stored: Bytes) -> Result<Bytes> {
    decode(pointer.entry(), stored).map_err(|error| at(pointer, error))
}

/// Compares the bytes that are stored at a place with their checksum.
///
/// # Errors
/// `Corruption` if they are not what was written.
pub fn check_block(pointer: &BlockPointer, stored: &[u8]) -> Result<()> {
    check(pointer.entry(), stored).map_err(|error| at(pointer, error))
}

fn at(pointer: &BlockPointer, error: Error) -> Error {
    let BlockKey { kind, number, index, part } = pointer.key();
    error
        .with_detail("object", &pointer.sst().path)
        .with_detail("offset", pointer.entry().offset)
        .with_detail("block", format_args!("{kind:?} {number} {index} {part}"))
}

fn check(entry: &IndexEntry, stored: &[u8]) -> Result<()> {
    if stored.len() != entry.stored_bytes as usize || crc32c::crc32c(stored) != entry.crc32c {
        return Err(corrupt("the checksum of a block does not match"));
    }
    Ok(())
}

fn decode(entry: &IndexEntry, stored: Bytes) -> Result<Bytes> {
    check(entry, &stored)?;
    match entry.compression {
        Compression::None => Ok(stored),
        Compression::Zstd => match decompress(&stored, entry.block_bytes as usize) {
            Ok(block) if block.len() == entry.block_bytes as usize => Ok(block.into()),
            Ok(_) => Err(corrupt("a block has another length than its index says")),
            Err(error) => Err(corrupt("a block cannot be decompressed").with_source(error)),
        },
    }
}

/// Decompresses a frame to at most one byte more than `length`. That is only what somebody says, so there is room for
/// all of it at once only if it is not much more than the frame.
fn decompress(frame: &[u8], length: usize) -> std::io::Result<Vec<u8>> {
    let mut block = Vec::with_capacity(length.saturating_add(1).min(frame.len().saturating_mul(8)));
    let decoder = zstd::stream::read::Decoder::with_buffer(frame)?;
    decoder.take(length as u64 + 1).read_to_end(&mut block)?;
    Ok(block)
}

fn parse(named: &TailRef, tail: &Bytes) -> Result<Tail> {
    let (bytes, length) = (named.bytes, tail.len() as u64);
    let footer_at = match tail.len().checked_sub(FOOTER_BYTES) {
        Some(at) if length == named.tail_bytes && bytes >= length + MAGIC.len() as u64 => at,
        _ => return Err(corrupt("the tail of the SST has another length than its name says")),
    };
    let tail_at = bytes - length;
    let mut reader = Reader::new(&tail[footer_at..]);
    let (tail_says, index_at) = (u64::from_le_bytes(reader.array()?), u64::from_le_bytes(reader.array()?));
    let count = u32::from_le_bytes(reader.array()?);
    let index_checksum = u32::from_le_bytes(reader.array()?);
    let format = u32::from_le_bytes(reader.array()?);
    let checked = reader.position();
    let checksum = u32::from_le_bytes(reader.array()?);
    if reader.array()? != MAGIC {
        return Err(corrupt("the object is no SST, or not a whole one"));
    }
    if crc32c::crc32c(&tail[footer_at..footer_at + checked]) != checksum {
        return Err(corrupt("the checksum of the SST's footer does not match"));
    }
    if format != FORMAT {
        return Err(Error::new(
            ErrorCode::FormatVersion,
            format!("the SST has format {format}, this version reads {FORMAT}"),
        )
        .with_hint("Open the database with the version that wrote it"));
    }
    if crc32c::crc32c(tail) != named.tail_checksum {
        return Err(corrupt("the tail is not that of the SST that was named"));
    }
    let index_from = match index_at.checked_sub(tail_at).map(usize::try_from) {
        Some(Ok(from)) if tail_says == tail_at && from <= footer_at => from,
        _ => return Err(corrupt("the SST's index does not lie in its tail")),
    };
    let index = tail.slice(index_from..footer_at);
    if crc32c::crc32c(&index) != index_checksum {
        return Err(corrupt("the checksum of the SST's index does not match"));
    }
    Index {
        reader: Reader::new(&index),
        bytes: &index,
        data: MAGIC.len() as u64..tail_at,
        tail: tail_at..index_at,
        last: None,
    }
    .read(named, tail, count)
}

/// The entries of an index, as they are read.
struct Index<'a> {
    reader: Reader<'a>,
    bytes: &'a Bytes,
    /// What is left of the two kinds of blocks.
    data: Range<u64>,
    tail: Range<u64>,
    /// The key before.
    last: Option<[u8; BlockKey::LEN]>,
}

impl Index<'_> {
    fn read(mut self, named: &TailRef, tail: &Bytes, count: u32) -> Result<Tail> {
        let tail_at = self.tail.start;
        let (mut entries, mut blocks, mut tombstones) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..count {
            let key = self.key()?;
            let kind = self.reader.u8()?;
            if kind == TOMBSTONE {
                tombstones.push(key);
                continue;
            }
            let entry = self.entry(key, kind)?;
            if kind & IN_TAIL == 0 {
                entries.push(entry);
            } else {
                let from = (entry.offset - tail_at) as usize;
                let stored = tail.slice(from..from + entry.stored_bytes as usize);
                blocks.push((key, decode(&entry, stored)?));
            }
        }
        if !self.data.is_empty() || !self.tail.is_empty() {
            return Err(corrupt("between the SST's blocks and its index lie bytes that belong to neither"));
        }
        self.reader.finish()?;
        let file = Arc::new(SstFile { path: named.path.clone(), bytes: named.bytes, entries });
        Ok(Tail { file, blocks, tombstones })
    }

    fn key(&mut self) -> Result<BlockKey> {
        let shared = usize::from(self.reader.u8()?);
        if shared >= BlockKey::LEN || (shared > 0 && self.last.is_none()) {
            return Err(self.reader.corrupt("a key shares more than there is with the one before"));
        }
        let mut key = self.last.unwrap_or_default();
        key[shared..].copy_from_slice(self.reader.take(BlockKey::LEN - shared)?);
        if self.last.is_some_and(|last| last >= key) {
            return Err(self.reader.corrupt("the keys of the SST's index do not ascend"));
        }
        self.last = Some(key);
        BlockKey::from_bytes(&key)
    }

    fn entry(&mut self, key: BlockKey, kind: u8) -> Result<IndexEntry> {
        let compression = match kind & !IN_TAIL {
            PLAIN => Compression::None,
            ZSTD => Compression::Zstd,
            _ => return Err(self.reader.unknown("an entry of the SST's index", kind)),
        };
        let stored_bytes = self.length()?;
        let block_bytes = match compression {
            Compression::None => stored_bytes,
            Compression::Zstd => self.length()?,
        };
        let crc32c = u32::from_le_bytes(self.reader.array()?);
        let summary = self.reader.bytes()?.len();
        if summary > SUMMARY_BYTES_MAX {
            return Err(self.reader.corrupt("a summary is longer than a summary can be"));
        }
        let read = self.reader.position();
        let summary = self.bytes.slice(read - summary..read);
        let space = if kind & IN_TAIL == 0 { &mut self.data } else { &mut self.tail };
        let offset = space.start;
        if u64::from(stored_bytes) > space.end - offset {
            return Err(self.reader.corrupt("the blocks are longer than their part of the file"));
        }
        space.start += u64::from(stored_bytes);
        Ok(IndexEntry { key, offset, stored_bytes, block_bytes, compression, crc32c, summary })
    }

    fn length(&mut self) -> Result<u32> {
        match self.reader.varint()? {
            length if length <= BLOCK_BYTES_MAX as u64 => Ok(length as u32),
            _ => Err(self.reader.corrupt("a block is larger than a block can be")),
        }
    }
}

fn corrupt(problem: &str) -> Error {
    Error::new(ErrorCode::Corruption, problem)
}
