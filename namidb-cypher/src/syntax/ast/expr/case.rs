//! CASE.

use super::{Expr, ExprKind};

/// `CASE [operand] WHEN .. THEN .. [ELSE ..] END`.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseExpr {
    /// The value that the branches are about; without it they are conditions.
    pub operand: Option<Expr>,
    /// At least one.
    pub branches: Vec<CaseBranch>,
    /// ELSE.
    pub otherwise: Option<Expr>,
}

/// `WHEN when, .. THEN then`.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseBranch {
    /// One of them must hold: a condition; or a value that the operand equals, or what begins with
    /// [`ExprKind::CaseOperand`] and is asked of it. Several only with an operand.
    pub when: Vec<Expr>,
    /// The value then.
    pub then: Expr,
}

impl Expr {
    /// Whether it is an operator with the operand of its CASE on the left.
    pub fn asks_case_operand(&self) -> bool {
        let left = match &self.kind {
            ExprKind::Comparison { first, .. } => first,
            ExprKind::In { item, .. } => item,
            ExprKind::StringMatch { text, .. } => text,
            ExprKind::IsNull { operand, .. } | ExprKind::Test { operand, .. } => operand,
            _ => return false,
        };
        matches!(left.kind, ExprKind::CaseOperand)
    }
}
