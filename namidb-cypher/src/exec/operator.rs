//! What an operator is.
//!
//! Batches are pulled: whoever wants rows asks the operator below, so a LIMIT stops all work beneath it.
//! Operators that turn rows into rows are [`Transform`]s.
//!
//! No operator and no expression waits for a chunk of the graph: it reads on, with nothing in place of what is missing.
//! [`Run::resolve`] then has all that was missed fetched together, and the same work is done again. So whatever reads
//! the graph does so in pieces that can be repeated, and changes nothing of its own before it knows, from
//! [`missed`](namidb_core::residency::missed), that nothing was missing.

use super::ExecutionContext;
use crate::error::Error;
use crate::factor::Batch;
use crate::syntax::span::Span;
use namidb_core::graph::GraphState;
use namidb_core::residency::{collect, is_collecting, missed};
use namidb_core::transaction::{Changes, Counters};
use namidb_core::{ErrorCode, NodeId};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// One execution, as its operators see it.
pub(crate) struct Run<'a> {
    /// Parameters, clock and limits.
    pub(crate) cx: &'a ExecutionContext,
    access: Access<'a>,
    /// The generation of the graph's chunks in memory.
    seen: u64,
    /// Whether it went over to a graph with fewer of them.
    lighter: bool,
    /// Nodes that were deleted while they had relationships, and where: at the end they must have none.
    pub(crate) connected: Vec<(NodeId, Span)>,
    written: Places,
    /// What transactions of the statement's own have changed.
    committed: Counters,
}

/// Where in the text the operations of an execution come from: each place, and how many operations there were after it.
#[derive(Debug, Default)]
pub(crate) struct Places(Vec<(usize, Span)>);

impl Places {
    /// Where an operation comes from.
    pub(crate) fn of(&self, operation: usize) -> Option<Span> {
        let at = self.0.partition_point(|(end, _)| *end <= operation);
        self.0.get(at).map(|(_, span)| *span).filter(|span| span.start < span.end)
    }
}

#[allow(clippy::large_enum_variant, reason = "a run is made once for an execution, and is not moved")]
enum Access<'a> {
    Read(GraphState),
    Write(&'a mut Changes),
}

impl<'a> Run<'a> {
    /// An execution that only reads.
    pub(crate) fn reading(state: GraphState, cx: &'a ExecutionContext) -> Run<'a> {
        let seen = cx.residency.as_ref().map_or(0, |residency| residency.generation());
        Run {
            cx,
            access: Access::Read(state),
            seen,
            lighter: false,
            connected: Vec::new(),
            written: Places::default(),
            committed: Counters::default(),
        }
    }

    /// An execution that may write.
    pub(crate) fn writing(changes: &'a mut Changes, cx: &'a ExecutionContext) -> Run<'a> {
        let (connected, written) = (Vec::new(), Places::default());
        Run {
            cx,
            access: Access::Write(changes),
            seen: 0,
            lighter: false,
            connected,
            written,
            committed: Counters::default(),
        }
    }

    /// The graph as it is now: with what the statement has written so far.
    pub(crate) fn state(&self) -> &GraphState {
        match &self.access {
            Access::Read(state) => state,
            Access::Write(changes) => changes.state(),
        }
    }

    /// The graph, if this execution only reads; it is to be given back.
    pub(crate) fn lend_state(&mut self) -> Option<GraphState> {
        match &mut self.access {
            Access::Read(state) => Some(std::mem::take(state)),
            Access::Write(_) => None,
        }
    }

    /// The graph that it ended with.
    pub(crate) fn into_state(self) -> GraphState {
        match self.access {
            Access::Read(state) => state,
            Access::Write(changes) => changes.state().clone(),
        }
    }

    /// Notes what a transaction of the statement's own has changed.
    pub(crate) fn commits(&mut self, counters: &Counters) {
        self.committed.add(counters);
    }

    /// What such transactions have changed.
    pub(crate) fn committed(&self) -> Counters {
        self.committed
    }

    /// Whether it has gone over to a graph with less of it in memory.
    pub(crate) fn is_lighter(&self) -> bool {
        self.lighter
    }

    /// Takes back the graph that it lent, or the same graph with other chunks in memory.
    pub(crate) fn take_back(&mut self, state: GraphState) {
        if let Access::Read(own) = &mut self.access {
            *own = state;
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

    /// Notes where in the text what was written last comes from, if a constraint may ask for it.
    pub(crate) fn wrote(&mut self, span: Span) {
        let Access::Write(changes) = &self.access else { return };
        if changes.state().catalog().constraints().is_empty() {
            return;
        }
        let end = changes.ops().len();
        match self.written.0.last_mut() {
            Some((last, place)) if *place == span => *last = end,
            Some((last, _)) if *last == end => {}
            _ => self.written.0.push((end, span)),
        }
    }

    /// What [`Run::wrote`] has noted.
    pub(crate) fn take_places(&mut self) -> Places {
        std::mem::take(&mut self.written)
    }

    /// The graph for work that [`Run::resolve`], or somebody around this execution, sees to.
    pub(crate) fn resident(&self) -> Resident<'_> {
        Resident { state: self.state(), cx: self.cx }
    }

    /// Does work that reads the graph, again and again until nothing that it reads is missing.
    ///
    /// # Errors
    /// Those of the work; of fetching what is missing.
    pub(crate) fn resolve<R>(
        &mut self,
        mut work: impl FnMut(Resident<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        if !self.state().is_partial() {
            return work(self.resident());
        }
        self.lighten();
        loop {
            // What is made of nothing may not even fit together.
            let attempt = || catch_unwind(AssertUnwindSafe(|| work(self.resident())));
            let (result, misses) = collect(attempt);
            if misses.is_empty() {
                return result.unwrap_or_else(|panic| resume_unwind(panic));
            }
            self.cx.fetch(misses)?;
        }
    }

    /// Goes over to the same graph with less of it in memory, if memory was asked back.
    fn lighten(&mut self) {
        if let (Access::Read(state), Some(residency)) = (&mut self.access, &self.cx.residency) {
            let generation = residency.generation();
            // Inside of other work the state is held there as well.
            if generation != self.seen && !is_collecting() {
                self.seen = generation;
                self.lighter = true;
                *state = residency.lighter(state);
            }
        }
    }
}

/// Lets an error pass if something of the graph was missed before it: it means nothing then, and work on many rows
/// goes on, to find out what else is missing.
pub(crate) fn unless_missed(error: Error) -> Result<(), Error> {
    if missed() { Ok(()) } else { Err(error) }
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

/// A graph to read, from within [`Run::resolve`].
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
#[derive(Clone, Debug)]
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

/// Turns batches into batches. An execution that misses something of the graph is repeated.
pub(crate) trait Transform: Send {
    /// Works on a batch until there are enough results for one.
    ///
    /// # Errors
    /// What went wrong; the operator is then of no use any more, unless something of the graph was missing.
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error>;
}
