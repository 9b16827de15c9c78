//! A graph whose chunks lie in blocks and nowhere else, until something misses them.

#![allow(clippy::unwrap_used, reason = "for tests: what is written here is read again here")]

use super::memory_files::MemoryFiles;
use crate::graph::{BlockKey, DirectoryEntry, Exported, GraphState};
use crate::residency::{BlockPointer, Misses, collect};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Blocks in memory, that stand for those in a bucket. Clones are the same blocks.
#[derive(Clone, Debug, Default)]
pub struct ColdBlocks {
    files: Arc<Mutex<Files>>,
    fetched: Arc<AtomicU64>,
    rounds: Arc<AtomicU64>,
}

#[derive(Debug, Default)]
struct Files {
    written: MemoryFiles,
    /// Where the newest block of each key is.
    newest: BTreeMap<BlockKey, BlockPointer>,
}

impl ColdBlocks {
    fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what has changed, as a checkpoint does, and opens the graph again: the same graph, of which nothing is in
    /// memory. All states of one `ColdBlocks` are the earlier ones of the last.
    ///
    /// # Panics
    /// If what is written cannot be read: this is for tests.
    pub fn reopened(&self, state: &GraphState) -> GraphState {
        let mut meta = Vec::new();
        let mut blocks = Vec::new();
        let mut gone = Vec::new();
        loop {
            let (result, misses) = collect(|| {
                (meta, blocks, gone) = Default::default();
                state.export_dirty(|key, exported| {
                    match exported {
                        Exported::Block { block, .. } if key.kind.is_meta() => {
                            meta.push((key, block.to_vec()))
                        }
                        Exported::Block { block, summary } => {
                            let (block, summary) =
                                (Bytes::copy_from_slice(block), Bytes::copy_from_slice(summary));
                            blocks.push((key, block, summary));
                        }
                        Exported::Gone => gone.push(key),
                    }
                    Ok(())
                })
            });
            if misses.is_empty() {
                result.unwrap();
                break;
            }
            self.fetch(&misses);
        }
        let mut files = self.files();
        let file = files.written.add(blocks);
        files.newest.extend(file.pointers().map(|pointer| (pointer.key(), pointer)));
        for key in gone {
            files.newest.remove(&key);
        }
        let entries = files.newest.iter().map(|(key, pointer)| {
            let summary = &pointer.entry().summary;
            (*key, DirectoryEntry::Bucket { pointer: pointer.clone(), summary })
        });
        GraphState::from_directory(meta, entries).unwrap()
    }

    /// The same graph without any chunk in memory that has a block.
    pub fn emptied(&self, state: &GraphState) -> GraphState {
        let keys: Vec<BlockKey> = self.files().newest.keys().copied().collect();
        let mut state = state.clone();
        state.evict(&keys);
        state
    }

    /// Brings chunks to memory.
    ///
    /// # Panics
    /// If a block cannot be read.
    pub fn fetch(&self, misses: &Misses) {
        let files = self.files();
        self.rounds.fetch_add(1, Ordering::Relaxed);
        let mut came = 0;
        for chunk in misses.iter().filter(|chunk| !chunk.is_filled()) {
            let block = files.written.block(chunk.pointer());
            Arc::clone(chunk).fill(block, &mut Vec::new()).unwrap();
            assert!(chunk.is_filled(), "a block has come, and its chunk is still missing");
            came += 1;
        }
        self.fetched.fetch_add(came, Ordering::Relaxed);
    }

    /// How many blocks were fetched.
    pub fn fetched(&self) -> u64 {
        self.fetched.load(Ordering::Relaxed)
    }

    /// How often something was fetched.
    pub fn rounds(&self) -> u64 {
        self.rounds.load(Ordering::Relaxed)
    }
}
