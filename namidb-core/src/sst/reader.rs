//! Reading a file.

use super::{BLOCK_BYTES_MAX, Compression, FOOTER_BYTES, FORMAT, MAGIC};
use crate::codec::Reader;
use crate::error::{Error, ErrorCode, Result};
use bytes::Bytes;
use std::io::Read;
use std::ops::Range;
use zstd::bulk::Decompressor;

/// What the index says of a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockEntry {
    /// Its key.
    pub key: Bytes,
    /// How it is stored.
    pub compression: Compression,
    /// Its bytes in the file.
    pub stored: Range<usize>,
    /// Its length when it is not compressed.
    pub block_bytes: usize,
    checksum: u32,
}

/// A file whose footer and index have been read and compared with their checksums. Blocks are compared as they are
/// read.
#[derive(Clone, Debug)]
pub struct Sst {
    bytes: Bytes,
    entries: Vec<BlockEntry>,
}

impl Sst {
    /// Reads the footer and the index.
    ///
    /// # Errors
    /// `Corruption` if the bytes are no whole SST; `FormatVersion` if a newer version wrote them.
    pub fn parse(bytes: Bytes) -> Result<Sst> {
        let least = MAGIC.len() + FOOTER_BYTES;
        let Some(footer_at) = bytes.len().checked_sub(FOOTER_BYTES).filter(|_| bytes.len() >= least) else {
            return Err(corrupt("the SST is shorter than an empty one"));
        };
        let footer = bytes.slice(footer_at..);
        let mut reader = Reader::new(&footer);
        let index_offset = u64::from_le_bytes(reader.array()?);
        let index_bytes = u64::from_le_bytes(reader.array()?);
        let blocks = u32::from_le_bytes(reader.array()?);
        let index_checksum = u32::from_le_bytes(reader.array()?);
        let format = u32::from_le_bytes(reader.array()?);
        let checked = reader.position();
        let checksum = u32::from_le_bytes(reader.array()?);
        if reader.array()? != MAGIC || bytes[..MAGIC.len()] != MAGIC {
            return Err(corrupt("the object is no SST, or not a whole one"));
        }
        reader.finish()?;
        if crc32c::crc32c(&footer[..checked]) != checksum {
            return Err(corrupt("the checksum of the SST's footer does not match"));
        }
        if format > FORMAT {
            return Err(Error::new(
                ErrorCode::FormatVersion,
                format!("the SST has format {format}, this version reads up to {FORMAT}"),
            )
            .with_hint("Open the database with the version that wrote it, or a newer one"));
        }
        let index = match (usize::try_from(index_offset), usize::try_from(index_bytes)) {
            (Ok(from), Ok(len)) if from >= MAGIC.len() && from.checked_add(len) == Some(footer_at) => {
                bytes.slice(from..footer_at)
            }
            _ => return Err(corrupt("the SST's index does not lie between its blocks and its footer")),
        };
        if crc32c::crc32c(&index) != index_checksum {
            return Err(corrupt("the checksum of the SST's index does not match"));
        }
        let entries = entries(&index, blocks, footer_at - index.len())?;
        Ok(Sst { bytes, entries })
    }

    /// The blocks, in ascending order of their keys.
    pub fn entries(&self) -> &[BlockEntry] {
        &self.entries
    }

    /// Calls `each` with every block, in ascending order of their keys.
    ///
    /// # Errors
    /// As [`Sst::block`]; else what `each` returns.
    pub fn blocks(&self) -> impl Iterator<Item = Result<(Bytes, Bytes)>> {
        let mut decompressor = Decompressor::new().ok();
        self.entries.iter().map(move |entry| {
            let block = self.read(entry, decompressor.as_mut())?;
            Ok((entry.key.clone(), block))
        })
    }

