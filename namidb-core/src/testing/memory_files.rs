//! SSTs that are in memory.

#![allow(clippy::unwrap_used, reason = "for tests: what is written here is read again here")]

use crate::graph::BlockKey;
use crate::hash::HashMap;
use crate::object_store::ObjectPath;
use crate::residency::{BlockPointer, IndexEntry, SstFile};
use crate::sst::Compression;
use bytes::Bytes;
use std::sync::Arc;

/// A block under its key, and its summary.
pub(crate) type KeyedBlock = (BlockKey, Bytes, Bytes);

/// Files by their paths. None of them ever goes.
#[derive(Debug, Default)]
pub(crate) struct MemoryFiles {
    blocks: HashMap<ObjectPath, Vec<Bytes>>,
}

impl MemoryFiles {
    /// Writes a file of blocks in the order of their keys.
    pub(crate) fn add(&mut self, blocks: Vec<KeyedBlock>) -> Arc<SstFile> {
        let path = ObjectPath::new(format!("sst/{}", self.blocks.len())).unwrap();
        let entry = |(key, block, summary): &KeyedBlock| IndexEntry {
            key: *key,
            offset: 0,
            stored_bytes: block.len() as u32,
            block_bytes: block.len() as u32,
            compression: Compression::None,
            crc32c: 0,
            summary: summary.clone(),
        };
        let file = SstFile { path: path.clone(), bytes: 0, entries: blocks.iter().map(entry).collect() };
        self.blocks.insert(path, blocks.into_iter().map(|(_, block, _)| block).collect());
        Arc::new(file)
    }

    /// A block.
    pub(crate) fn block(&self, pointer: &BlockPointer) -> &Bytes {
        &self.blocks[&pointer.sst().path][pointer.number()]
    }
}
