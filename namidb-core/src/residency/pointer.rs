//! The place of a block.

use crate::graph::BlockKey;
use crate::object_store::ObjectPath;
use crate::sst::Compression;
use bytes::Bytes;
use std::fmt;
use std::sync::Arc;

/// What the index of an SST says of a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IndexEntry {
    /// Its key.
    pub key: BlockKey,
    /// Where it begins in the file.
    pub offset: u64,
    /// Its length in the file.
    pub stored_bytes: u32,
    /// Its length when it is not compressed.
    pub block_bytes: u32,
    /// How it is stored.
    pub compression: Compression,
    /// The checksum of what is stored.
    pub crc32c: u32,
    /// What the tree must know of the chunk without its block.
    pub summary: Bytes,
}

/// An SST as far as it is in memory: its index.
#[derive(PartialEq, Eq, Debug)]
pub struct SstFile {
    /// Its path.
    pub path: ObjectPath,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its blocks, in ascending order of their keys, which is that of their offsets.
    pub entries: Vec<IndexEntry>,
}

/// The place of a block: in which file, and which of its entries.
#[derive(Clone)]
pub struct BlockPointer {
    sst: Arc<SstFile>,
    entry: u32,
}

impl SstFile {
    /// The place of its block with this number; none if it has not so many.
    pub fn pointer(self: &Arc<SstFile>, entry: usize) -> Option<BlockPointer> {
        let number = u32::try_from(entry).ok()?;
        (entry < self.entries.len()).then(|| BlockPointer { sst: Arc::clone(self), entry: number })
    }

    /// The places of all its blocks.
    pub fn pointers(self: &Arc<SstFile>) -> impl Iterator<Item = BlockPointer> + '_ {
        (0..self.entries.len()).filter_map(|entry| self.pointer(entry))
    }
}

impl BlockPointer {
    /// The file.
    pub fn sst(&self) -> &Arc<SstFile> {
        &self.sst
    }

    /// The number of its entry in the file's index.
    pub fn number(&self) -> usize {
        self.entry as usize
    }

    /// What the index says of the block.
    pub fn entry(&self) -> &IndexEntry {
        // A pointer is made for entries that exist, and the index of a file never changes.
        &self.sst.entries[self.entry as usize]
    }

    /// The key of the block.
    pub fn key(&self) -> BlockKey {
        self.entry().key
    }

    /// Whether both are the same place.
    pub fn is_same(&self, other: &BlockPointer) -> bool {
        self.entry == other.entry && Arc::ptr_eq(&self.sst, &other.sst)
    }
}

impl fmt::Debug for BlockPointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} in {}", self.entry().key, self.sst.path)
    }
}
