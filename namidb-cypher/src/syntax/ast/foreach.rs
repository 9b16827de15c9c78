//! FOREACH.

use super::{Clause, Expr, Name};
use crate::syntax::span::Span;

/// `FOREACH (variable IN list | clauses)`.
#[derive(Clone, Debug)]
pub struct Foreach {
    /// Holds one element at a time.
    pub variable: Name,
    /// The elements.
    pub list: Expr,
    /// What is done for each: updating clauses only, at least one.
    pub clauses: Vec<Clause>,
    /// The clause.
    pub span: Span,
}

equal_but_for_spans! {
    Foreach { variable, list, clauses }
}
