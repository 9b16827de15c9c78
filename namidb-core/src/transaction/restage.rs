//! Work that can be executed again on a newer state.

use super::Changes;
use crate::error::Result;
use crate::graph::GraphState;
use crate::ids::Seq;
use crate::runtime::SharedRuntime;

/// What a staging run is told by the engine.
#[derive(Clone, Debug)]
pub struct StageContext {
    /// The record that the changes would be in.
    pub seq: Seq,
    /// The time of that record, in microseconds since 1970-01-01 UTC: what the work may record as a value.
    pub time: i64,
    /// Where new public ids come from.
    pub runtime: SharedRuntime,
    /// Whether the work may wait for chunks that are not in memory. Whatever it misses beside what it waits for, the
    /// engine fetches before it executes the work again.
    pub may_wait: bool,
}

/// Work that can be executed again on a newer state.
///
/// After a lost race the engine executes it on what the winner left. It learns only the changes; results
/// stay inside the implementor, and come back with it.
pub trait Restage: Send + 'static {
    /// Executes on `state` and gives what it changes. May be called many times: only the last call counts.
    ///
    /// # Errors
    /// Whatever the work fails with; an error of another crate through [`Error::from_work`](crate::Error::from_work).
    /// Nothing is then changed.
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes>;
}
