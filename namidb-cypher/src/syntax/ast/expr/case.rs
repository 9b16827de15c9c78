//! CASE.

use super::Expr;

/// `CASE [operand] WHEN .. THEN .. [ELSE ..] END`.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseExpr {
    /// The value that the branches are compared with; without it they are conditions.
    pub operand: Option<Expr>,
    /// When, then; at least one.
    pub branches: Vec<(Expr, Expr)>,
    /// ELSE.
    pub otherwise: Option<Expr>,
}
