//! An expression, ready to run, and what it reads.

use crate::binder::bound::{Expr, VarId};
use crate::error::Error;
use crate::eval::{CompileContext, EvalInput, Evaluator, Selection};
use crate::exec::ExecutionContext;
use crate::exec::operator::Resident;
use crate::factor::{Batch, Placement};
use crate::syntax::span::Span;
use crate::vector::Vector;
use namidb_core::Value;
use namidb_core::graph::GraphState;

/// An expression, ready to run on any batch that has its variables.
#[derive(Debug)]
pub(crate) struct Expression {
    evaluator: Evaluator,
    variables: Vec<VarId>,
    /// The variable that the expression is, if it is nothing more.
    alias: Option<VarId>,
    /// Where it stands in the text.
    pub(crate) span: Span,
}

impl Expression {
    pub(crate) fn new(expr: &Expr, cx: &CompileContext<'_>) -> Result<Expression, Error> {
        let alias = match &expr.kind {
            crate::binder::bound::ExprKind::Variable(variable) => Some(*variable),
            _ => None,
        };
        let evaluator = crate::eval::compile(expr, cx)?;
        Ok(Expression { evaluator, variables: expr.free_variables(), alias, span: expr.span })
    }

    /// The variables of the row that it reads.
    pub(crate) fn variables(&self) -> &[VarId] {
        &self.variables
    }

    /// The variable that it is, if it is nothing more.
    pub(crate) fn alias(&self) -> Option<VarId> {
        self.alias
    }

    /// Where it can be evaluated.
    pub(crate) fn place(&self, batch: &Batch) -> Placement {
        batch.place(&self.variables)
    }

    /// Its value for each row of a group.
    pub(crate) fn evaluate(&self, batch: &Batch, group: usize, at: Resident<'_>) -> Result<Vector, Error> {
        self.evaluator.evaluate(&EvalInput { batch, group, state: at.state, cx: at.cx })
    }

    /// The rows of a group for which it is true.
    pub(crate) fn select(&self, batch: &Batch, group: usize, at: Resident<'_>) -> Result<Selection, Error> {
        self.evaluator.select(&EvalInput { batch, group, state: at.state, cx: at.cx })
    }

    /// Its value, if it needs no row.
    pub(crate) fn constant(&self, state: &GraphState, cx: &ExecutionContext) -> Result<Value, Error> {
        let unit = Batch::unit();
        Ok(self.evaluate(&unit, 0, Resident { state, cx })?.value(0))
    }
}
