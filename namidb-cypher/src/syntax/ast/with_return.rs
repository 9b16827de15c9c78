//! WITH and RETURN.

use super::{Expr, Name};
use crate::syntax::span::Span;

/// `WITH projection [WHERE predicate]`.
#[derive(Clone, Debug)]
pub struct With {
    /// What goes on.
    pub projection: Projection,
    /// WHERE, over the projected names.
    pub predicate: Option<Expr>,
    /// The clause with its WHERE.
    pub span: Span,
}

/// `RETURN projection`.
#[derive(Clone, Debug)]
pub struct Return {
    /// What is returned.
    pub projection: Projection,
    /// The clause.
    pub span: Span,
}

/// What WITH and RETURN share.
#[derive(Clone, Debug)]
pub struct Projection {
    /// DISTINCT.
    pub distinct: bool,
    /// `*`: every name in scope, before the items.
    pub star: bool,
    /// The items after the star, if any.
    pub items: Vec<ProjectionItem>,
    /// ORDER BY; empty if absent.
    pub order_by: Vec<SortItem>,
    /// SKIP (or OFFSET).
    pub skip: Option<Expr>,
    /// LIMIT.
    pub limit: Option<Expr>,
    /// From the first item (or DISTINCT, or `*`) to the end of LIMIT.
    pub span: Span,
}

/// `expr [AS alias]`.
#[derive(Clone, Debug)]
pub struct ProjectionItem {
    /// The value. Without an alias the column is named by the text of its span.
    pub expr: Expr,
    /// The column's name.
    pub alias: Option<Name>,
    /// The item with its alias.
    pub span: Span,
}

/// `expr [ASC | DESC]`.
#[derive(Clone, Debug)]
pub struct SortItem {
    /// What to sort by.
    pub expr: Expr,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// The item with its direction.
    pub span: Span,
}

equal_but_for_spans! {
    With { projection, predicate }
    Return { projection }
    Projection { distinct, star, items, order_by, skip, limit }
    ProjectionItem { expr, alias }
    SortItem { expr, descending }
}