    /// The block with a key.
    ///
    /// # Errors
    /// `Corruption` if the block's bytes are not what was written.
    pub fn block(&self, key: &[u8]) -> Result<Option<Bytes>> {
        match self.entries.binary_search_by(|entry| entry.key.as_ref().cmp(key)) {
            Ok(at) => self.read(&self.entries[at], None).map(Some),
            Err(_) => Ok(None),
        }
    }

    fn read(&self, entry: &BlockEntry, decompressor: Option<&mut Decompressor<'static>>) -> Result<Bytes> {
        let stored = self.bytes.slice(entry.stored.clone());
        let problem = |what: &str| corrupt(what).with_detail("offset", entry.stored.start);
        if crc32c::crc32c(&stored) != entry.checksum {
            return Err(problem("the checksum of a block does not match"));
        }
        match entry.compression {
            Compression::None => Ok(stored),
            Compression::Zstd => {
                let block = decompress(&stored, entry.block_bytes, decompressor)
                    .map_err(|error| problem("a block cannot be decompressed").with_source(error))?;
                if block.len() != entry.block_bytes {
                    return Err(problem("a block has another length than its index says"));
                }
                Ok(block.into())
            }
        }
    }
}

/// Decompresses a frame to at most one byte more than `length`.
fn decompress(
    frame: &[u8],
    length: usize,
    decompressor: Option<&mut Decompressor<'static>>,
) -> std::io::Result<Vec<u8>> {
    match decompressor {
        // Room for all of it at once only if that is not much more than the frame itself.
        Some(decompressor) if length <= frame.len().saturating_mul(8).saturating_add(1 << 20) => {
            decompressor.decompress(frame, length)
        }
        _ => {
            let mut block = Vec::new();
            let decoder = zstd::stream::read::Decoder::with_buffer(frame)?;
            decoder.take(length as u64 + 1).read_to_end(&mut block)?;
            Ok(block)
        }
    }
}

fn entries(index: &Bytes, blocks: u32, blocks_end: usize) -> Result<Vec<BlockEntry>> {
    let mut reader = Reader::new(index);
    // The shortest entry: an empty key, how it is stored, its length, its checksum.
    let count = blocks as usize;
    if count > index.len() / 7 {
        return Err(corrupt("the SST says that it holds more blocks than its index has bytes for"));
    }
    let mut entries: Vec<BlockEntry> = Vec::with_capacity(count);
    let mut at = MAGIC.len();
    for _ in 0..count {
        let length = reader.bytes()?.len();
        let key = index.slice(reader.position() - length..reader.position());
        if entries.last().is_some_and(|last| last.key >= key) {
            return Err(reader.corrupt("the keys of the SST's index do not ascend"));
        }
        let compression = match reader.u8()? {
            0 => Compression::None,
            1 => Compression::Zstd,
            other => return Err(reader.unknown("the compression of a block", other)),
        };
        let stored_bytes = block_bytes(&mut reader)?;
        let block_bytes = match compression {
            Compression::None => stored_bytes,
            Compression::Zstd => block_bytes(&mut reader)?,
        };
        let checksum = u32::from_le_bytes(reader.array()?);
        let end = at.checked_add(stored_bytes).filter(|end| *end <= blocks_end);
        let Some(end) = end else { return Err(reader.corrupt("the blocks are longer than the file")) };
        entries.push(BlockEntry { key, compression, stored: at..end, block_bytes, checksum });
        at = end;
    }
    reader.finish()?;
    if at != blocks_end {
        return Err(corrupt("between the SST's blocks and its index lie bytes that belong to neither"));
    }
    Ok(entries)
}

fn block_bytes(reader: &mut Reader<'_>) -> Result<usize> {
    let length = reader.varint()?;
    match usize::try_from(length) {
        Ok(length) if length <= BLOCK_BYTES_MAX => Ok(length),
        _ => Err(reader.corrupt("a block is larger than a block can be")),
    }
}

fn corrupt(problem: &str) -> Error {
    Error::new(ErrorCode::Corruption, problem)
}
