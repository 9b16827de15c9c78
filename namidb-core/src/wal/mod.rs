//! The log: one object a record, under consecutive numbers, each created if absent and never changed.
//!
//! ```text
//!   wal/…0001  <─ hash ─  wal/…0002  <─ hash ─  wal/…0003        wal/…0004 is absent: the end
//! ```
//!
//! Creating `wal/<n>` is the commit of record n. Every record holds the hash of the one before it, so a missing,
//! swapped or foreign object shows. The rules are in `docs/protocol.md`, the bytes in `docs/format/record.md`.
//!
//! What an answer of the store about a slot proves is not judged here: that is the look rule, in the engine.

pub mod append;
pub mod record;
pub mod replay;
pub mod tail;

pub use append::{Attempt, append};
pub use record::{Header, LogId, Record, Transaction, TransactionKind};
pub use replay::{Applied, Position, replay};
pub use tail::{Slot, last_slot, read_slot, read_window};
