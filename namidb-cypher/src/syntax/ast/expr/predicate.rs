//! Quantifiers and the bodies of subqueries in expressions.

use super::{Expr, Name};
use crate::syntax::ast::{PatternPart, Query};

/// `all(variable IN list WHERE predicate)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantifier {
    /// Which of them.
    pub kind: QuantifierKind,
    /// Holds one element at a time.
    pub variable: Name,
    /// The elements.
    pub list: Expr,
    /// What is asked of each.
    pub predicate: Expr,
}

/// The quantifiers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum QuantifierKind {
    All,
    Any,
    None,
    Single,
}

/// What stands in the braces of EXISTS, COUNT and COLLECT.
#[derive(Clone, Debug, PartialEq)]
pub enum SubqueryBody {
    /// `{ pattern WHERE predicate }`; not in COLLECT.
    Pattern {
        /// The parts between commas.
        pattern: Vec<PatternPart>,
        /// WHERE.
        predicate: Option<Expr>,
    },
    /// `{ MATCH .. }`. In EXISTS and COUNT it may end without RETURN.
    Query(Query),
}
