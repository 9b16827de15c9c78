//! Fetching: what is asked of the store for which misses.

use super::*;
use crate::error::ErrorCode;
use crate::object_store::layers::Observe;
use crate::object_store::{ObjectStore, PutOptions};
use crate::testing::SimStore;
use futures_util::future::{join, select};
use std::pin::pin;

const BLOCK: usize = 1_000;

/// A file of columns, each of so many chunks, in a store that counts.
struct Bench {
    store: Observe,
    chunks: Vec<Vec<Arc<Chunk>>>,
    fetcher: Fetcher,
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

impl Bench {
    fn new(columns: usize, chunks: usize, budget: u64) -> Bench {
        let store = Observe::new(Arc::new(SimStore::new()));
        let path = ObjectPath::new("sst/1").unwrap();
        let mut bytes = Vec::new();
        let mut entries = Vec::new();
        for (column, index) in (0..columns).flat_map(|c| (0..chunks).map(move |i| (c, i))) {
            let block = vec![(column * 31 + index) as u8; BLOCK];
            entries.push(IndexEntry {
                key: BlockKey {
                    kind: BlockKind::NodeProperties,
                    number: column as u32,
                    index: index as u64,
                    part: 0,
                },
                offset: bytes.len() as u64,
                stored_bytes: BLOCK as u32,
                block_bytes: BLOCK as u32,
                compression: Compression::None,
                crc32c: crc32c::crc32c(&block),
                summary: Bytes::new(),
            });
            bytes.extend(block);
        }
        run(store.put(&path, bytes.clone().into(), PutOptions::default())).unwrap();
        let sst = Arc::new(SstFile { path, bytes: bytes.len() as u64, entries });
        let fetcher = Fetcher::new(Arc::new(store.clone()), budget);
        let mut bench = Bench { store, chunks: Vec::new(), fetcher };
        let all: Vec<Arc<Chunk>> = sst.pointers().map(absent).collect();
        bench.chunks = all.chunks(chunks).map(<[_]>::to_vec).collect();
        bench
    }

    fn misses(&self, which: impl IntoIterator<Item = (usize, usize)>) -> Misses {
        collect(|| which.into_iter().for_each(|(column, index)| note(&self.chunks[column][index]))).1
    }

