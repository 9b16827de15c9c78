//! UNWIND.

use super::{Expr, Name};
use crate::syntax::span::Span;

/// `UNWIND list AS variable`.
#[derive(Clone, Debug)]
pub struct Unwind {
    /// The list.
    pub list: Expr,
    /// Holds one element a row.
    pub variable: Name,
    /// The clause.
    pub span: Span,
}

equal_but_for_spans! {
    Unwind { list, variable }
}
