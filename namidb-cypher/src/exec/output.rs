//! Executes statements, and what comes out.

use super::ExecutionContext;
use super::build::{Origin, build};
use super::context::Ticks;
use super::entities;
use super::operator::{Places, Run, read_only};
use super::rows::for_each_flat;
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::ids;
use crate::explain::{Explanation, Plan, explain};
use crate::factor::Batch;
use crate::logical::{PlannedStatement, StatementKind};
use crate::physical;
use crate::profile::Profile;
use namidb_core::graph::GraphState;
use namidb_core::residency::collect;
use namidb_core::transaction::{Changes, Counters};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

/// What a statement returns.
#[derive(Clone)]
pub struct QueryOutput {
    /// The names of the columns, in order.
    pub columns: Vec<Arc<str>>,
    /// The rows: batches of one group whose columns are those of the result, in order.
    pub batches: Vec<Batch>,
    /// The graph that ids refer to.
    pub state: GraphState,
    /// What was changed.
    pub counters: Counters,
    /// The plan, of a statement under EXPLAIN or PROFILE.
    pub plan: Option<Arc<Plan>>,
}

impl fmt::Debug for QueryOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the state: that is the whole graph.
        f.debug_struct("QueryOutput")
            .field("columns", &self.columns)
            .field("batches", &self.batches)
            .field("counters", &self.counters)
            .finish_non_exhaustive()
    }
}

impl QueryOutput {
    /// How many rows there are.
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(|b| b.group(0).len()).sum()
    }
}

/// Executes a statement that reads, or that commits by itself. What the entities in its rows consist of is in memory afterwards, in the state that
/// comes back. While it runs, chunks that it has done with can go; they stay if the caller keeps the state.
///
/// # Errors
/// [`ReadOnly`](namidb_core::ErrorCode::ReadOnly) for one that writes; whatever its expressions and limits raise.
pub fn execute(
    statement: &PlannedStatement,
    state: GraphState,
    cx: &ExecutionContext,
) -> Result<QueryOutput, Error> {
    if statement.kind != StatementKind::Read && cx.transactions.is_none() {
        return Err(read_only());
    }
    let mut run = Run::reading(state, cx);
    let (batches, plan) = rows(statement, &mut run)?;
    let counters = run.committed();
    let state = run.into_state();
    Ok(QueryOutput { columns: names(statement), batches, state, counters, plan })
}

/// Executes any statement inside a transaction: on what `changes` have made of the graph so far.
///
/// A statement that fails leaves nothing of its own behind.
///
/// # Errors
/// Whatever its expressions and limits raise; what cannot be stored; a deleted node that has kept relationships; values
/// that a constraint forbids. That a required property is missing is found when the transaction commits.
pub fn execute_write(
    statement: &PlannedStatement,
    changes: &mut Changes,
    cx: &ExecutionContext,
) -> Result<QueryOutput, Error> {
    if statement.kind == StatementKind::Read {
        return execute(statement, changes.state().clone(), cx);
    }
    loop {
        let mark = changes.mark();
        let mut attempt = || {
            let (output, places) = write(statement, changes, cx)?;
            changes.check_statement(&mark).map_err(|error| placed(error, changes, &places))?;
            Ok(output)
        };
        // What is made of nothing may not even fit together.
        let (result, misses) = collect(|| catch_unwind(AssertUnwindSafe(&mut attempt)));
        if !matches!(result, Ok(Ok(_))) || !misses.is_empty() {
            changes.rollback_to(mark);
        }
        if misses.is_empty() {
            return result.unwrap_or_else(|panic| resume_unwind(panic));
        }
        cx.fetch(misses)?;
    }
}

/// The error of a constraint, with its place in the text if one is known.
pub(super) fn placed(error: namidb_core::Error, changes: &Changes, places: &Places) -> Error {
    let place = changes.violated().and_then(|operation| places.of(operation));
    let error = Error::from(error);
    match place {
        Some(span) => error.with_span(span),
        None => error,
    }
}

/// Executes a statement that writes; if it fails, what it has done so far stays. Gives besides where in the text its
/// operations come from. To be called in a collector.
pub(super) fn write(
    statement: &PlannedStatement,
    changes: &mut Changes,
    cx: &ExecutionContext,
) -> Result<(QueryOutput, Places), Error> {
    let before = changes.counters();
    let mut run = Run::writing(changes, cx);
    let (batches, plan) = rows(statement, &mut run)?;
    for (node, span) in std::mem::take(&mut run.connected) {
        run.changes()?.delete_node(node).map_err(|error| Error::from(error).with_span(span))?;
    }
    let places = run.take_places();
    let counters = since(changes.counters(), before);
    let output =
        QueryOutput { columns: names(statement), batches, state: changes.state().clone(), counters, plan };
    Ok((output, places))
}

