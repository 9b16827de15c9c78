//! SET.

use super::{Expr, Name};
use crate::syntax::span::Span;

/// `SET item, ..`.
#[derive(Clone, Debug)]
pub struct Set {
    /// In the order written.
    pub items: Vec<SetItem>,
    /// The clause.
    pub span: Span,
}

/// One item of SET, also in MERGE and FOREACH.
#[derive(Clone, Debug)]
pub struct SetItem {
    /// What is set.
    pub kind: SetKind,
    /// The item.
    pub span: Span,
}

/// What an item of SET sets.
#[derive(Clone, Debug, PartialEq)]
pub enum SetKind {
    /// `entity.key = value`.
    Property {
        /// What has the property: any expression that gives a node or relationship.
        entity: Expr,
        /// The property.
        key: Name,
        /// The value.
        value: Expr,
    },
    /// `entity[key] = value`.
    DynamicProperty {
        /// What has the property.
        entity: Expr,
        /// Gives the property's key.
        key: Expr,
        /// The value.
        value: Expr,
    },
    /// `variable = value`: all properties are replaced.
    Replace {
        /// The node or relationship.
        variable: Name,
        /// The map, node or relationship.
        value: Expr,
    },
    /// `variable += value`.
    Merge {
        /// The node or relationship.
        variable: Name,
        /// The map, node or relationship.
        value: Expr,
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
    Set { items }
    SetItem { kind }
}
