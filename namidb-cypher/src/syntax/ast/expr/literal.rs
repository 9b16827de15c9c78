//! Constants.

use std::sync::Arc;

/// A constant in the text.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// NULL.
    Null,
    /// TRUE and FALSE.
    Boolean(bool),
    /// A whole number, with its sign.
    Integer(i64),
    /// A finite number with a point or an exponent, with its sign.
    Float(f64),
    /// Text, its escapes resolved.
    String(Arc<str>),
}
