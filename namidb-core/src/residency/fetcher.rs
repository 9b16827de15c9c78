//! Fetching: misses become ranges of files, and ranges become chunks.

use super::ahead::{ReadAhead, Wanted};
use super::{Absent, BlockPointer, Ledger, Misses, clock, collect};
use crate::error::Result;
use crate::object_store::ObjectStore;
use crate::sst;
use bytes::Bytes;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// Stored bytes that are fetched before the first of them become chunks: more would only wait in memory.
const PORTION_BYTES: u64 = 32 << 20;

/// Of the budget this share is for blocks that were read ahead.
const AHEAD_SHARE: u64 = 8;

/// And never more than this.
const AHEAD_BYTES_MAX: u64 = 64 << 20;

/// Brings chunks from the bucket into memory.
pub struct Fetcher {
    store: Arc<dyn ObjectStore>,
    ledger: Ledger,
    ahead: Mutex<ReadAhead>,
    missed: AtomicU64,
    fetched: AtomicU64,
    fetched_bytes: AtomicU64,
    from_ahead: AtomicU64,
}

/// What became of the chunks of a handle, since it was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CacheStats {
    /// Bytes that chunks may take.
    pub budget_bytes: u64,
    /// Bytes that the chunks that came from the bucket take now.
    pub held_bytes: u64,
    /// How many of them only older states have, which somebody still holds; they do not count.
    pub pinned_bytes: u64,
    /// Chunks that came from the bucket and are in memory.
    pub chunks: u64,
    /// Bytes of blocks that were read ahead and have not been asked for yet.
    pub ahead_bytes: u64,
    /// How often a chunk was needed that was not in memory.
    pub misses: u64,
    /// How many of those had been read ahead, or were on their way.
    pub ahead_hits: u64,
    /// Blocks that were fetched, those read ahead among them.
    pub fetched_blocks: u64,
    /// Their bytes, as they are stored.
    pub fetched_bytes: u64,
    /// Chunks that had to go.
    pub evictions: u64,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").field("budget", &self.ledger.budget()).finish_non_exhaustive()
    }
}

/// A block, and all chunks that it is to become: states that went different ways may miss the same one.
struct Place {
    pointer: BlockPointer,
    chunks: Vec<Arc<dyn Absent>>,
}

/// Blocks that are being fetched. When it ends, also early, whoever waits for them looks again.
struct Flight<'a> {
    fetcher: &'a Fetcher,
    done: Arc<Semaphore>,
    ids: Vec<(usize, usize)>,
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.fetcher.ahead().end(&self.ids, &self.done);
    }
}

impl Fetcher {
    /// Fetches from a store; the chunks may take so many bytes.
    pub fn new(store: Arc<dyn ObjectStore>, budget: u64) -> Fetcher {
        Fetcher {
            store,
            ledger: Ledger::new(budget),
            ahead: Mutex::default(),
            missed: AtomicU64::new(0),
            fetched: AtomicU64::new(0),
            fetched_bytes: AtomicU64::new(0),
            from_ahead: AtomicU64::new(0),
        }
    }

    /// The books of what is in memory.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What became of the chunks so far.
    pub fn stats(&self) -> CacheStats {
        let held = self.ledger.reckon();
        CacheStats {
            budget_bytes: self.ledger.budget(),
            held_bytes: held.bytes,
            pinned_bytes: held.condemned_bytes,
            chunks: held.chunks,
            ahead_bytes: self.ahead().bytes(),
            misses: self.missed.load(Ordering::Relaxed),
            ahead_hits: self.from_ahead.load(Ordering::Relaxed),
            fetched_blocks: self.fetched.load(Ordering::Relaxed),
            fetched_bytes: self.fetched_bytes.load(Ordering::Relaxed),
            evictions: held.evicted,
        }
    }

    fn ahead(&self) -> MutexGuard<'_, ReadAhead> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stored bytes that may wait to be asked for.
    fn ahead_room(&self) -> u64 {
        (self.ledger.budget() / AHEAD_SHARE).min(AHEAD_BYTES_MAX)
    }

    /// Fetches what was missed, and what is likely to be missed next: neighbours with one request, many requests at
    /// once. When it returns, all of it is in memory.
    ///
    /// # Errors
    /// Those of the store; `Corruption` and `FormatVersion`, naming the object, if a block is not what was written.
    /// What has come by then stays.
    ///
    /// # Cancel safety
    /// If the future is dropped, what has come stays, and nobody else waits for the rest.
    pub async fn fetch(&self, misses: &Misses) -> Result<()> {
        clock::tick();
        let mut places = places(misses);
        self.missed.fetch_add(places.len() as u64, Ordering::Relaxed);
        while !places.is_empty() {
            let mut rest = places.split_off(portion(&places));
            let coming = self.fetch_portion(places).await?;
            // Others fetch these. If they fail, or fill other chunks, it is done here after all.
            for (place, flight) in coming {
                // Nothing is ever put in: it only ends.
                let _ended = flight.acquire().await;
                if place.chunks.iter().any(|chunk| !chunk.is_filled()) {
                    rest.push(place);
                }
            }
            places = rest;
        }
        Ok(())
    }

    /// Forgets what was read ahead: its blocks lie in other files now.
    pub fn forget_ahead(&self) {
        self.ahead().forget();
    }

