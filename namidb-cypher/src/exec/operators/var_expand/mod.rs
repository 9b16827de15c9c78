//! Follows a variable-length relationship of a pattern.
//!
//! Walks are enumerated depth first with a stack of our own ([`walk`]), no relationship twice in one walk. Where
//! only the set of end nodes matters, they are found breadth first instead, each once ([`reach`]): the number of
//! walks grows with every step, the number of nodes does not.

mod reach;
mod steps;
mod walk;

pub(crate) use reach::ReachTransform;
pub(super) use steps::Steps;
pub(crate) use walk::WalkTransform;

use crate::binder::bound::VarId;
use crate::logical::PatternDirection;
use crate::physical::Expression;
use std::sync::Arc;

/// What to follow.
#[derive(Debug)]
pub(crate) struct VarExpand {
    /// The node on the left.
    pub(crate) from: VarId,
    /// The list of relationships; none if nobody reads it, or if the input binds it.
    pub(crate) relationships: Option<VarId>,
    /// Whether the list begins at the end of the walk.
    pub(crate) reversed: bool,
    /// Holds the list already, if the input binds it, so that it is only checked.
    pub(crate) bound: Option<VarId>,
    /// The node at the end.
    pub(crate) to: End,
    /// What the node at the end must have, where the input does not bind it.
    pub(crate) to_labels: Vec<Arc<str>>,
    /// The types that each may have; none means any.
    pub(crate) types: Vec<Arc<str>>,
    /// Which way each points.
    pub(crate) direction: PatternDirection,
    /// The fewest steps.
    pub(crate) min: u64,
    /// The most steps.
    pub(crate) max: u64,
    /// What each relationship's properties must equal.
    pub(crate) properties: Option<Expression>,
    /// Relationships and lists of them that no step may be.
    pub(crate) distinct_from: Vec<VarId>,
    /// Whether it may give each end once, however many walks lead there.
    pub(crate) ends_once: bool,
}

/// What is known of the node at the end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// It is new; the variable, unless nobody reads it.
    New(Option<VarId>),
    /// The input binds it.
    Bound(VarId),
}

impl VarExpand {
    /// Whether the ends can be found breadth first.
    pub(crate) fn is_reach(&self) -> bool {
        self.ends_once && self.min <= 1 && self.relationships.is_none() && self.bound.is_none()
    }

    /// The variables that decide at which group it works.
    fn reads(&self) -> Vec<VarId> {
        let mut reads = vec![self.from];
        reads.extend(self.bound);
        if let End::Bound(to) = self.to {
            reads.push(to);
        }
        reads.extend(&self.distinct_from);
        reads.extend(self.properties.iter().flat_map(|e| e.variables()));
        reads
    }
}
