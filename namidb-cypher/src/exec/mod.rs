//! Runs plans: batches of rows pulled through a tree of operators.
//!
//! ```text
//! execute ── physical::map ── build ──▶ operator ─ next ─▶ operator ─ next ─▶ … leaf
//!                                          │
//!                                        Batch, factorised: groups of columns, counts where nobody reads
//! ```
//!
//! - A query runs on the thread that asked; aggregates over large scans take other threads to help.
//! - Rows come in one order, whatever the size of batches: that in which nested loops would make them.
//! - Operators that hold rows keep books of their bytes, and fail with a typed error at the limit; nothing is
//!   written to disk.
//! - Writes are eager: all rows are there before the first is written.

mod build;
pub mod context;
mod ends;
mod entities;
mod exclusion;
mod fan_out;
mod files;
mod ids;
mod inner;
mod labels;
mod lists;
mod marks;
mod morsel;
mod node_set;
pub(crate) mod operator;
pub(crate) mod operators;
mod output;
mod pages;
mod pipeline;
mod profiled;
mod residency;
mod rows;
mod seek;
pub(crate) mod subquery;
#[cfg(test)]
pub(crate) mod test_runtime;
#[cfg(test)]
mod tests;
pub mod transactions;
mod work;

pub use context::{CancelToken, ExecutionContext, MemoryReservation, Ticks};
pub use files::Files;
pub use output::{QueryOutput, execute, execute_write, stream};
pub use residency::Residency;
pub use transactions::{CommittedWork, TransactionWork, Transactions};
pub use work::StatementWork;
