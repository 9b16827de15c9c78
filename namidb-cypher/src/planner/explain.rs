//! EXPLAIN: a statement whose rows are the lines of another one's plan.

use crate::binder::bound::{Expr, ExprKind, VarId, Variable, VariableKind};
use crate::explain::Explanation;
use crate::functions::TypeSet;
use crate::logical::{LogicalPlan, PlannedStatement, StatementKind};
use crate::physical::PreparedPlan;
use crate::syntax::span::Span;
use namidb_core::Value;
use namidb_core::graph::GraphState;
use std::sync::Arc;

/// A statement that reads nothing, and returns the plan as text in its column `plan`, one operator a row.
pub(super) fn explain(planned: &PlannedStatement, state: &GraphState) -> PlannedStatement {
    let expr = |kind| Expr { kind, span: Span::default() };
    let explained = planned.explain(state);
    let shown = explained.to_string();
    let lines = shown.lines().map(|line| expr(ExprKind::Literal(Value::String(Arc::from(line)))));
    let name: Arc<str> = Arc::from("plan");
    let column = VarId(0);
    PlannedStatement {
        plan: LogicalPlan::Unwind {
            input: Box::new(LogicalPlan::Unit),
            list: expr(ExprKind::List(lines.collect())),
            variable: column,
        },
        columns: vec![(Arc::clone(&name), column)],
        column_types: vec![TypeSet::STRING],
        variables: vec![Variable { name, kind: VariableKind::Value }],
        parameters: Vec::new(),
        kind: StatementKind::Read,
        commits_by_itself: false,
        explanation: Explanation::Plan(Arc::new(explained)),
        physical: PreparedPlan::default(),
    }
}
