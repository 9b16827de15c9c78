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

/// `IN TRANSACTIONS [OF rows ROWS]`.
#[derive(Clone, Debug)]
pub struct InTransactions {
    /// How many rows a transaction takes.
    pub rows: Option<Expr>,
    /// From IN to the end.
    pub span: Span,
}

equal_but_for_spans! {
    CallSubquery { optional, imports, query, in_transactions }
    Imports { star, names }
    InTransactions { rows }
}
