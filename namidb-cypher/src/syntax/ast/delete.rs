//! DELETE and DETACH DELETE.

use super::Expr;
use crate::syntax::span::Span;

/// `[DETACH] DELETE target, ..`.
#[derive(Clone, Debug)]
pub struct Delete {
    /// Whether a node's relationships go with it.
    pub detach: bool,
    /// What to delete.
    pub targets: Vec<Expr>,
    /// The clause.
    pub span: Span,
}

equal_but_for_spans! {
    Delete { detach, targets }
}
