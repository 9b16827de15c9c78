//! Chunks of the graph that are not in memory: fetched by the engine, and waited for on the thread that needs them.

use crate::error::Result;
use crate::query::stopped_error;
use crate::runtime;
use namidb_core::engine::Engine;
use namidb_core::graph::GraphState;
use namidb_core::residency::{Misses, collect};
use namidb_core::{ErrorCode, Outcome, Seq};
use namidb_cypher::exec::{CancelToken, ExecutionContext, Residency};

/// What the executions of a database miss, and what they hand back.
#[derive(Debug)]
pub(crate) struct Chunks {
    pub(crate) engine: Engine,
    /// The record that the executed state is the state after; none if it holds changes that are not committed.
    pub(crate) seq: Option<Seq>,
}

impl Residency for Chunks {
    fn fetch(&self, misses: &Misses, cx: &ExecutionContext) -> Result<(), namidb_cypher::Error> {
        let deadline = cx.deadline.map(|deadline| (&*cx.runtime, deadline));
        match runtime::wait(&cx.cancel, deadline, self.engine.fetch(misses)) {
            Ok(Ok(fetched)) => fetched.map_err(namidb_cypher::Error::from),
            // The context says the same of itself, in the words of a query.
            Ok(Err(_)) => cx.check(),
            Err(error) => Err(namidb_core::Error::new(ErrorCode::Internal, error.to_string()).into()),
        }
    }

    fn generation(&self) -> u64 {
        // Changes hold on to their state themselves.
        if self.seq.is_some() { self.engine.memory_generation() } else { 0 }
    }

    fn lighter(&self, state: &GraphState) -> GraphState {
        match self.seq {
            Some(seq) => self.engine.lighter(seq, state),
            None => state.clone(),
        }
    }
}

/// Where the chunks of a state come from, for whoever reads the state itself. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ChunkSource(Engine);

impl ChunkSource {
    pub(crate) fn new(engine: &Engine) -> ChunkSource {
        ChunkSource(engine.clone())
    }

    /// Fetches what work on a state has missed, in a [collector](namidb_core::residency), and waits for it on this
    /// thread. Then the work can be done again.
    ///
    /// # Errors
    /// What the store answers; `Cancelled`.
    pub fn fetch(&self, misses: &Misses, cancel: &CancelToken) -> Result<()> {
        fetch(&self.0, misses, cancel)
    }
}

/// Fetches what was missed, and waits for it on this thread.
///
/// # Errors
/// What the store answers; `Cancelled`.
pub(crate) fn fetch(engine: &Engine, misses: &Misses, cancel: &CancelToken) -> Result<()> {
    let fetched = runtime::wait(cancel, None, engine.fetch(misses))?;
    Ok(fetched.map_err(|stopped| stopped_error(stopped, Outcome::NotApplied))??)
}

/// Does work that reads a state until nothing that it reads is missing.
///
/// # Errors
/// What the store answers.
pub(crate) fn read<R>(state: &GraphState, engine: &Engine, work: impl Fn() -> R) -> Result<R> {
    if !state.is_partial() {
        return Ok(work());
    }
    loop {
        let (result, misses) = collect(&work);
        if misses.is_empty() {
            return Ok(result);
        }
        fetch(engine, &misses, &CancelToken::new())?;
    }
}
