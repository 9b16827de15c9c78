//! Collectors.

use super::*;
use crate::error::Result;
use crate::graph::{BlockKey, BlockKind};
use crate::object_store::ObjectPath;
use crate::sst::Compression;
use bytes::Bytes;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

/// A chunk that is its block.
struct Chunk {
    pointer: BlockPointer,
    cell: OnceLock<Vec<u8>>,
}

impl Absent for Chunk {
    fn pointer(&self) -> &BlockPointer {
        &self.pointer
    }

    fn is_filled(&self) -> bool {
        self.cell.get().is_some()
    }

    fn fill(&self, block: &[u8]) -> Result<usize> {
        Ok(if self.cell.set(block.to_vec()).is_ok() { block.len() } else { 0 })
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
    sst.pointers().map(|pointer| Arc::new(Chunk { pointer, cell: OnceLock::new() })).collect()
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
#[should_panic(expected = "outside of a collector")]
fn nothing_absent_is_read_outside_of_a_collector() {
    note(&chunks(1)[0]);
}
