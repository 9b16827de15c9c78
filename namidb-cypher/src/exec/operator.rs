//! What an operator is.
//!
//! Batches are pulled: whoever wants rows asks the operator below, so a LIMIT stops all work beneath it.
//! Operators that turn rows into rows are [`Transform`]s. They prepare, then execute: before a batch is worked
//! on they name the chunks that they will read, so that all of them can be fetched together. No operator and
//! no expression waits for a chunk in the middle of a batch.

use super::ExecutionContext;
use crate::error::Error;
use crate::factor::Batch;
use namidb_core::graph::GraphState;
use namidb_core::graph::slot::BlockPointer;
use namidb_core::transaction::Changes;
use namidb_core::{ErrorCode, NodeId};

/// One execution, as its operators see it.
pub(crate) struct Run<'a> {
    /// Parameters, clock and limits.
    pub(crate) cx: &'a ExecutionContext,
    access: Access<'a>,
    /// Nodes that were deleted while they had relationships: at the end they must have none.
    pub(crate) connected: Vec<NodeId>,
}

enum Access<'a> {
    Read(&'a GraphState),
    Write(&'a mut Changes),
}

impl<'a> Run<'a> {
    /// An execution that only reads.
    pub(crate) fn reading(state: &'a GraphState, cx: &'a ExecutionContext) -> Run<'a> {
        Run { cx, access: Access::Read(state), connected: Vec::new() }
    }

    /// An execution that may write.
    pub(crate) fn writing(changes: &'a mut Changes, cx: &'a ExecutionContext) -> Run<'a> {
        Run { cx, access: Access::Write(changes), connected: Vec::new() }
    }

    /// The graph as it is now: with what the statement has written so far.
    pub(crate) fn state(&self) -> &GraphState {
        match &self.access {
            Access::Read(state) => state,
            Access::Write(changes) => changes.state(),
        }
    }

    /// The graph, if this execution only reads.
    pub(crate) fn read_state(&self) -> Option<&'a GraphState> {
        match &self.access {
            Access::Read(state) => Some(state),
            Access::Write(_) => None,
        }
    }

    /// Where writes go.
    ///
    /// # Errors
    /// [`ErrorCode::ReadOnly`] if this execution only reads.
    pub(crate) fn changes(&mut self) -> Result<&mut Changes, Error> {
        match &mut self.access {
            Access::Read(_) => Err(read_only()),
            Access::Write(changes) => Ok(changes),
        }
    }

    /// The graph with all chunks of the request in memory.
    pub(crate) fn fetch(&self, request: &ChunkRequest) -> Resident<'_> {
        // No pointer to an absent chunk exists, so there is never one to wait for.
        if let Some(pointer) = request.absent.first() {
            match *pointer {}
        }
        Resident { state: self.state(), cx: self.cx }
    }
}

#[cold]
pub(crate) fn read_only() -> Error {
    Error::runtime(
        ErrorCode::ReadOnly,
        "ClientError",
        "ReadOnly",
        "a statement that writes was run read-only",
    )
    .with_hint("Run it on a handle that may write")
}

/// The chunks that an operator is about to read and that are not in memory.
#[derive(Debug, Default)]
pub(crate) struct ChunkRequest {
    /// Where they are.
    pub(crate) absent: Vec<BlockPointer>,
}

/// A graph whose requested chunks are in memory for as long as this lives.
#[derive(Clone, Copy)]
pub(crate) struct Resident<'a> {
    /// The graph.
    pub(crate) state: &'a GraphState,
    /// Parameters, clock and limits.
    pub(crate) cx: &'a ExecutionContext,
}

/// Gives batches of rows until there are no more.
pub(crate) trait Operator: Send {
    /// The next batch, never an empty one; none at the end, and from then on.
    ///
    /// # Errors
    /// What went wrong; the operator is then of no use any more.
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error>;
}

/// A batch and how far it has been worked on.
#[derive(Debug)]
pub(crate) struct Work {
    /// The batch.
    pub(crate) batch: Batch,
    /// The first row that is not done; of which group is the operator's business.
    pub(crate) row: usize,
    /// How much of that row is done; in what units is the operator's business.
    pub(crate) part: u64,
}

impl From<Batch> for Work {
    fn from(batch: Batch) -> Work {
        Work { batch, row: 0, part: 0 }
    }
}

/// What a transform has made of its work.
#[derive(Debug)]
pub(crate) enum Step {
    /// All is done; these are the last results.
    Done(Option<Batch>),
    /// Some results, and what is left to do.
    More(Option<Batch>, Work),
    /// The operator wants the rows of this batch written out in one group.
    Flatten(Batch),
    /// These are the last results, and no further batch is wanted.
    Enough(Option<Batch>),
}

/// Turns batches into batches.
pub(crate) trait Transform: Send {
    /// The chunks that [`Transform::execute`] will read for this work.
    fn prepare(&self, _work: &Work) -> ChunkRequest {
        ChunkRequest::default()
    }

    /// Works on a batch until there are enough results for one.
    ///
    /// # Errors
    /// What went wrong; the operator is then of no use any more.
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error>;
}
