//! Paths that are repeated, and the choice among paths.

use super::LogicalPlan;
use crate::binder::bound::VarId;
use crate::binder::bound_query::Selection;

/// Follows a path again and again.
#[derive(Clone, Debug)]
pub struct Repeat {
    /// Where rows come from.
    pub input: LogicalPlan,
    /// One repetition, from `inner_from`, which its argument has beside what it reads of the row.
    pub inner: LogicalPlan,
    /// The node that walks begin at; bound by the input.
    pub from: VarId,
    /// The node where a repetition begins.
    pub inner_from: VarId,
    /// The node where it ends, and the next one begins.
    pub inner_to: VarId,
    /// The node at the end.
    pub to: VarId,
    /// Whether the input binds the end.
    pub into: bool,
    /// The list of all relationships, in the order of the text.
    pub relationships: VarId,
    /// The relationships of one repetition, in the order of the text.
    pub steps: Vec<VarId>,
    /// Variables of a repetition, each with the variable that lists it for all of them, in the order of the text.
    pub groups: Vec<(VarId, VarId)>,
    /// Whether repetitions are followed from the end of the text to its beginning.
    pub reversed: bool,
    /// The fewest repetitions.
    pub min: u64,
    /// The most; none means no bound.
    pub max: Option<u64>,
    /// Whether no relationship may come twice in a walk.
    pub differ: bool,
    /// Relationships and relationship lists of the same MATCH that it must differ from.
    pub distinct_from: Vec<VarId>,
    /// Which walks count between two ends; all without it.
    pub selection: Option<Selection>,
    /// What is repeated.
    pub step: RepeatedStep,
}

/// What is repeated, as the search for shortest trails sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RepeatedStep {
    /// One relationship along its arrow, or against it: a walk that meets no node twice takes none twice.
    Directed,
    /// What can lead back over the relationships that it came by, as one relationship in either direction can: a shortest
    /// walk takes none twice if it does not take those of its first repetition again.
    Reversible,
    /// Any other path.
    Path,
}

/// Chooses among paths.
#[derive(Clone, Debug)]
pub struct ChoosePaths {
    /// The paths, the shortest first; all of one row of the outer plan.
    pub input: LogicalPlan,
    /// Their ends.
    pub ends: Vec<VarId>,
    /// How many relationships a path has.
    pub length: VarId,
    /// Which count.
    pub selection: Selection,
}
