//! The order in which a query graph is walked.
//!
//! Greedy: from what is bound, always the step that leaves the fewest rows; a start is chosen by trying the
//! cheapest ones to their end. Steps that can only take rows away (closing a pattern, seeking one node by its
//! key) come at once. All orders give the same rows.

use super::access_path::{
    Access, AccessKind, Seekable, best_access, edge_access, seekables, shared_values, table,
};
use super::cardinality::Statistics;
use super::query_graph::{GraphEdge, QueryGraph};
use crate::binder::bound::{Expr, VarId};
use crate::logical::PatternDirection;
use namidb_core::hash::HashSet;

/// How many nodes are tried as a start.
const STARTS_TRIED: usize = 8;
/// A table is worth making for more rows than this; for fewer, nodes are compared with each.
const TABLE_ROWS: f64 = 4.0;

/// One step of a walk.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Finds a node on its own.
    Start {
        /// The node's position.
        node: usize,
        /// How.
        access: Access,
    },
    /// Finds a relationship on its own, and takes the node on its left.
    StartAlong {
        /// The relationship's position.
        edge: usize,
        /// How.
        access: Access,
    },
    /// Takes the end of a relationship that the row brings.
    EndOf {
        /// The relationship's position.
        edge: usize,
    },
    /// Follows a relationship from a node that is bound.
    Walk {
        /// The relationship's position.
        edge: usize,
        /// Whether it is followed from the node on its left.
        from_left: bool,
    },
}

/// Orders a graph. `live` are the variables of the row.
pub(super) fn order(graph: &QueryGraph, statistics: &Statistics<'_>, live: &HashSet<VarId>) -> Vec<Step> {
    let mut needs = Vec::with_capacity(graph.edges.len());
    for edge in &graph.edges {
        let mut of_edge = edge.pattern.properties.as_ref().map(|p| p.free_variables()).unwrap_or_default();
        of_edge.extend(edge.pattern.repeated.iter().flat_map(|repeated| repeated.reads.iter().copied()));
        needs.push(of_edge);
    }
    let mut alone = vec![1.0; graph.nodes.len()];
    let mut along = vec![1.0; graph.edges.len()];
    for predicate in &graph.predicates {
        if let [variable] = predicate.free_variables().as_slice() {
            if let Some((at, node)) =
                graph.position(*variable).and_then(|at| graph.nodes.get(at).map(|n| (at, n)))
            {
                alone[at] *= statistics.selectivity(&node.labels, predicate);
            } else if let Some(at) = graph.edges.iter().position(|e| e.pattern.variable == *variable) {
                along[at] *= statistics.selectivity(&[], predicate);
            }
        }
    }
    let orderer = Orderer {
        graph,
        statistics,
        seekables: graph.nodes.iter().map(|node| seekables(graph, node.variable)).collect(),
        seekable_edges: graph.edges.iter().map(|edge| seekables(graph, edge.pattern.variable)).collect(),
        shared: graph.nodes.iter().map(|node| shared_values(graph, node.variable)).collect(),
        // How many rows there are before is not known.
        many: !live.is_empty(),
        needs,
        alone,
        along,
    };
    let mut walk = Walk {
        bound: live.clone(),
        found: graph.nodes.iter().map(|n| n.bound).collect(),
        done: vec![false; graph.edges.len()],
        rows: 1.0,
        cost: 0.0,
        steps: Vec::new(),
    };
    loop {
        orderer.grow(&mut walk);
        let Some(next) = orderer.start(&walk) else { break };
        walk = next;
    }
    // The binder lets no property map read what only its own pattern finds, so nothing is left over here; if it
    // ever did, the plan would still ask for everything.
    for edge in (0..graph.edges.len()).filter(|at| !walk.done[*at]) {
        walk.steps.push(Step::Walk { edge, from_left: true });
    }
    walk.steps
}

