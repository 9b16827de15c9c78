//! The limits of a statement's text.

/// How deep parentheses, lists, subqueries and the like may nest.
pub const NESTING_MAX: usize = 128;

/// How many operators may stand on top of each other in one expression, counting both nesting and chains
/// such as `a + b + c` whose left end lies deepest. AND, OR and XOR chains count as one.
pub const EXPRESSION_HEIGHT_MAX: usize = 512;
