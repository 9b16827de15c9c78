//! The books of what is in memory.
//!
//! A chunk is entered when it comes. It cannot be taken out of a state; it can only be left out of the states that come
//! after, and goes with the last state that has it. So the ledger *condemns* the chunks that were not used for longest,
//! and no longer counts them; whoever holds a state then goes over to one without them.

use super::{Absent, clock};
use crate::graph::BlockKey;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// The chunks that came from the bucket, and how many bytes they may take.
#[derive(Debug)]
pub struct Ledger {
    budget: u64,
    /// Bytes that count; what went since the last reckoning is still among them.
    held: AtomicU64,
    books: Mutex<Vec<Entry>>,
    /// How often chunks were condemned.
    condemnations: AtomicU64,
    evicted: AtomicU64,
}

struct Entry {
    chunk: Weak<dyn Absent>,
    bytes: u64,
    condemned: bool,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.bytes)
    }
}

/// What a reckoning of the books has found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Held {
    /// Chunks that came from the bucket and are in memory.
    pub chunks: u64,
    /// Bytes that they take.
    pub bytes: u64,
    /// How many of those bytes only older states have, which somebody still holds.
    pub condemned_bytes: u64,
    /// How many chunks have been condemned, ever.
    pub evicted: u64,
}

impl Ledger {
    /// Empty books.
    pub fn new(budget: u64) -> Ledger {
        Ledger {
            budget,
            held: AtomicU64::new(0),
            books: Mutex::default(),
            condemnations: AtomicU64::new(0),
            evicted: AtomicU64::new(0),
        }
    }

    /// How many bytes the chunks may take.
    pub fn budget(&self) -> u64 {
        self.budget
    }

    fn books(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a chunk that has come, and the bytes that it takes.
    pub fn enter(&self, chunk: &Arc<dyn Absent>, bytes: usize) {
        if bytes > 0 {
            let bytes = bytes as u64;
            self.books().push(Entry { chunk: Arc::downgrade(chunk), bytes, condemned: false });
            self.held.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    /// Whether the chunks take more than they may, as far as is known without a reckoning.
    #[inline]
    pub fn is_over(&self) -> bool {
        self.held.load(Ordering::Relaxed) > self.budget
    }

    /// How often chunks were condemned: whoever holds a state and sees this number change goes over to a newer one.
    #[inline]
    pub fn condemnations(&self) -> u64 {
        self.condemnations.load(Ordering::Acquire)
    }

    /// Forgets the chunks that have gone, and counts the others.
    pub fn reckon(&self) -> Held {
        let mut books = self.books();
        self.reckon_in(&mut books)
    }

    fn reckon_in(&self, books: &mut Vec<Entry>) -> Held {
        books.retain(|entry| entry.chunk.strong_count() > 0);
        let bytes = |condemned: bool| -> u64 {
            books.iter().filter(|entry| entry.condemned == condemned).map(|entry| entry.bytes).sum()
        };
        let (counted, condemned_bytes) = (bytes(false), bytes(true));
        self.held.store(counted, Ordering::Relaxed);
        Held {
            chunks: books.len() as u64,
            bytes: counted + condemned_bytes,
            condemned_bytes,
            evicted: self.evicted.load(Ordering::Relaxed),
        }
    }

    /// The keys of the chunks that count, in ascending order.
    pub fn counted(&self) -> Vec<BlockKey> {
        self.keys(false)
    }

    /// The keys of the chunks that were condemned and that somebody still holds, in ascending order.
    pub fn condemned(&self) -> Vec<BlockKey> {
        self.keys(true)
    }

    fn keys(&self, condemned: bool) -> Vec<BlockKey> {
        let books = self.books();
        let alike = books.iter().filter(|entry| entry.condemned == condemned);
        let held = alike.filter_map(|entry| entry.chunk.upgrade());
        let mut keys: Vec<BlockKey> = held.map(|chunk| chunk.pointer().key()).collect();
        drop(books);
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// If the chunks take more than they may: condemns those that were not used for longest, until the rest takes no
    /// more than seven eighths of that. Gives their keys.
    pub fn condemn(&self) -> Vec<BlockKey> {
        if !self.is_over() {
            return Vec::new();
        }
        let mut books = self.books();
        let held = self.reckon_in(&mut books);
        let mut counted = held.bytes - held.condemned_bytes;
        if counted <= self.budget {
            return Vec::new();
        }
        let target = self.budget - self.budget / 8;
        let mut by_age: Vec<(u64, usize)> = (0..books.len())
            .filter(|n| !books[*n].condemned)
            .filter_map(|n| Some((books[n].chunk.upgrade()?.last_used(), n)))
            .collect();
        by_age.sort_unstable();
        let mut keys = Vec::new();
        for (_, n) in by_age {
            if counted <= target {
                break;
            }
            let entry = &mut books[n];
            if let Some(chunk) = entry.chunk.upgrade() {
                keys.push(chunk.pointer().key());
                entry.condemned = true;
            }
            counted = counted.saturating_sub(entry.bytes);
        }
        keys.sort_unstable();
        keys.dedup();
        self.held.store(counted, Ordering::Relaxed);
        self.evicted.fetch_add(keys.len() as u64, Ordering::Relaxed);
        self.condemnations.fetch_add(1, Ordering::Release);
        // What comes from now on is younger than what was spared.
        clock::tick();
        keys
    }
}
