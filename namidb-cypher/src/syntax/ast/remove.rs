//! REMOVE.

use super::{Expr, Name};
use crate::syntax::span::Span;

/// `REMOVE item, ..`.
#[derive(Clone, Debug)]
pub struct Remove {
    /// In the order written.
    pub items: Vec<RemoveItem>,
    /// The clause.
    pub span: Span,
}

/// One item of REMOVE.
#[derive(Clone, Debug)]
pub struct RemoveItem {
    /// What goes.
    pub kind: RemoveKind,
    /// The item.
    pub span: Span,
}

/// What an item of REMOVE takes away.
#[derive(Clone, Debug, PartialEq)]
pub enum RemoveKind {
    /// `entity.key`.
    Property {
        /// What has the property.
        entity: Expr,
        /// The property.
        key: Name,
    },
    /// `entity[key]`.
    DynamicProperty {
        /// What has the property.
        entity: Expr,
        /// Gives the property's key.
        key: Expr,
    },
    /// `variable:A:$(b)`.
    Labels {
        /// The node.
        variable: Name,
        /// The labels that are written.
        labels: Vec<Name>,
        /// What computes further ones: a text, or a list of texts.
        computed: Vec<Expr>,
    },
}

equal_but_for_spans! {
    Remove { items }
    RemoveItem { kind }
}
