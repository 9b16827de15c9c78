//! Comprehensions.

use super::{Expr, Name, PathPattern};

/// `[variable IN list WHERE predicate | projection]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ListComprehension {
    /// Holds one element at a time.
    pub variable: Name,
    /// The elements.
    pub list: Expr,
    /// Which elements stay.
    pub predicate: Option<Expr>,
    /// What becomes of each; the element itself if absent.
    pub projection: Option<Expr>,
}

/// `[path = (a)-->(b) WHERE predicate | projection]`.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternComprehension {
    /// Holds the path.
    pub variable: Option<Name>,
    /// What is matched: at least one relationship.
    pub path: PathPattern,
    /// Which matches stay.
    pub predicate: Option<Expr>,
    /// What becomes of each.
    pub projection: Expr,
}
