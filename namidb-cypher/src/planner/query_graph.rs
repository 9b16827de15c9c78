//! The patterns of neighbouring MATCH clauses as a graph of nodes and edges, without an order.

use crate::binder::bound::{Expr, ExprKind, ValueTest, VarId, VariableKind};
use crate::binder::bound_query::{BoundMatch, PatternNode, PatternRelationship, SelectedPath, Variables};
use crate::syntax::ast::{Selector, ValueType, ValueTypeKind};
use crate::syntax::span::Span;
use namidb_core::hash::{HashMap, HashSet};
use std::sync::Arc;

/// A node to find.
#[derive(Debug)]
pub(super) struct GraphNode {
    /// The node.
    pub variable: VarId,
    /// The labels that it must have.
    pub labels: Vec<Arc<str>>,
    /// Whether the row has it already.
    pub bound: bool,
}

/// A relationship to find.
#[derive(Debug)]
pub(super) struct GraphEdge {
    /// The pattern, as written.
    pub pattern: PatternRelationship,
    /// The position of the node on its left.
    pub left: usize,
    /// The position of the node on its right.
    pub right: usize,
    /// The MATCH that it belongs to: relationships differ within one, not between two.
    pub clause: usize,
}

/// A shortest path to find between two nodes.
#[derive(Debug)]
pub(super) struct GraphSearch {
    /// The pattern, as written.
    pub pattern: PatternRelationship,
    /// The path's variable.
    pub path: Option<VarId>,
}

/// What neighbouring MATCH clauses ask for.
#[derive(Debug, Default)]
pub(super) struct QueryGraph {
    /// The nodes, in the order in which the text names them.
    pub nodes: Vec<GraphNode>,
    /// The relationships in the order written.
    pub edges: Vec<GraphEdge>,
    /// What must be true of them, in the order written.
    pub predicates: Vec<Expr>,
    /// Path variables, each with the variables that it goes through.
    pub paths: Vec<(VarId, Vec<VarId>)>,
    /// Shortest paths to find, in the order written.
    pub searches: Vec<GraphSearch>,
    /// Paths of which only some count, in the order written.
    pub selected: Vec<SelectedPath>,
    positions: HashMap<VarId, usize>,
    clauses: usize,
}

impl QueryGraph {
    /// Adds a MATCH to the graph. `live` are the variables of the row.
    pub(super) fn add(&mut self, clause: BoundMatch, live: &HashSet<VarId>, variables: &Variables) {
        let alone: HashSet<VarId> = {
            let joined = clause.pattern.relationships.iter().flat_map(|r| [r.left, r.right]);
            let joined: HashSet<VarId> = joined.collect();
            let nodes = clause.pattern.nodes.iter().map(|n| n.variable);
            nodes.filter(|v| !joined.contains(v)).collect()
        };
        for node in clause.pattern.nodes {
            let variable = node.variable;
            self.node(node, live);
            // Nothing else asks whether a node that the row brings is there at all, and a node.
            if alone.contains(&variable) && live.contains(&variable) {
                self.predicates.push(is_node(variable, variables));
            }
        }
        let mut paths = clause.pattern.paths;
        for pattern in clause.pattern.relationships {
            if matches!(pattern.selector, Selector::Shortest | Selector::AllShortest) {
                let own = paths.iter().position(|(_, through)| through.contains(&pattern.variable));
                let path = own.map(|at| paths.remove(at).0);
                self.searches.push(GraphSearch { pattern, path });
                continue;
            }
            let (Some(left), Some(right)) = (self.position(pattern.left), self.position(pattern.right))
            else {
                continue;
            };
            self.edges.push(GraphEdge { pattern, left, right, clause: self.clauses });
        }
        self.selected.extend(clause.pattern.selected);
        for predicate in clause.pattern.predicates.into_iter().chain(clause.predicates) {
            predicate.into_conjuncts(&mut self.predicates);
        }
        self.paths.extend(paths);
        self.clauses += 1;
    }

    /// Turns what WHERE asks of labels into labels of the nodes, so that a scan can use them; and what the
    /// pattern asks of nodes that the row brings into predicates, since nothing scans for those.
    pub(super) fn settle_labels(&mut self) {
        let mut kept = Vec::with_capacity(self.predicates.len());
        for node in self.nodes.iter_mut().filter(|n| n.bound && !n.labels.is_empty()) {
            kept.push(has_labels(node.variable, std::mem::take(&mut node.labels)));
        }
        for predicate in std::mem::take(&mut self.predicates) {
            if let ExprKind::HasLabels { base, labels } = &predicate.kind
                && let ExprKind::Variable(variable) = base.kind
                && let Some(node) = self.position(variable).and_then(|at| self.nodes.get_mut(at))
                && !node.bound
            {
                add_labels(&mut node.labels, labels);
            } else {
                kept.push(predicate);
            }
        }
        self.predicates = kept;
    }

    /// The position of a node.
    pub(super) fn position(&self, variable: VarId) -> Option<usize> {
        self.positions.get(&variable).copied()
    }

    fn node(&mut self, node: PatternNode, live: &HashSet<VarId>) {
        if let Some(known) = self.position(node.variable).and_then(|at| self.nodes.get_mut(at)) {
            add_labels(&mut known.labels, &node.labels);
            return;
        }
        self.positions.insert(node.variable, self.nodes.len());
        let bound = live.contains(&node.variable);
        self.nodes.push(GraphNode { variable: node.variable, labels: node.labels, bound });
    }
}

fn add_labels(to: &mut Vec<Arc<str>>, labels: &[Arc<str>]) {
    for label in labels {
        if !to.contains(label) {
            to.push(Arc::clone(label));
        }
    }
}

/// `variable:labels`.
pub(super) fn has_labels(variable: VarId, labels: Vec<Arc<str>>) -> Expr {
    let base = Expr { kind: ExprKind::Variable(variable), span: Span::default() };
    Expr { kind: ExprKind::HasLabels { base: Box::new(base), labels }, span: Span::default() }
}

/// Whether a variable holds a node, and not null or another value.
fn is_node(variable: VarId, variables: &Variables) -> Expr {
    let operand = Box::new(Expr { kind: ExprKind::Variable(variable), span: Span::default() });
    let kind = if variables.get(variable).is_some_and(|v| v.kind == VariableKind::Node) {
        ExprKind::IsNull { operand, negated: true }
    } else {
        let test = ValueTest::Typed(ValueType { kind: ValueTypeKind::Node, not_null: true });
        ExprKind::Test { operand, test, negated: false }
    };
    Expr { kind, span: Span::default() }
}
