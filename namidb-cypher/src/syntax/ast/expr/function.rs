//! Function calls and reduce.

use super::{Expr, Name};

/// `name([DISTINCT] arguments)`.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionCall {
    /// Its namespace and name joined by dots, as spelt: `duration.inDays`.
    pub name: Name,
    /// Whether equal values count once.
    pub distinct: bool,
    /// The arguments.
    pub arguments: Vec<Expr>,
}

/// `reduce(accumulator = initial, variable IN list | body)`, and `allReduce(.. | body, predicate)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduce {
    /// Holds the result so far.
    pub accumulator: Name,
    /// The first result.
    pub initial: Expr,
    /// Holds one element at a time.
    pub variable: Name,
    /// The elements.
    pub list: Expr,
    /// The next result.
    pub body: Expr,
    /// What is asked of each result, in `allReduce`.
    pub predicate: Option<Expr>,
}
