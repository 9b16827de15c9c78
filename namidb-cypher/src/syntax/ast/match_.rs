//! MATCH and OPTIONAL MATCH.

use super::{Expr, PatternPart};
use crate::syntax::span::Span;

/// `[OPTIONAL] MATCH [REPEATABLE ELEMENTS | DIFFERENT RELATIONSHIPS] pattern [WHERE predicate]`.
#[derive(Clone, Debug)]
pub struct Match {
    /// Whether rows without a match stay, with nulls.
    pub optional: bool,
    /// `REPEATABLE ELEMENTS`: whether its paths may meet relationships more than once.
    pub repeatable: bool,
    /// The parts between commas.
    pub pattern: Vec<PatternPart>,
    /// WHERE.
    pub predicate: Option<Expr>,
    /// The clause with its WHERE.
    pub span: Span,
}

equal_but_for_spans! {
    Match { optional, repeatable, pattern, predicate }
}
