//! Runs plans: batches of rows pulled through a tree of operators.

pub mod context;
#[cfg(test)]
pub(crate) mod test_runtime;

pub use context::{CancelToken, ExecutionContext, MemoryReservation, Ticks};
