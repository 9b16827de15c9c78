//! Where an execution gets what it misses of a graph that is not all in memory.

use super::ExecutionContext;
use crate::error::Error;
use namidb_core::ErrorCode;
use namidb_core::graph::GraphState;
use namidb_core::residency::Misses;
use std::fmt;

/// Brings chunks of the graph into memory for executions, on their threads, and takes memory back from them.
pub trait Residency: fmt::Debug + Send + Sync {
    /// Fetches what was missed, and waits for it as long as the execution may.
    ///
    /// # Errors
    /// Those of the store; that the execution was cancelled, or its deadline passed.
    fn fetch(&self, misses: &Misses, cx: &ExecutionContext) -> Result<(), Error>;

    /// A number that changes when memory is asked back.
    fn generation(&self) -> u64;

    /// The same graph without the chunks that are asked back.
    fn lighter(&self, state: &GraphState) -> GraphState;
}

impl ExecutionContext {
    /// Has fetched what was missed. Without a [`Residency`] the collector around learns of it, and the execution ends.
    pub(crate) fn fetch(&self, misses: Misses) -> Result<(), Error> {
        self.check()?;
        match &self.residency {
            Some(residency) => residency.fetch(&misses, self),
            None => {
                misses.hand_on();
                Err(missing())
            }
        }
    }
}

/// What an execution ends with that is to be done again, by whoever collects what it missed.
#[cold]
fn missing() -> Error {
    let message = "a part of the graph is not in memory, and this execution cannot fetch it";
    Error::runtime(ErrorCode::Internal, "InternalError", "Internal", message)
}
