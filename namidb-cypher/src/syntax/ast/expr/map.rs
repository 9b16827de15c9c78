//! Map projections.

use super::{Expr, Name};

/// `variable {.*, .a, b, k: v}`.
#[derive(Clone, Debug, PartialEq)]
pub struct MapProjection {
    /// The node, relationship or map.
    pub variable: Name,
    /// In the order written.
    pub items: Vec<MapItem>,
}

/// One item of a map projection.
#[derive(Clone, Debug, PartialEq)]
pub enum MapItem {
    /// `.*`
    AllProperties,
    /// `.key`
    Property(Name),
    /// `variable`: the key is its name.
    Variable(Name),
    /// `key: value`
    Entry(Name, Expr),
}
