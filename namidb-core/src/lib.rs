//! The engine of NamiDB, a property-graph database whose only durable part is a bucket.
//!
//! ```text
//!   namidb (facade)                 namidb-cypher (implements Restage, reads GraphState)
//!        \                              /
//!         engine      open, snapshot, write, begin, flush
//!           |   \
//!           |    transaction      a clone of the state, its operations, its footprint
//!           |         \
//!   wal, manifest, sst  graph     the state as a fold of the log
//!           |              \
//!       object_store        value
//! ```
//!
//! Invariants:
//! - `object_store` imports nothing from the rest of the crate.
//! - Time, randomness and background work come from `runtime` alone.
//! - Only `manifest/store.rs` and `wal/append.rs` issue conditional puts; and `engine/self_test.rs`, on objects of
//!   its own.
//! - State changes only by applying a [`graph::op::Op`]: replay, commit and rebase share that code.

pub mod codec;
pub mod engine;
pub mod error;
pub mod graph;
pub mod hash;
pub mod ids;
pub mod layout;
pub mod manifest;
pub mod object_store;
pub mod residency;
pub mod runtime;
pub mod sst;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod transaction;
pub mod uri;
pub mod value;
pub mod wal;

pub use error::{Error, ErrorCode, Outcome, Result};
pub use ids::{LabelId, NodeId, PropertyKeyId, RelId, RelTypeId, Seq};
pub use uuid::Uuid;
pub use value::Value;
