//! Queries: clauses in a row, and UNION of such rows.

use super::Clause;
use crate::syntax::span::Span;

/// `query [UNION [ALL] query ..]`.
///
/// The parser has checked the order of clauses: RETURN comes last, a query of its own ends with RETURN, an
/// updating clause or a CALL, a WITH stands between writing and reading again, and all UNIONs of a query are of
/// one kind.
#[derive(Clone, Debug)]
pub struct Query {
    /// The query before the first UNION.
    pub first: SingleQuery,
    /// The others.
    pub unions: Vec<Union>,
    /// The whole.
    pub span: Span,
}

/// `UNION [ALL] query`.
#[derive(Clone, Debug)]
pub struct Union {
    /// Whether rows that are equal stay apart.
    pub all: bool,
    /// The query after it.
    pub query: SingleQuery,
    /// From UNION to the query's end.
    pub span: Span,
}

/// Clauses, at least one.
#[derive(Clone, Debug)]
pub struct SingleQuery {
    /// In the order written.
    pub clauses: Vec<Clause>,
    /// From the first to the last.
    pub span: Span,
}

equal_but_for_spans! {
    Query { first, unions }
    Union { all, query }
    SingleQuery { clauses }
}
