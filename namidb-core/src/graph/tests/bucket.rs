//! Checkpoints without a store: runs of blocks in memory, and what fetches from them.

use crate::error::Result;
use crate::graph::{BlockKey, DirectoryEntry, Exported, GraphState};
use crate::residency::{BlockPointer, Misses, SstFile, collect};
use crate::testing::memory_files::MemoryFiles;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A block and its summary; none is a tombstone.
type Run = BTreeMap<BlockKey, Option<(Bytes, Bytes)>>;

/// Where blocks are, as [`GraphState::mark_stored`] wants to know it.
pub(super) type Places = Vec<(BlockKey, Option<BlockPointer>)>;

/// Runs, the oldest first.
#[derive(Default)]
pub(super) struct Bucket {
    runs: Vec<(Run, Arc<SstFile>)>,
    /// All that was ever written.
    files: MemoryFiles,
    /// How many blocks were fetched.
    pub(super) fetched: usize,
}

impl Bucket {
    fn file(&mut self, run: &Run) -> Arc<SstFile> {
        let block = |(key, entry): (&BlockKey, &Option<(Bytes, Bytes)>)| {
            entry.as_ref().map(|(block, summary)| (*key, block.clone(), summary.clone()))
        };
        self.files.add(run.iter().filter_map(block).collect())
    }

    fn places(run: &Run, file: &Arc<SstFile>) -> Places {
        let mut pointers = file.pointers();
        run.iter().map(|(key, entry)| (*key, entry.as_ref().and_then(|_| pointers.next()))).collect()
    }

    /// Brings what was missed.
    pub(super) fn fetch(&mut self, misses: &Misses) {
        for absent in misses.iter() {
            let block = self.files.block(absent.pointer());
            Arc::clone(absent).fill(block, &mut Vec::new()).unwrap();
            assert!(absent.is_filled());
            self.fetched += 1;
        }
    }

    /// Reads a state, however often it takes.
    pub(super) fn read<R>(&mut self, read: impl Fn() -> R) -> R {
        for _ in 0..10_000 {
            let (result, misses) = collect(&read);
            if misses.is_empty() {
                return result;
            }
            self.fetch(&misses);
        }
        panic!("reading comes to no end");
    }

    /// Writes what is new of a state into a run.
    pub(super) fn checkpoint(&mut self, state: &GraphState) -> Places {
        self.read(|| state.changed_while_away().is_empty().then_some(()));
        for _ in 0..10 {
            let misses = state.changed_while_away();
            if misses.is_empty() {
                break;
            }
            self.fetch(&misses);
        }
        let mut run = Run::new();
        let mut last = None;
        let (result, misses) = collect(|| {
            state.export_dirty(|key, exported| {
                assert!(last < Some(key), "{last:?} {key:?}");
                last = Some(key);
                run.insert(
                    key,
                    match exported {
                        Exported::Block { block, summary } => {
                            Some((Bytes::copy_from_slice(block), Bytes::copy_from_slice(summary)))
                        }
                        Exported::Gone => None,
                    },
                );
                Ok(())
            })
        });
        result.unwrap();
        assert!(misses.is_empty());
        let file = self.file(&run);
        let places = Bucket::places(&run, &file);
        self.runs.push((run, file));
        places
    }

    /// How many blocks and tombstones the last run has, besides those that every run has.
    pub(super) fn last_run(&self) -> Vec<BlockKey> {
        let run = self.runs.last().map(|(run, _)| run).into_iter().flatten();
        run.map(|(key, _)| *key).filter(|key| !key.kind.is_meta()).collect()
    }

    /// Merges all runs into one. Gives where blocks were, and where they are now.
    pub(super) fn compact(&mut self) -> Vec<(BlockPointer, BlockPointer)> {
        let mut merged = Run::new();
        let mut old = BTreeMap::new();
        for (run, file) in &self.runs {
            merged.extend(run.iter().map(|(key, entry)| (*key, entry.clone())));
            old.extend(Bucket::places(run, file));
        }
        merged.retain(|_, entry| entry.is_some());
        let file = self.file(&merged);
        let new = Bucket::places(&merged, &file);
        self.runs = vec![(merged, file)];
        new.into_iter().filter_map(|(key, new)| Some((old.remove(&key)??, new?))).collect()
    }

    /// The keys of all blocks.
    pub(super) fn keys(&self) -> Vec<BlockKey> {
        let mut newest = BTreeMap::new();
        for (run, _) in &self.runs {
            newest.extend(run.iter().map(|(key, entry)| (*key, entry.is_some())));
        }
        newest.into_iter().filter(|(_, is_there)| *is_there).map(|(key, _)| key).collect()
    }

    /// As [`Bucket::read`], until a block is refused.
    pub(super) fn try_read(&mut self, read: impl Fn()) {
        for _ in 0..100 {
            let ((), misses) = collect(&read);
            for absent in misses.iter() {
                let block = self.files.block(absent.pointer());
                if Arc::clone(absent).fill(block, &mut Vec::new()).is_err() {
                    return;
                }
            }
            if misses.is_empty() {
                return;
            }
        }
        panic!("reading comes to no end");
    }

    /// The newest block of each key, with its summary and its place.
    fn newest(&self) -> BTreeMap<BlockKey, (Bytes, Bytes, BlockPointer)> {
        let mut newest = BTreeMap::new();
        for (run, file) in &self.runs {
            for ((key, entry), (_, pointer)) in run.iter().zip(Bucket::places(run, file)) {
                match entry.as_ref().zip(pointer) {
                    Some(((block, summary), pointer)) => {
                        newest.insert(*key, (block.clone(), summary.clone(), pointer));
                    }
                    None => drop(newest.remove(key)),
                }
            }
        }
        newest
    }

    /// The state of the last checkpoint, with nothing in memory.
    pub(super) fn open(&self) -> GraphState {
        self.open_damaged(|_| {}).unwrap()
    }

    /// As [`Bucket::open`], after something was done to the keys and summaries of blocks that not every open reads.
    pub(super) fn open_damaged(
        &self,
        damage: impl FnOnce(&mut Vec<(BlockKey, Bytes)>),
    ) -> Result<GraphState> {
        let newest = self.newest();
        let meta = newest.iter().filter(|(key, _)| key.kind.is_meta());
        let meta: Vec<_> = meta.map(|(key, (block, _, _))| (*key, block)).collect();
        let others = || newest.iter().filter(|(key, _)| !key.kind.is_meta());
        let mut entries: Vec<_> = others().map(|(key, (_, summary, _))| (*key, summary.clone())).collect();
        let pointers = others().map(|(_, (_, _, pointer))| pointer.clone());
        damage(&mut entries);
        let entries = entries
            .iter()
            .zip(pointers)
            .map(|((key, summary), pointer)| (*key, DirectoryEntry::Bucket { pointer, summary }));
        GraphState::from_directory(meta, entries)
    }
}
