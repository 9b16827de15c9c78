//! Transactions that a statement commits while it runs: `CALL { .. } IN TRANSACTIONS`.

use super::ExecutionContext;
use super::operator::Run;
use super::operators::write::Write;
use super::output::placed;
use crate::error::Error;
use crate::factor::Batch;
use namidb_core::graph::GraphState;
use namidb_core::transaction::{Changes, Counters, Restage, StageContext};
use namidb_core::{ErrorCode, Seq};
use std::fmt;
use std::sync::Arc;

/// Commits for a statement that is not itself in a transaction.
pub trait Transactions: fmt::Debug + Send + Sync {
    /// Commits work as a transaction of its own, and waits for it as long as the execution may.
    ///
    /// # Errors
    /// Those of the work, with their place in the text; of the engine; that the execution was cancelled.
    fn commit(&self, work: TransactionWork, cx: &ExecutionContext) -> Result<CommittedWork, Error>;
}

/// Work that was committed.
#[derive(Debug)]
pub struct CommittedWork {
    /// The work, after the execution that counted.
    pub work: TransactionWork,
    /// A state that contains it.
    pub state: GraphState,
    /// The record that it is in; none if it changed nothing.
    pub record: Option<Seq>,
}

/// What is done for the rows of one transaction. The engine may execute it again on a newer state.
#[derive(Debug)]
pub struct TransactionWork {
    work: Arc<dyn Write>,
    rows: Batch,
    cx: ExecutionContext,
    output: Option<(Batch, Counters)>,
}

impl TransactionWork {
    pub(crate) fn new(work: Arc<dyn Write>, rows: Batch, mut cx: ExecutionContext) -> TransactionWork {
        // Within a transaction nothing commits by itself.
        cx.transactions = None;
        TransactionWork { work, rows, cx, output: None }
    }

    /// The rows that came out of the last execution, and what it changed.
    pub(crate) fn into_output(self) -> Result<(Batch, Counters), Error> {
        self.output.ok_or_else(|| {
            let message = "a transaction was committed and left no rows";
            Error::runtime(ErrorCode::Internal, "InternalError", "Internal", message)
        })
    }

    fn execute(&self, changes: &mut Changes) -> Result<(Batch, Counters), Error> {
        let mut run = Run::writing(changes, &self.cx);
        let rows = self.work.write(self.rows.clone(), &mut run)?;
        for (node, span) in std::mem::take(&mut run.connected) {
            run.changes()?.delete_node(node).map_err(|error| Error::from(error).with_span(span))?;
        }
        let places = run.take_places();
        changes.check_constraints().map_err(|error| placed(error, changes, &places))?;
        Ok((rows, changes.counters()))
    }
}

impl Restage for TransactionWork {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> namidb_core::Result<Changes> {
        self.output = None;
        self.cx.time = context.time;
        let mut changes = Changes::new(state, context);
        let residency = self.cx.residency.take();
        self.cx.residency = residency.clone().filter(|_| context.may_wait);
        let output = self.execute(&mut changes);
        self.cx.residency = residency;
        self.output = Some(output.map_err(namidb_core::Error::from_work)?);
        Ok(changes)
    }
}