/// A walk so far.
#[derive(Clone)]
struct Walk {
    bound: HashSet<VarId>,
    /// By node.
    found: Vec<bool>,
    /// By relationship.
    done: Vec<bool>,
    rows: f64,
    /// The rows of all steps so far.
    cost: f64,
    steps: Vec<Step>,
}

/// Where a walk may begin, by position.
enum Begin {
    Node(usize),
    Edge(usize),
}

struct Orderer<'a> {
    graph: &'a QueryGraph,
    statistics: &'a Statistics<'a>,
    /// By node: the predicates that a seek could use.
    seekables: Vec<Vec<Seekable>>,
    /// By relationship: the same.
    seekable_edges: Vec<Vec<Seekable>>,
    /// By node: the values that it shares with other variables.
    shared: Vec<Vec<(Expr, Expr)>>,
    /// Whether there may be many rows from the start.
    many: bool,
    /// By relationship: the variables that the property map of its steps reads.
    needs: Vec<Vec<VarId>>,
    /// By node: how much of its input the predicates on it alone let through.
    alone: Vec<f64>,
    /// By relationship: the same.
    along: Vec<f64>,
}

impl Orderer<'_> {
    /// Takes steps until no relationship is left that touches what is bound.
    fn grow(&self, walk: &mut Walk) {
        loop {
            if self.seek(walk) {
                continue;
            }
            let mut best: Option<(f64, f64, usize, bool)> = None;
            for (at, edge) in self.graph.edges.iter().enumerate() {
                if walk.done[at] || !self.needs[at].iter().all(|v| walk.bound.contains(v)) {
                    continue;
                }
                let (left, right) = (walk.found[edge.left], walk.found[edge.right]);
                for from_left in [true, false] {
                    if !(if from_left { left } else { right }) {
                        continue;
                    }
                    let (work, rows) = self.expansion(walk, at, edge, from_left);
                    // A pattern that closes only takes rows away.
                    let key = if left && right { -1.0 / (1.0 + work) } else { rows };
                    if best.is_none_or(|(k, w, _, _)| (key, work) < (k, w)) {
                        best = Some((key, work, at, from_left));
                    }
                }
            }
            let Some((_, _, at, from_left)) = best else { return };
            self.walk(walk, at, from_left);
        }
    }

    /// Finds a node that a key of one value leads to, if there is one.
    fn seek(&self, walk: &mut Walk) -> bool {
        for (at, node) in self.graph.nodes.iter().enumerate() {
            if walk.found[at] || self.seekables[at].is_empty() {
                continue;
            }
            let access = best_access(self.statistics, node, &self.seekables[at], &walk.bound);
            if access.rows <= 1.0 && !matches!(access.kind, AccessKind::Scan) {
                self.find(walk, at, access);
                return true;
            }
        }
        false
    }

    /// The best walk that goes on with a node that nothing leads to; none if all is done.
    fn start(&self, walk: &Walk) -> Option<Walk> {
        let brought = self.graph.edges.iter().position(|edge| {
            walk.bound.contains(&edge.pattern.variable)
                && edge.pattern.length.is_none()
                && !walk.found[edge.left]
                && !walk.found[edge.right]
        });
        if let Some(edge) = brought {
            let mut next = walk.clone();
            let left = self.graph.edges[edge].left;
            next.steps.push(Step::EndOf { edge });
            next.found[left] = true;
            next.bound.insert(self.graph.nodes[left].variable);
            return Some(next);
        }
        let mut starts: Vec<(Begin, Access)> = Vec::new();
        for at in 0..self.graph.nodes.len() {
            if !walk.found[at] {
                starts.push((Begin::Node(at), self.access(walk, at)));
            }
        }
        for (at, edge) in self.graph.edges.iter().enumerate() {
            let apart = !walk.found[edge.left] && !walk.found[edge.right];
            if apart && !self.seekable_edges[at].is_empty() && self.needs[at].is_empty() {
                let access = edge_access(self.statistics, edge, &self.seekable_edges[at], &walk.bound);
                starts.extend(access.map(|access| (Begin::Edge(at), access)));
            }
        }
        starts.sort_by(|(_, a), (_, b)| a.rows.total_cmp(&b.rows));
        starts.truncate(STARTS_TRIED);
        let mut best: Option<(Walk, Walk)> = None;
        for (at, access) in starts {
            let mut begun = walk.clone();
            match at {
                Begin::Node(at) => self.find(&mut begun, at, access),
                Begin::Edge(at) => self.find_along(&mut begun, at, access),
            }
            let mut ended = begun.clone();
            self.grow(&mut ended);
            if best.as_ref().is_none_or(|(_, e)| (ended.cost, ended.rows) < (e.cost, e.rows)) {
                best = Some((begun, ended));
            }
        }
        best.map(|(_, ended)| ended)
    }

    /// The way to a node that nothing leads to.
    fn access(&self, walk: &Walk, at: usize) -> Access {
        let node = &self.graph.nodes[at];
        let access = best_access(self.statistics, node, &self.seekables[at], &walk.bound);
        if !self.many && walk.rows <= TABLE_ROWS || !matches!(access.kind, AccessKind::Scan) {
            return access;
        }
        table(self.statistics, node, &self.shared[at], &walk.bound).unwrap_or(access)
    }

    fn find(&self, walk: &mut Walk, at: usize, access: Access) {
        if let AccessKind::Table { .. } = access.kind {
            // To put a row into the table costs about as much as to look two up.
            walk.cost += 2.0 * self.statistics.labelled(&self.graph.nodes[at].labels);
        }
        walk.rows *= access.rows;
        walk.cost += walk.rows;
        walk.rows *= self.alone[at];
        walk.found[at] = true;
        walk.bound.insert(self.graph.nodes[at].variable);
        walk.steps.push(Step::Start { node: at, access });
    }

    fn find_along(&self, walk: &mut Walk, at: usize, access: Access) {
        let edge = &self.graph.edges[at];
        walk.rows *= access.rows;
        walk.cost += walk.rows;
        walk.found[edge.left] = true;
        walk.bound.insert(edge.pattern.variable);
        walk.bound.insert(self.graph.nodes[edge.left].variable);
        walk.steps.push(Step::StartAlong { edge: at, access });
    }

    fn walk(&self, walk: &mut Walk, at: usize, from_left: bool) {
        let edge = &self.graph.edges[at];
        let (work, rows) = self.expansion(walk, at, edge, from_left);
        walk.cost += work;
        walk.rows = rows;
        walk.done[at] = true;
        for node in [edge.left, edge.right] {
            walk.found[node] = true;
            walk.bound.insert(self.graph.nodes[node].variable);
        }
        walk.bound.insert(edge.pattern.variable);
        walk.steps.push(Step::Walk { edge: at, from_left });
    }

    /// The rows that following a relationship looks at, and those that it leaves.
    fn expansion(&self, walk: &Walk, at: usize, edge: &GraphEdge, from_left: bool) -> (f64, f64) {
        let (from, to) = if from_left { (edge.left, edge.right) } else { (edge.right, edge.left) };
        let pattern = &edge.pattern;
        let labels = &self.graph.nodes[from].labels;
        let mut each = match pattern.length {
            None => self.statistics.degree(labels, &pattern.types),
            Some((min, max)) => self.statistics.walks(labels, &pattern.types, min, max),
        };
        if pattern.direction == PatternDirection::Both {
            each *= 2.0;
        }
        if walk.bound.contains(&pattern.variable) {
            each = each.min(1.0);
        }
        let work = walk.rows * each;
        let target = &self.graph.nodes[to];
        let kept = if walk.found[to] {
            1.0 / self.statistics.labelled(&target.labels).max(1.0)
        } else if target.labels.is_empty() {
            self.alone[to]
        } else {
            // A type mostly leads to the same labels, so a label takes away less than its share says.
            (self.statistics.labelled(&target.labels) / self.statistics.nodes()).min(1.0).sqrt()
                * self.alone[to]
        };
        (work, work * kept * self.along[at])
    }
}
