//! Bound queries to logical plans: where to start, which way to walk, which index to use.
//!
//! ```text
//! text -> syntax -> binder -> BoundQuery -> query graph -> order -> LogicalPlan
//!                                           (per MATCH)    (by statistics)
//! ```
//!
//! Statistics choose between plans that give the same rows, so a plan stays right on any other state.

mod access_path;
mod cardinality;
mod estimate;
mod explain;
mod join_order;
mod plan_match;
mod plan_projection;
mod plan_query;
mod plan_repeated;
mod plan_shortest;
mod plan_subquery;
mod plan_update;
mod query_graph;
#[cfg(test)]
mod tests;

use crate::Error;
use crate::binder;
use crate::binder::bound_query::{BoundStatement, Variables};
use crate::explain::Explanation;
use crate::functions::procedures::Callables;
use crate::logical::{LogicalPlan, PlannedStatement, StatementKind};
use crate::physical::PreparedPlan;
use crate::syntax::ast::{Statement, StatementMode};
use cardinality::Statistics;
pub(crate) use estimate::Estimator;
use namidb_core::ErrorCode;
use namidb_core::graph::GraphState;
use namidb_core::hash::HashSet;

/// Parses, binds and plans a statement. The state gives statistics and indexes only: the plan stays right on any
/// other state.
///
/// # Errors
/// What openCypher calls compile-time errors, in its words and with the place in the text;
/// [`ErrorCode::Unsupported`] for what this version does not run.
pub fn prepare(text: &str, state: &GraphState) -> Result<PlannedStatement, Error> {
    prepare_with(text, state, &Callables::new())
}

/// As [`prepare`], for a database whose statements may call further procedures and functions.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_with(
    text: &str,
    state: &GraphState,
    callables: &Callables,
) -> Result<PlannedStatement, Error> {
    let statement = crate::syntax::parse(text)?;
    if cfg!(debug_assertions)
        && let Some(defect) = crate::syntax::printer::misread(&statement)
    {
        return Err(namidb_core::Error::new(ErrorCode::Internal, defect).into());
    }
    plan(text, &statement, state, callables)
}

/// Binds and plans a statement that was parsed from a text.
fn plan(
    text: &str,
    statement: &Statement,
    state: &GraphState,
    callables: &Callables,
) -> Result<PlannedStatement, Error> {
    let bound = binder::bind(text, statement, state, callables)?;
    let mut variables = bound.variables;
    let (plan, columns, kind) = match bound.statement {
        BoundStatement::Schema(plan) => (plan, Vec::new(), StatementKind::Schema),
        BoundStatement::Show { rows, listed, clauses, columns } => {
            let mut live = listed.into_iter().map(|(_, variable)| variable).collect();
            let plan = Planner::new(state, &mut variables).clauses(rows, &mut live, clauses);
            (plan, columns, StatementKind::Read)
        }
        BoundStatement::Query(query) => {
            let columns = query.columns.clone();
            let plan =
                Planner::new(state, &mut variables).query(query, &LogicalPlan::Unit, &HashSet::default());
            let kind = match (plan.writes(), columns.is_empty()) {
                (false, _) => StatementKind::Read,
                (true, true) => StatementKind::Write,
                (true, false) => StatementKind::ReadWrite,
            };
            (plan, columns, kind)
        }
    };
    let variables = variables.into_list();
    let explanation = match statement.mode {
        StatementMode::Profile => Explanation::Profile,
        StatementMode::Run | StatementMode::Explain => Explanation::None,
    };
    let (parameters, column_types) = (bound.parameters, bound.column_types);
    let planned = PlannedStatement {
        commits_by_itself: plan.commits_by_itself(),
        plan,
        columns,
        column_types,
        variables,
        parameters,
        kind,
        explanation,
        physical: PreparedPlan::default(),
    };
    if cfg!(debug_assertions)
        && let Err(defect) = planned.check()
    {
        return Err(namidb_core::Error::new(ErrorCode::Internal, defect).into());
    }
    Ok(match statement.mode {
        StatementMode::Explain => explain::explain(&planned, state),
        StatementMode::Run | StatementMode::Profile => planned,
    })
}

/// What planning needs: statistics to choose by, and the statement's variables to add to.
pub(crate) struct Planner<'a> {
    statistics: Statistics<'a>,
    variables: &'a mut Variables,
}

impl<'a> Planner<'a> {
    /// A planner on the statistics of a state.
    pub(crate) fn new(state: &'a GraphState, variables: &'a mut Variables) -> Planner<'a> {
        Planner { statistics: Statistics::new(state), variables }
    }
}
