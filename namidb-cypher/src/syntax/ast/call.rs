//! CALL of a procedure.

use super::{Expr, Name};
use crate::syntax::span::Span;

/// `[OPTIONAL] CALL name(arguments) [YIELD ..]`.
#[derive(Clone, Debug)]
pub struct CallProcedure {
    /// Whether a row without results stays, with nulls.
    pub optional: bool,
    /// The procedure, its namespace and name joined by dots.
    pub name: Name,
    /// The arguments; none at all means that parameters named like the procedure's are taken. That is
    /// possible only where the call is the whole query.
    pub arguments: Option<Vec<Expr>>,
    /// YIELD; where it is absent the call is the whole query, or its results are not wanted.
    pub yields: Option<Yield>,
    /// The clause with its YIELD.
    pub span: Span,
}

/// `YIELD items [WHERE predicate]`.
#[derive(Clone, Debug)]
pub struct Yield {
    /// `YIELD *`: only where the call is the whole query, or in SHOW.
    pub star: bool,
    /// The items; empty with a star, and for `YIELD -`.
    pub items: Vec<YieldItem>,
    /// WHERE.
    pub predicate: Option<Expr>,
    /// From YIELD to the end of WHERE.
    pub span: Span,
}

/// `field [AS alias]`.
#[derive(Clone, Debug)]
pub struct YieldItem {
    /// The procedure's result.
    pub field: Name,
    /// The variable, if named otherwise.
    pub alias: Option<Name>,
    /// The item with its alias.
    pub span: Span,
}

equal_but_for_spans! {
    CallProcedure { optional, name, arguments, yields }
    Yield { star, items, predicate }
    YieldItem { field, alias }
}