    /// Fetches, and says how many requests and bytes it took.
    fn fetch(&self, which: impl IntoIterator<Item = (usize, usize)>) -> (u64, u64) {
        let misses = self.misses(which);
        let before = self.store.counts();
        run(self.fetcher.fetch(&misses)).unwrap();
        let asked = self.store.counts() - before;
        for chunk in misses.iter() {
            assert!(chunk.is_filled());
        }
        (asked.get.requests, asked.get.bytes)
    }
}

fn absent(pointer: BlockPointer) -> Arc<Chunk> {
    Arc::new(Chunk { pointer, cell: OnceLock::new(), used: AtomicU64::new(0) })
}

#[test]
fn one_chunk_is_one_request_for_its_bytes_alone() {
    let bench = Bench::new(2, 50, 1 << 20);
    assert_eq!(bench.fetch([(0, 7)]), (1, BLOCK as u64));
    assert_eq!(bench.chunks[0][7].cell.get(), Some(&vec![7; BLOCK]));
    assert_eq!(bench.fetch([(0, 7)]), (0, 0), "it is there");
    assert_eq!(bench.fetch([(1, 49)]), (1, BLOCK as u64));
    let stats = bench.fetcher.stats();
    assert_eq!((stats.misses, stats.fetched_blocks, stats.chunks), (2, 2, 2));
    assert_eq!((stats.fetched_bytes, stats.held_bytes), (2 * BLOCK as u64, 2 * BLOCK as u64));
}

#[test]
fn what_lies_near_is_one_request_and_what_lies_far_another_at_the_same_time() {
    let bench = Bench::new(1, 200, 1 << 20);
    let (requests, bytes) = bench.fetch([(0, 12), (0, 10), (0, 11), (0, 190)]);
    assert_eq!((requests, bytes), (2, 4 * BLOCK as u64));
}

#[test]
fn chunks_missed_one_by_one_in_order_come_in_requests_that_grow() {
    let bench = Bench::new(2, 400, 1 << 20);
    let (mut requests, mut bytes) = (0, 0);
    // Two columns side by side, as a scan reads them.
    for index in 0..400 {
        let (more, more_bytes) = bench.fetch([(0, index), (1, index)]);
        requests += more;
        bytes += more_bytes;
    }
    assert!(requests <= 40, "{requests} requests");
    assert_eq!(bytes, 800 * BLOCK as u64, "and nothing twice");
    assert!(bench.fetcher.stats().ahead_hits > 700);
    assert_eq!(bench.fetcher.stats().ahead_bytes, 0);
}

/// Reads a column from one end to the other, so many chunks at a time, and says in how many rounds.
fn rounds_of_a_scan(chunks: usize, at_once: usize) -> usize {
    let bench = Bench::new(1, chunks, 1 << 30);
    let batches = (0..chunks).step_by(at_once);
    let asks = |from: usize| bench.fetch((from..chunks.min(from + at_once)).map(|index| (0, index))).0 > 0;
    batches.filter(|from| asks(*from)).count()
}

#[test]
fn the_rounds_of_a_scan_grow_with_the_logarithm_of_its_bytes_and_not_with_its_chunks() {
    for at_once in [1, 2, 32] {
        let found: Vec<usize> =
            [64, 256, 1_024, 4_096, 16_384].map(|chunks| rounds_of_a_scan(chunks, at_once)).to_vec();
        // Each is four times as large as the one before, and the last is two times eight MiB.
        assert!(
            found.iter().zip([3, 4, 5, 6, 8]).all(|(found, most)| *found <= most),
            "{at_once}: {found:?}"
        );
    }
}

#[test]
fn threads_that_scan_side_by_side_are_one_stream() {
    let bench = Bench::new(1, 4_096, 1 << 30);
    let mut rounds = 0;
    // Two of them, and whoever has got the later part is the quicker one now and then.
    for pair in 0..64 {
        let first = 64 * pair;
        let parts = if pair % 3 == 0 { [first + 32, first] } else { [first, first + 32] };
        for from in parts {
            rounds += usize::from(bench.fetch((from..from + 32).map(|index| (0, index))).0 > 0);
        }
    }
    assert!(rounds <= 8, "{rounds} rounds");
}

#[test]
fn chunks_missed_here_and_there_bring_nothing_else() {
    let bench = Bench::new(1, 2_000, 8 << 20);
    for n in 0..50 {
        assert_eq!(bench.fetch([(0, n * 619 % 2_000)]), (1, BLOCK as u64));
    }
}

#[test]
fn what_is_read_ahead_takes_its_share_of_the_budget_and_no_more() {
    let bench = Bench::new(1, 400, 80_000);
    for index in 0..300 {
        bench.fetch([(0, index)]);
        assert!(bench.fetcher.stats().ahead_bytes <= 10_000);
    }
}

#[test]
fn states_that_went_different_ways_share_a_request() {
    let bench = Bench::new(1, 3, 1 << 20);
    let other = absent(bench.chunks[0][1].pointer.clone());
    let misses = collect(|| {
        note(&bench.chunks[0][1]);
        note(&other);
    })
    .1;
    run(bench.fetcher.fetch(&misses)).unwrap();
    assert!(other.is_filled() && bench.chunks[0][1].is_filled());
    assert_eq!(bench.store.counts().get.requests, 1);
}

#[test]
fn two_that_miss_the_same_at_once_ask_once() {
    let bench = Bench::new(1, 3, 1 << 20);
    let misses = bench.misses([(0, 1)]);
    let (one, two) = run(join(bench.fetcher.fetch(&misses), bench.fetcher.fetch(&misses)));
    one.unwrap();
    two.unwrap();
    assert_eq!(bench.store.counts().get.requests, 1);
}

#[test]
fn who_waits_for_a_fetch_that_is_given_up_fetches_himself() {
    let bench = Bench::new(1, 3, 1 << 20);
    let misses = bench.misses([(0, 1)]);
    run(async {
        let waits = pin!(bench.fetcher.fetch(&misses));
        {
            let given_up = pin!(bench.fetcher.fetch(&misses));
            // Polled once, so that it is under way, and dropped.
            let now = pin!(async {});
            select(given_up, now).await;
        }
        waits.await.unwrap();
    });
    assert!(bench.chunks[0][1].is_filled());
}

#[test]
fn a_damaged_block_is_named_and_the_others_come() {
    let bench = Bench::new(1, 200, 1 << 20);
    let path = ObjectPath::new("sst/1").unwrap();
    let mut bytes = vec![0; 200 * BLOCK];
    for (index, block) in bytes.chunks_mut(BLOCK).enumerate() {
        block.fill(index as u8);
    }
    bytes[5 * BLOCK + 3] ^= 1;
    run(bench.store.put(&path, bytes.into(), PutOptions::default())).unwrap();
    let error = run(bench.fetcher.fetch(&bench.misses([(0, 5)]))).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Corruption);
    assert!(error.details().iter().any(|(name, value)| *name == "object" && *value == "sst/1"), "{error:?}");
    bench.fetch([(0, 4), (0, 6)]);
    assert!(!bench.chunks[0][5].is_filled());
}
