//! CREATE.

use super::PatternPart;
use crate::syntax::span::Span;

/// `CREATE pattern`.
#[derive(Clone, Debug)]
pub struct Create {
    /// The parts between commas. What only MATCH may have (lengths, predicates, shortest paths) can be in
    /// them: the binder refuses it.
    pub pattern: Vec<PatternPart>,
    /// The clause.
    pub span: Span,
}

equal_but_for_spans! {
    Create { pattern }
}
