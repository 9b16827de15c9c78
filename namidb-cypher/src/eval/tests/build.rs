//! Expressions, and batches to evaluate them on.

use crate::Error;
use crate::binder::bound::{ArithmeticOp, CompareOp, Expr, ExprKind, VarId};
use crate::eval::{CompileContext, EvalInput, Selection, compile};
use crate::exec::ExecutionContext;
use crate::exec::test_runtime::StillRuntime;
use crate::factor::Batch;
use crate::logical::LogicalPlan;
use crate::syntax::span::Span;
use crate::vector::Vector;
use namidb_core::Value;
use namidb_core::graph::GraphState;
use std::sync::Arc;

pub(crate) fn expr(kind: ExprKind) -> Expr {
    Expr { kind, span: Span { start: 3, end: 9 } }
}

pub(crate) fn boxed(kind: ExprKind) -> Box<Expr> {
    Box::new(expr(kind))
}

pub(crate) fn literal(value: impl Into<Value>) -> Expr {
    expr(ExprKind::Literal(value.into()))
}

pub(crate) fn variable(number: u32) -> Expr {
    expr(ExprKind::Variable(VarId(number)))
}

pub(crate) fn parameter(name: &str) -> Expr {
    expr(ExprKind::Parameter(Arc::from(name)))
}

pub(crate) fn property(base: Expr, key: &str) -> Expr {
    expr(ExprKind::Property { base: Box::new(base), key: Arc::from(key) })
}

pub(crate) fn list(items: Vec<Expr>) -> Expr {
    expr(ExprKind::List(items))
}

pub(crate) fn arithmetic(op: ArithmeticOp, left: Expr, right: Expr) -> Expr {
    expr(ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) })
}

pub(crate) fn comparison(op: CompareOp, left: Expr, right: Expr) -> Expr {
    expr(ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) })
}

pub(crate) fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    expr(ExprKind::Function { name: Arc::from(name), arguments })
}

pub(crate) fn context() -> ExecutionContext {
    ExecutionContext::new(StillRuntime::shared())
}

/// A flat batch whose columns are the variables 0, 1, 2.
pub(crate) fn batch(columns: &[Vec<Value>]) -> Batch {
    let len = columns.first().map_or(1, Vec::len);
    let columns = columns
        .iter()
        .enumerate()
        .map(|(number, values)| (VarId(number as u32), Vector::from_values(values.clone())));
    Batch::flat(len, columns.collect())
}

pub(crate) fn evaluate_on(
    expr: &Expr,
    batch: &Batch,
    state: &GraphState,
    cx: &ExecutionContext,
) -> Result<Vec<Value>, Error> {
    let evaluator = compile(expr, &CompileContext::without_subqueries())?;
    let vector = evaluator.evaluate(&EvalInput { batch, group: 0, state, cx })?;
    assert_eq!(vector.len(), batch.group(0).len(), "one value a row");
    Ok(vector.values().collect())
}

pub(crate) fn select_on(expr: &Expr, batch: &Batch, state: &GraphState) -> Result<Vec<u32>, Error> {
    let evaluator = compile(expr, &CompileContext::without_subqueries())?;
    let selection = evaluator.select(&EvalInput { batch, group: 0, state, cx: &context() })?;
    Ok(match selection {
        Selection::All => (0..batch.group(0).len() as u32).collect(),
        Selection::Rows(rows) => rows,
    })
}

/// An expression of this text.
pub(crate) fn bound(text: &str) -> Result<Expr, Error> {
    let planned = crate::planner::prepare(&format!("RETURN {text} AS x"), &GraphState::empty())?;
    match planned.plan {
        LogicalPlan::Project { mut items, .. } => Ok(items.remove(0).1),
        other => panic!("{text} is planned as {other:?}"),
    }
}

/// The values of an expression on columns.
pub(crate) fn evaluate(expr: &Expr, columns: &[Vec<Value>]) -> Result<Vec<Value>, Error> {
    evaluate_on(expr, &batch(columns), &GraphState::empty(), &context())
}

/// The value of an expression without variables.
pub(crate) fn value(expr: &Expr) -> Result<Value, Error> {
    evaluate(expr, &[]).map(|values| values[0].clone())
}