fn names(statement: &PlannedStatement) -> Vec<Arc<str>> {
    statement.columns.iter().map(|(name, _)| Arc::clone(name)).collect()
}

/// What was counted after an earlier count.
fn since(now: Counters, before: Counters) -> Counters {
    Counters {
        nodes_created: now.nodes_created - before.nodes_created,
        nodes_deleted: now.nodes_deleted - before.nodes_deleted,
        relationships_created: now.relationships_created - before.relationships_created,
        relationships_deleted: now.relationships_deleted - before.relationships_deleted,
        properties_set: now.properties_set - before.properties_set,
        labels_added: now.labels_added - before.labels_added,
        labels_removed: now.labels_removed - before.labels_removed,
        indexes_added: now.indexes_added - before.indexes_added,
        indexes_removed: now.indexes_removed - before.indexes_removed,
        constraints_added: now.constraints_added - before.constraints_added,
        constraints_removed: now.constraints_removed - before.constraints_removed,
    }
}

/// The rows of a statement, written out.
fn rows(statement: &PlannedStatement, run: &mut Run<'_>) -> Result<(Vec<Batch>, Option<Arc<Plan>>), Error> {
    let mut memory = run.cx.reservation();
    let mut batches = Vec::new();
    let plan = each_flat(statement, run, false, &mut |flat, _| {
        memory.grow(flat.size_bytes(), "its result")?;
        batches.push(flat);
        Ok(())
    })?;
    if run.state().is_partial() {
        // All at once, and last: what is there now stays as long as the state does.
        run.resolve(|at| batches.iter().try_for_each(|batch| entities::touch(batch, at)))?;
    }
    Ok((batches, plan))
}

/// Takes flat batches of rows, and the graph that their ids refer to.
type Sink<'a> = dyn FnMut(Batch, &GraphState) -> Result<(), Error> + 'a;

/// Executes a statement that reads, and passes its rows on as they come, so that they are never all in memory.
///
/// # Errors
/// As [`execute`], and whatever `sink` returns.
pub fn stream(
    statement: &PlannedStatement,
    state: GraphState,
    cx: &ExecutionContext,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    if statement.kind != StatementKind::Read {
        return Err(read_only());
    }
    each_flat(statement, &mut Run::reading(state, cx), true, sink).map(drop)
}

/// Passes on the rows of a statement, written out; gives its plan if it was asked for. Whoever shows rows as they come,
/// because they `pass on`, finds what their entities consist of in memory.
fn each_flat(
    statement: &PlannedStatement,
    run: &mut Run<'_>,
    passes_on: bool,
    sink: &mut Sink<'_>,
) -> Result<Option<Arc<Plan>>, Error> {
    run.cx.check()?;
    let profile =
        matches!(statement.explanation, Explanation::Profile).then(|| Profile::new(&statement.plan));
    let measured;
    let plan = match &profile {
        // A plan that measures belongs to this execution.
        Some(profile) => {
            measured = physical::prepare(statement, Some(profile))?;
            &measured
        }
        None => statement.physical.of(statement)?,
    };
    let mut operator = build(plan, Origin::Plan, run.cx);
    let mut ticks = Ticks::new();
    while let Some(batch) = operator.next(run)? {
        ticks.tick_batch(run.cx, batch.group(0).len())?;
        if statement.columns.is_empty() {
            continue;
        }
        let cx = run.cx;
        for_each_flat(batch, cx, &mut |flat| {
            let flat = ordered(statement, flat)?;
            if passes_on && run.state().is_partial() {
                run.resolve(|at| entities::touch(&flat, at))?;
            }
            sink(flat, run.state())
        })?;
    }
    let explained = match (&statement.explanation, &profile) {
        (Explanation::Plan(plan), _) => Some(Arc::clone(plan)),
        (_, Some(profile)) => Some(Arc::new(explain(statement, run.state(), Some(profile)))),
        _ => None,
    };
    Ok(explained)
}

/// The columns of a flat batch in the order of the result; a variable that is shown twice is there twice.
fn ordered(statement: &PlannedStatement, batch: Batch) -> Result<Batch, Error> {
    let wanted = statement.columns.iter().map(|(_, variable)| *variable);
    if batch.group(0).columns().iter().map(|(variable, _)| *variable).eq(wanted.clone()) {
        return Ok(batch);
    }
    let columns: Result<Vec<(VarId, _)>, Error> =
        wanted.map(|variable| Ok((variable, ids::column(&batch, variable, 0)?))).collect();
    Ok(Batch::flat(batch.group(0).len(), columns?))
}
