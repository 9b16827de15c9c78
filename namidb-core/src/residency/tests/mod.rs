//! Collectors, the books, and fetching from a simulated store.

mod fetch;

use super::*;
use crate::error::Result;
use crate::graph::{BlockKey, BlockKind};
use crate::object_store::ObjectPath;
use crate::sst::Compression;
use bytes::Bytes;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// A chunk that is its block.
struct Chunk {
    pointer: BlockPointer,
    cell: OnceLock<Vec<u8>>,
    used: AtomicU64,
}

impl Chunk {
    fn touch(&self) {
        self.used.store(now(), Ordering::Relaxed);
    }
}

impl Absent for Chunk {
    fn pointer(&self) -> &BlockPointer {
        &self.pointer
    }

    fn is_filled(&self) -> bool {
        self.cell.get().is_some()
    }

    fn fill(self: Arc<Self>, block: &[u8], came: &mut Vec<Came>) -> Result<()> {
        if self.cell.set(block.to_vec()).is_ok() {
            came.push((self, block.len()));
        }
        Ok(())
    }

    fn last_used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
}

fn chunks(count: u64) -> Vec<Arc<Chunk>> {
    let entries = (0..count).map(|n| IndexEntry {
        key: BlockKey { kind: BlockKind::NodeSeqs, number: 0, index: n, part: 0 },
        offset: n * 10,
        stored_bytes: 10,
        block_bytes: 10,
        compression: Compression::None,
        crc32c: 0,
        summary: Bytes::new(),
    });
    let path = ObjectPath::new("sst/1").unwrap();
    let sst = Arc::new(SstFile { path, bytes: count * 10, entries: entries.collect() });
    sst.pointers()
        .map(|pointer| Arc::new(Chunk { pointer, cell: OnceLock::new(), used: AtomicU64::new(0) }))
        .collect()
}

fn numbers(misses: &Misses) -> Vec<usize> {
    misses.iter().map(|absent| absent.pointer().number()).collect()
}

#[test]
fn what_is_missed_is_collected_once_and_in_order() {
    let chunks = chunks(3);
    let (result, misses) = collect(|| {
        assert!(!missed());
        [2, 0, 2].iter().for_each(|n| note(&chunks[*n]));
        missed()
    });
    assert!(result);
    assert_eq!(numbers(&misses), [2, 0]);
    assert!(collect(|| ()).1.is_empty());
}

#[test]
fn collectors_nest() {
    let chunks = chunks(3);
    let (inner, outer) = collect(|| {
        note(&chunks[0]);
        let (clean, inner) = collect(|| {
            let clean = !missed();
            note(&chunks[1]);
            clean
        });
        assert!(clean && missed());
        note(&chunks[2]);
        inner
    });
    assert_eq!((numbers(&inner), numbers(&outer)), (vec![1], vec![0, 2]));
    let (inner, outer) = collect(|| collect(|| note(&chunks[1])).1);
    assert_eq!((numbers(&inner), numbers(&outer)), (vec![1], vec![]));
}

#[test]
fn a_panic_leaves_the_collector_around_as_it_was() {
    let chunks = chunks(2);
    let ((), misses) = collect(|| {
        note(&chunks[0]);
        let work = || {
            note(&chunks[1]);
            panic!("on purpose")
        };
        catch_unwind(AssertUnwindSafe(|| collect(work))).map(drop).unwrap_err();
        assert!(missed());
    });
    assert_eq!(numbers(&misses), [0]);
    assert!(!missed());
}

#[test]
fn misses_of_several_are_put_together() {
    let chunks = chunks(3);
    let mut all = collect(|| note(&chunks[0])).1;
    all.append(collect(|| [0, 2].iter().for_each(|n| note(&chunks[*n]))).1);
    assert_eq!(numbers(&all), [0, 2]);
}

#[test]
fn misses_are_handed_on_to_the_collector_around() {
    let chunks = chunks(3);
    let ((), all) = collect(|| {
        note(&chunks[1]);
        collect(|| [0, 1].iter().for_each(|n| note(&chunks[*n]))).1.hand_on();
        collect(|| ()).1.hand_on();
    });
    assert_eq!(numbers(&all), [1, 0]);
    let (missed, all) = collect(|| {
        collect(|| note(&chunks[2])).1.hand_on();
        missed()
    });
    assert_eq!((missed, numbers(&all)), (true, vec![2]));
}

#[test]
fn the_chunks_that_were_not_used_for_longest_are_condemned_until_there_is_room() {
    let chunks = chunks(5);
    let ledger = Ledger::new(40);
    let hold = |n: usize| ledger.enter(&(Arc::clone(&chunks[n]) as Arc<dyn Absent>), 10);
    (0..4).for_each(hold);
    assert!(!ledger.is_over() && ledger.condemn().is_empty());
    // Everything was used at the same time, but for two.
    for (n, used) in [7, 2, 7, 5, 7].into_iter().enumerate() {
        chunks[n].used.store(used, Ordering::Relaxed);
    }
    hold(4);
    assert!(ledger.is_over());
    let indexes: Vec<u64> = ledger.condemn().iter().map(|key| key.index).collect();
    assert_eq!(indexes, [1, 3]);
    assert_eq!(ledger.condemnations(), 1);
    assert_eq!(ledger.reckon(), Held { chunks: 5, bytes: 50, condemned_bytes: 20, evicted: 2 });
    // What is condemned does not count any more, though somebody may still hold it.
    assert!(!ledger.is_over() && ledger.condemn().is_empty());
    let before = now();
    chunks[0].touch();
    assert!(chunks[0].last_used() >= before && before > 1);
    drop(chunks);
    assert_eq!(ledger.reckon(), Held { evicted: 2, ..Held::default() });
}

#[test]
#[should_panic(expected = "outside of a collector")]
fn nothing_absent_is_read_outside_of_a_collector() {
    note(&chunks(1)[0]);
}
