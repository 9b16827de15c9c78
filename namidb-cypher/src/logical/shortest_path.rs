//! shortestPath and allShortestPaths.
//!
//! Of all walks from one node to another that take no relationship twice, have as many steps as the pattern allows
//! and meet all conditions, those with the fewest steps count: one of them, or all.

use super::{LogicalPlan, PatternDirection};
use crate::binder::bound::{Expr, ExprKind, QuantifierKind, VarId};
use std::sync::Arc;

/// Finds shortest paths between two nodes.
#[derive(Clone, Debug)]
pub struct ShortestPath {
    /// Where rows come from.
    pub input: LogicalPlan,
    /// The node that walks begin at; bound by the input.
    pub from: VarId,
    /// The list of relationships, in the order of the text; the relationship itself if `single`.
    pub relationships: VarId,
    /// Whether the pattern is one relationship without a length.
    pub single: bool,
    /// Whether the text names `to` before `from`: list and path then begin at `to`.
    pub reversed: bool,
    /// The node at the end.
    pub to: VarId,
    /// Whether the input binds the end; else there are shortest paths to every node.
    pub into: bool,
    /// The types that each relationship may have; none means any.
    pub types: Vec<Arc<str>>,
    /// Which way each points, seen from `from`.
    pub direction: PatternDirection,
    /// The fewest steps; 0 or 1 if the end is not bound.
    pub min: u64,
    /// The most steps; none means no bound.
    pub max: Option<u64>,
    /// What each relationship's properties must equal, evaluated on the input row.
    pub properties: Option<Expr>,
    /// Whether all shortest paths count, or one.
    pub all: bool,
    /// The path.
    pub path: Option<VarId>,
    /// What must be true of the path or its relationships. If the end is not bound each is a [`StepCondition`].
    pub predicates: Vec<Expr>,
}

/// A condition on a path that can be asked of each of its parts: `all(x IN nodes(p) WHERE ..)`.
#[derive(Clone, Copy, Debug)]
pub struct StepCondition<'a> {
    /// Whether it is about nodes; else about relationships.
    pub of_nodes: bool,
    /// Holds the part.
    pub variable: VarId,
    /// What is asked of it.
    pub predicate: &'a Expr,
    /// Whether the answer must be false instead of true.
    pub negated: bool,
}

impl ShortestPath {
    /// The condition on each part that a predicate stands for, if it does.
    pub fn step_condition<'a>(&self, predicate: &'a Expr) -> Option<StepCondition<'a>> {
        step_condition(predicate, self.path, (!self.single).then_some(self.relationships))
    }
}

/// The condition on each part of a path that a predicate stands for, if it does. The path and the list of its
/// relationships are known by these variables.
pub fn step_condition(
    predicate: &Expr,
    path: Option<VarId>,
    relationships: Option<VarId>,
) -> Option<StepCondition<'_>> {
    let (quantifier, inverted) = match &predicate.kind {
        ExprKind::Not(operand) => (&**operand, true),
        _ => (predicate, false),
    };
    let ExprKind::Quantifier { kind, variable, list, predicate } = &quantifier.kind else { return None };
    let negated = match (kind, inverted) {
        (QuantifierKind::All, false) => false,
        (QuantifierKind::None, false) | (QuantifierKind::Any, true) => true,
        _ => return None,
    };
    let of_nodes = match &list.kind {
        ExprKind::Variable(list) if Some(*list) == relationships => false,
        ExprKind::Function { name, arguments } => {
            let [argument] = arguments.as_slice() else { return None };
            if !path.is_some_and(|path| argument.is_variable(path)) {
                return None;
            }
            match &**name {
                "nodes" => true,
                "relationships" => false,
                _ => return None,
            }
        }
        _ => return None,
    };
    let whole = predicate.free_variables().into_iter().any(|v| Some(v) == path || Some(v) == relationships);
    (!whole && !predicate.is_volatile()).then_some(StepCondition {
        of_nodes,
        variable: *variable,
        predicate,
        negated,
    })
}
