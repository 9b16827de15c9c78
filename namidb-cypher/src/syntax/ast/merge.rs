//! MERGE.

use super::{PatternPart, SetItem};
use crate::syntax::span::Span;

/// `MERGE part [ON CREATE SET ..] [ON MATCH SET ..]`.
#[derive(Clone, Debug)]
pub struct Merge {
    /// What is matched or created.
    pub pattern: PatternPart,
    /// In the order written; the same event may come more than once.
    pub actions: Vec<MergeAction>,
    /// The clause with its actions.
    pub span: Span,
}

/// `ON CREATE SET ..` or `ON MATCH SET ..`.
#[derive(Clone, Debug)]
pub struct MergeAction {
    /// Whether it is ON CREATE; else it is ON MATCH.
    pub on_create: bool,
    /// What to set.
    pub items: Vec<SetItem>,
    /// From ON to the last item.
    pub span: Span,
}

equal_but_for_spans! {
    Merge { pattern, actions }
    MergeAction { on_create, items }
}