    /// Does work that reads a state, and changes nothing, until nothing that it reads is missing.
    ///
    /// # Errors
    /// Those of the work; as [`Fetcher::fetch`].
    pub async fn resolve<R>(&self, mut work: impl FnMut() -> Result<R>) -> Result<R> {
        loop {
            let (result, misses) = collect(&mut work);
            if misses.is_empty() {
                return result;
            }
            self.fetch(&misses).await?;
        }
    }

    /// Fetches blocks together, but for those that others fetch already.
    async fn fetch_portion(&self, places: Vec<Place>) -> Result<Vec<(Place, Arc<Semaphore>)>> {
        let room = self.ahead_room();
        let done = Arc::new(Semaphore::new(0));
        let (mut coming, mut here, mut mine, mut ahead) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let flight = {
            let mut known = self.ahead();
            let mut ids = Vec::new();
            let streams = streams(&places, &mut known);
            for place in places {
                match known.want(&place.pointer) {
                    Wanted::Here(bytes) => here.push((place, bytes)),
                    Wanted::Coming(flight) => coming.push((place, flight)),
                    Wanted::Nowhere => {
                        known.expect(&place.pointer, &done);
                        ids.push(ReadAhead::id(&place.pointer));
                        mine.push(place);
                    }
                }
            }
            let mut left = room / 2;
            for last in streams {
                let stream = ReadAhead::stream(&last);
                if !mine.iter().any(|place| ReadAhead::stream(&place.pointer) == stream) {
                    continue;
                }
                let window = known.widen(&last);
                for next in known.after(&last, window.min(left)) {
                    left = left.saturating_sub(next.entry().stored_bytes.into());
                    known.expect(&next, &done);
                    ids.push(ReadAhead::id(&next));
                    ahead.push(next);
                }
            }
            Flight { fetcher: self, done, ids }
        };
        self.from_ahead.fetch_add((here.len() + coming.len()) as u64, Ordering::Relaxed);
        for (place, bytes) in here {
            self.fill(&place, bytes)?;
        }
        if mine.is_empty() {
            return Ok(coming);
        }
        let pointers: Vec<BlockPointer> =
            mine.iter().map(|place| &place.pointer).chain(&ahead).cloned().collect();
        let bytes: u64 = pointers.iter().map(|pointer| u64::from(pointer.entry().stored_bytes)).sum();
        let blocks = pointers.len() as u64;
        let mut stored = sst::fetch_stored(&*self.store, pointers).await?.into_iter();
        self.fetched.fetch_add(blocks, Ordering::Relaxed);
        self.fetched_bytes.fetch_add(bytes, Ordering::Relaxed);
        for (place, bytes) in mine.iter().zip(&mut stored) {
            self.fill(place, bytes)?;
        }
        let mut known = self.ahead();
        for (pointer, bytes) in ahead.into_iter().zip(stored) {
            // Copied: it would hold on to the whole range that it came with.
            known.keep(&pointer, Bytes::copy_from_slice(&bytes), room);
        }
        drop(known);
        drop(flight);
        Ok(coming)
    }

    fn fill(&self, place: &Place, stored: Bytes) -> Result<()> {
        if place.chunks.iter().all(|chunk| chunk.is_filled()) {
            return Ok(());
        }
        let block = sst::decode_block(&place.pointer, stored)?;
        let mut came = Vec::with_capacity(place.chunks.len());
        let filled = place.chunks.iter().try_for_each(|chunk| Arc::clone(chunk).fill(&block, &mut came));
        came.iter().for_each(|(chunk, bytes)| self.ledger.enter(chunk, *bytes));
        filled.map_err(|error| error.with_detail("object", &place.pointer.sst().path))
    }
}

/// The blocks of misses, in the order in which they lie in their files.
fn places(misses: &Misses) -> Vec<Place> {
    let mut absent: Vec<&Arc<dyn Absent>> = misses.iter().filter(|chunk| !chunk.is_filled()).collect();
    absent.sort_by(|a, b| {
        let (a, b) = (a.pointer(), b.pointer());
        // Two tails of one file may be in memory: their blocks are not taken for the same.
        let file = |pointer: &BlockPointer| Arc::as_ptr(pointer.sst()).addr();
        (&a.sst().path, file(a), a.number()).cmp(&(&b.sst().path, file(b), b.number()))
    });
    let mut places: Vec<Place> = Vec::with_capacity(absent.len());
    for chunk in absent {
        match places.last_mut() {
            Some(last) if last.pointer.is_same(chunk.pointer()) => last.chunks.push(Arc::clone(chunk)),
            _ => places.push(Place { pointer: chunk.pointer().clone(), chunks: vec![Arc::clone(chunk)] }),
        }
    }
    places
}

/// The last block of each of the streams that blocks belong to.
fn streams(places: &[Place], known: &mut ReadAhead) -> Vec<BlockPointer> {
    let same = |a: &Place, b: &Place| ReadAhead::stream(&a.pointer) == ReadAhead::stream(&b.pointer);
    let runs = places.chunk_by(same).filter_map(|run| Some((run.first()?.pointer.number(), run.last()?)));
    let note = |(first, last): (usize, &Place)| {
        known.note(first, &last.pointer);
        last.pointer.clone()
    };
    runs.map(note).collect()
}

/// How many of the first blocks are fetched together.
fn portion(places: &[Place]) -> usize {
    let mut bytes = 0;
    let more = places.iter().take_while(|place| {
        let before = bytes;
        bytes += u64::from(place.pointer.entry().stored_bytes);
        before == 0 || bytes <= PORTION_BYTES
    });
    more.count()
}
