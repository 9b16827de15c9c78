//! LET, FILTER, and ORDER BY, SKIP and LIMIT as clauses of their own, short for a `WITH *` that has them; and FINISH.

use super::{Expr, Name, SortItem};
use crate::syntax::span::Span;

/// `LET name = value, ..`: `WITH *, value AS name, ..`.
#[derive(Clone, Debug)]
pub struct Let {
    /// New names with their values, which see none of each other.
    pub items: Vec<(Name, Expr)>,
    /// The clause.
    pub span: Span,
}

/// `FILTER [WHERE] predicate`: `WITH * WHERE predicate`.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Must be true of a row that stays.
    pub predicate: Expr,
    /// The clause.
    pub span: Span,
}

/// `[ORDER BY ..] [SKIP ..] [LIMIT ..]`, one of them at least.
#[derive(Clone, Debug)]
pub struct OrderBy {
    /// ORDER BY; empty if absent.
    pub items: Vec<SortItem>,
    /// SKIP (or OFFSET).
    pub skip: Option<Expr>,
    /// LIMIT.
    pub limit: Option<Expr>,
    /// The clause.
    pub span: Span,
}

/// `FINISH`: the end of a query that returns nothing.
#[derive(Clone, Debug)]
pub struct Finish {
    /// The word.
    pub span: Span,
}

equal_but_for_spans! {
    Let { items }
    Filter { predicate }
    OrderBy { items, skip, limit }
    Finish {}
}
