//! A transaction: a clone of the graph state, what was done to it, and what that depends on.
//!
//! ```text
//!   Restage ── restage(state) ──▶ Changes ─ state        the base with the changes so far
//!   (a statement, a batch)                ─ ops          what the log will hold
//!                                         ─ counters     what the caller is told
//!                                         └ footprint    what it wrote and relied on
//! ```
//!
//! Invariants:
//! - The base with the operations applied is the state, after every call.
//! - What is committed meets the constraints: see [`Changes::check_constraints`].
//! - Operations are effective: one that would change nothing is not recorded.
//! - Two sets of changes to one state whose footprints do not conflict may be applied in either order, operations
//!   unchanged, and give the same graph.

mod answer;
pub mod batch;
mod changes;
mod conflict;
mod counters;
mod footprint;
mod once;
mod restage;
#[cfg(test)]
mod tests;

pub use answer::{ANSWER_ROWS_MAX, Answer};
pub use batch::StagedBatch;
pub use changes::{Changes, Mark, NewNode, NewRelationship, TargetName};
pub use conflict::Conflict;
pub use counters::Counters;
pub use footprint::{Aspect, Entity, Footprint};
pub use once::OnlyOnce;
pub use restage::{Restage, StageContext};
