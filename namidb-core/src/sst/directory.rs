//! What several files hold together.

use super::{Tail, fetch_stored};
use crate::error::Result;
use crate::graph::BlockKey;
use crate::object_store::ObjectStore;
use crate::residency::BlockPointer;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use std::ops::Range;

/// Bytes of the blocks that are fetched together when a whole directory is read.
const BATCH_BYTES: u64 = 8 << 20;

/// Blocks that are fetched together.
const BATCH_BLOCKS: usize = 4_096;

/// What the newest file that names a key says of it.
#[derive(Clone, Debug)]
pub enum Newest {
    /// The block: it came with the tail.
    Block(BlockKey, Bytes),
    /// The block lies there.
    Stored(BlockPointer),
    /// It has no block any more.
    Tombstone(BlockKey),
}

impl Newest {
    /// The key.
    pub fn key(&self) -> BlockKey {
        match self {
            Newest::Block(key, _) | Newest::Tombstone(key) => *key,
            Newest::Stored(pointer) => pointer.key(),
        }
    }

    fn stored_bytes(&self) -> u64 {
        match self {
            Newest::Stored(pointer) => pointer.entry().stored_bytes.into(),
            Newest::Block(..) | Newest::Tombstone(_) => 0,
        }
    }
}

/// The blocks of several files: of each key the newest.
#[derive(Clone, Default, Debug)]
pub struct Directory {
    entries: Vec<Newest>,
}

impl Directory {
    /// What these files hold together, the oldest first.
    pub fn new(files: impl IntoIterator<Item = Tail>) -> Directory {
        let mut all: Vec<(u32, Newest)> = Vec::new();
        for (age, tail) in files.into_iter().enumerate() {
            // The newest sorts first among equal keys.
            let age = u32::MAX - age as u32;
            all.extend(tail.file.pointers().map(|pointer| (age, Newest::Stored(pointer))));
            all.extend(tail.blocks.into_iter().map(|(key, block)| (age, Newest::Block(key, block))));
            all.extend(tail.tombstones.into_iter().map(|key| (age, Newest::Tombstone(key))));
        }
        all.sort_by_key(|(age, newest)| (newest.key(), *age));
        all.dedup_by_key(|(_, newest)| newest.key());
        Directory { entries: all.into_iter().map(|(_, newest)| newest).collect() }
    }

    /// What it says of each key, in ascending order of the keys.
    pub fn entries(&self) -> &[Newest] {
        &self.entries
    }

    /// The blocks that came with the tails.
    pub fn blocks(&self) -> impl Iterator<Item = (BlockKey, &Bytes)> {
        self.entries.iter().filter_map(|newest| match newest {
            Newest::Block(key, block) => Some((*key, block)),
            Newest::Stored(_) | Newest::Tombstone(_) => None,
        })
    }

    /// Where the others lie.
    pub fn stored(&self) -> impl Iterator<Item = &BlockPointer> {
        self.entries.iter().filter_map(|newest| match newest {
            Newest::Stored(pointer) => Some(pointer),
            Newest::Block(..) | Newest::Tombstone(_) => None,
        })
    }

    /// Bytes of the blocks in their files.
    pub fn stored_bytes(&self) -> u64 {
        self.entries.iter().map(Newest::stored_bytes).sum()
    }

    /// Reads all of it, in ascending order of the keys, some MiB at a time: each entry with the bytes that are stored
    /// for it, not yet compared with their checksum. The next batch is under way while one is used.
    pub fn read<'a>(
        &'a self,
        store: &'a dyn ObjectStore,
    ) -> impl Stream<Item = Result<Vec<(&'a Newest, Bytes)>>> + 'a {
        stream::iter(self.batches()).map(move |batch| self.fetch(store, batch)).buffered(2)
    }

    fn batches(&self) -> Vec<Range<usize>> {
        let (mut batches, mut from, mut bytes) = (Vec::new(), 0, 0u64);
        for (at, newest) in self.entries.iter().enumerate() {
            let more = newest.stored_bytes();
            if bytes > 0 && bytes + more > BATCH_BYTES || at - from == BATCH_BLOCKS {
                batches.push(from..at);
                (from, bytes) = (at, 0);
            }
            bytes += more;
        }
        if from < self.entries.len() {
            batches.push(from..self.entries.len());
        }
        batches
    }

    async fn fetch(&self, store: &dyn ObjectStore, batch: Range<usize>) -> Result<Vec<(&Newest, Bytes)>> {
        let batch = self.entries.get(batch).unwrap_or_default();
        let mut pointers = Vec::new();
        for newest in batch {
            if let Newest::Stored(pointer) = newest {
                pointers.push(pointer.clone());
            }
        }
        let mut stored = fetch_stored(store, pointers).await?.into_iter();
        let with_bytes = batch.iter().map(|newest| match newest {
            Newest::Stored(_) => (newest, stored.next().unwrap_or_default()),
            Newest::Block(_, block) => (newest, block.clone()),
            Newest::Tombstone(_) => (newest, Bytes::new()),
        });
        Ok(with_bytes.collect())
    }
}
