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
//! Invariants:
//! - What was computed while something was missed is worthless, errors too, and is thrown away.
//! - A chunk that has come stays as long as the state it was read from: references to it stay good. Memory comes back
//!   by making a new state in which old chunks are absent again.
//! - A state whose chunks may be absent is read inside a collector only.

mod absent;
mod clock;
mod collect;
mod ledger;
mod pointer;
#[cfg(test)]
mod tests;

pub use absent::Absent;
pub use clock::now;
pub use collect::{Misses, collect, is_collecting, missed, note};
pub use ledger::{Held, Ledger};
pub use pointer::{BlockPointer, IndexEntry, SstFile};
