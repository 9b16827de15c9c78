//! Which chunks are in memory: what reads one that is not, and how it comes.
//!
//! ```text
//!   collect(|| read the state) ──▶ (result, misses) ── none missed ──▶ the result holds
//!        ▲                                          └─ some ──▶ fetch all of them together, throw the result away ─┐
//!        └─────────────────────────────────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! A slot of the state holds its chunk, or knows where the chunk is ([`BlockPointer`]). Reading an absent one waits for
//! nothing: it notes the miss with the [collector](collect()) of the thread and gives a placeholder that answers
//! everything with nothing. So cold reads cost rounds of requests by their depth, not by their rows, and evaluators
//! never wait.
//!
//! The budget is for the chunks that came from the bucket, as far as the newest states have them. Beside it take memory:
//! chunks that were changed and are in no SST yet; what a snapshot that somebody holds has and the newest state has not;
//! what one batch of an operator needs at once; an eighth of the budget, at most 64 MiB, for blocks that were read ahead;
//! 32 MiB of stored blocks while they become chunks; and some 200 bytes for each chunk of the graph, in memory or not.
//! `python -m bench.cache` measures it from outside: over its workloads, on graphs four times as large as their cache, a
//! process grows by no more than its cache and 96 MiB.
//!
//! Invariants:
//! - What was computed while something was missed is worthless, errors too, and is thrown away.
//! - A chunk that has come stays as long as the state it was read from: references to it stay good. Memory comes back
//!   by making a new state in which old chunks are absent again.
//! - A state whose chunks may be absent is read inside a collector only.

mod absent;
mod ahead;
mod clock;
mod collect;
mod fetcher;
mod ledger;
mod pointer;
#[cfg(test)]
mod tests;

pub use absent::{Absent, Came};
pub use clock::now;
pub use collect::{Misses, collect, is_collecting, missed, note};
pub use fetcher::{CacheStats, Fetcher};
pub use ledger::{Held, Ledger};
pub use pointer::{BlockPointer, IndexEntry, SstFile};
