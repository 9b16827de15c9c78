//! CALL of a subquery.

use super::{Expr, Name, Query};
use crate::syntax::span::Span;

/// `[OPTIONAL] CALL [(imports)] { query } [IN TRANSACTIONS ..]`.
#[derive(Clone, Debug)]
pub struct CallSubquery {
    /// Whether a row without results stays, with nulls.
    pub optional: bool,
    /// What the query sees of the rows around it. Absent in the older form, where a WITH at the query's
    /// beginning imports.
    pub imports: Option<Imports>,
    /// The query; without RETURN the rows around it pass unchanged.
    pub query: Box<Query>,
    /// IN TRANSACTIONS.
    pub in_transactions: Option<InTransactions>,
    /// The clause.
    pub span: Span,
}

/// `(*)`, `(a, b)` or `()`.
#[derive(Clone, Debug)]
pub struct Imports {
    /// Everything in scope.
    pub star: bool,
    /// These names.
    pub names: Vec<Name>,
    /// With parentheses.
    pub span: Span,
}

/// `IN TRANSACTIONS [OF rows ROWS] [ON ERROR ..] [REPORT STATUS AS variable]`.
#[derive(Clone, Debug)]
pub struct InTransactions {
    /// How many rows a transaction takes.
    pub rows: Option<Expr>,
    /// What becomes of the rest where one transaction fails.
    pub on_error: OnError,
    /// Holds what became of a row's transaction.
    pub status: Option<Name>,
    /// From IN to the end.
    pub span: Span,
}

/// What becomes of the rest where one transaction fails. What was committed before stays in any case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum OnError {
    /// The statement fails.
    #[default]
    Fail,
    /// The others go on.
    Continue,
    /// No further transaction begins.
    Break,
}

equal_but_for_spans! {
    CallSubquery { optional, imports, query, in_transactions }
    Imports { star, names }
    InTransactions { rows, on_error, status }
}
