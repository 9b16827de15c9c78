//! A statement as work that the engine may execute again on a newer state.

use super::output::{execute, placed, write};
use super::{ExecutionContext, QueryOutput};
use crate::logical::{PlannedStatement, StatementKind};
use namidb_core::graph::GraphState;
use namidb_core::transaction::{Changes, Restage, StageContext};
use std::sync::Arc;

/// A statement that commits by itself. What it returns is that of its last execution.
#[derive(Debug)]
pub struct StatementWork {
    statement: Arc<PlannedStatement>,
    cx: ExecutionContext,
    output: Option<QueryOutput>,
}

impl StatementWork {
    /// A statement and what it is executed with; its time is that of the record that it will be in.
    pub fn new(statement: Arc<PlannedStatement>, cx: ExecutionContext) -> StatementWork {
        StatementWork { statement, cx, output: None }
    }

    /// What the last execution returned.
    pub fn output(&self) -> Option<&QueryOutput> {
        self.output.as_ref()
    }

    /// What the last execution returned, once.
    pub fn take_output(&mut self) -> Option<QueryOutput> {
        self.output.take()
    }
}

impl Restage for StatementWork {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> namidb_core::Result<Changes> {
        self.output = None;
        self.cx.time = context.time;
        let mut changes = Changes::new(state, context);
        let residency = self.cx.residency.take();
        self.cx.residency = residency.clone().filter(|_| context.may_wait);
        let output = match self.statement.kind {
            StatementKind::Read => execute(&self.statement, state.clone(), &self.cx),
            // A failed execution is thrown away as a whole, so nothing has to be kept to go back to.
            _ => write(&self.statement, &mut changes, &self.cx).and_then(|(output, places)| {
                let checked = changes.check_constraints();
                checked.map(|()| output).map_err(|error| placed(error, &changes, &places))
            }),
        };
        self.cx.residency = residency;
        self.output = Some(output.map_err(namidb_core::Error::from_work)?);
        Ok(changes)
    }
}
