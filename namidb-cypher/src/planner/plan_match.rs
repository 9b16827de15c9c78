//! MATCH and OPTIONAL MATCH: an ordered query graph as operators, each predicate at the first operator
//! that has its variables.

use super::access_path::{Access, AccessKind};
use super::join_order::{self, Step};
use super::query_graph::{GraphEdge, QueryGraph, has_labels};
use super::{Planner, plan_subquery};
use crate::binder::bound::{CompareOp, Expr, ExprKind, VarId, Variable, VariableKind};
use crate::binder::bound_query::BoundMatch;
use crate::logical::{Expand, Intersect, Leg, LogicalPlan, PatternDirection, VarExpand};
use crate::syntax::span::Span;
use namidb_core::hash::HashSet;
use namidb_core::transaction::TargetName;
use std::sync::Arc;

impl Planner<'_> {
    /// MATCH clauses that follow each other, over the rows of a plan. What they find becomes live.
    pub(super) fn matches(
        &mut self,
        plan: LogicalPlan,
        live: &mut HashSet<VarId>,
        clauses: Vec<BoundMatch>,
    ) -> LogicalPlan {
        let mut graph = QueryGraph::default();
        for clause in clauses {
            graph.add(clause, live, self.variables);
        }
        graph.settle_searches(&self.statistics, live);
        graph.settle_labels();
        let searches = std::mem::take(&mut graph.searches);
        let steps = join_order::order(&graph, &self.statistics, live);
        let mut matcher = Matcher::new(self, plan, live.clone(), graph);
        matcher.settle();
        let mut steps = steps.into_iter().peekable();
        while let Some(step) = steps.next() {
            match step {
                Step::Start { node, access } => matcher.start(node, access),
                Step::StartAlong { edge, access } => matcher.start_along(edge, access),
                Step::EndOf { edge } => matcher.end_of(edge),
                Step::Walk { edge, from_left } => match steps.peek() {
                    Some(Step::Walk { edge: next, .. }) if matcher.meet(edge, from_left, *next) => {
                        steps.next();
                    }
                    _ => matcher.walk(edge, from_left),
                },
            }
            matcher.settle();
        }
        for search in searches {
            matcher.search(search);
            matcher.settle();
        }
        for selected in std::mem::take(&mut matcher.graph.selected) {
            matcher.choose(selected);
            matcher.settle();
        }
        let (plan, found) = matcher.finish();
        *live = found;
        plan
    }

    /// An OPTIONAL MATCH over the rows of a plan.
    pub(super) fn optional_match(
        &mut self,
        plan: LogicalPlan,
        live: &mut HashSet<VarId>,
        clause: BoundMatch,
    ) -> LogicalPlan {
        let mut introduced: Vec<VarId> = Vec::new();
        clause.pattern.for_each_found(&mut |v| {
            if !live.contains(&v) && self.variables.is_named(v) {
                introduced.push(v);
            }
        });
        introduced.sort();
        introduced.dedup();
        let mut inside = live.clone();
        let inner = self.matches(plan_subquery::argument(live), &mut inside, vec![clause]);
        live.extend(introduced.iter().copied());
        LogicalPlan::Optional {
            input: Box::new(plan),
            inner: Box::new(plan_subquery::prune(inner)),
            introduced,
        }
    }
}

/// A graph that becomes operators step by step.
pub(super) struct Matcher<'a, 'p> {
    pub(super) planner: &'a mut Planner<'p>,
    pub(super) plan: LogicalPlan,
    pub(super) bound: HashSet<VarId>,
    pub(super) graph: QueryGraph,
    /// By predicate: what it needs; none once it is applied.
    pub(super) pending: Vec<Option<Vec<VarId>>>,
    /// Relationships walked so far.
    pub(super) walked: Vec<usize>,
    /// Nodes found here, the first one first.
    pub(super) found: Vec<usize>,
    paths: Vec<(VarId, Vec<VarId>)>,
}

impl<'a, 'p> Matcher<'a, 'p> {
    fn new(
        planner: &'a mut Planner<'p>,
        plan: LogicalPlan,
        bound: HashSet<VarId>,
        mut graph: QueryGraph,
    ) -> Matcher<'a, 'p> {
        let pending = graph.predicates.iter().map(|p| Some(p.free_variables())).collect();
        let paths = std::mem::take(&mut graph.paths);
        Matcher { planner, plan, bound, graph, pending, walked: Vec::new(), found: Vec::new(), paths }
    }

    fn start(&mut self, at: usize, access: Access) {
        let (variable, labels) = {
            let node = &self.graph.nodes[at];
            (node.variable, node.labels.clone())
        };
        for predicate in access.answered {
            self.pending[predicate] = None;
        }
        let input = self.plan.take();
        let mut rest = labels.clone();
        self.plan = match access.kind {
            AccessKind::Scan => {
                rest.clear();
                let computed = self.computed_labels(variable);
                LogicalPlan::NodeScan { input: Box::new(input), variable, labels, computed }
            }
            AccessKind::Uuid { operand: uuid, any_of: false } => {
                LogicalPlan::UuidSeek { input: Box::new(input), variable, uuid }
            }
            AccessKind::Id { operand: id, any_of: false } => {
                LogicalPlan::IdSeek { input: Box::new(input), variable, id }
            }
            AccessKind::Uuid { operand, any_of: true } => self.each_of(input, operand, |input, uuid| {
                LogicalPlan::UuidSeek { input: Box::new(input), variable, uuid }
            }),
            AccessKind::Id { operand, any_of: true } => self.each_of(input, operand, |input, id| {
                LogicalPlan::IdSeek { input: Box::new(input), variable, id }
            }),
            AccessKind::Table { keys } => {
                rest.clear();
                let computed = self.computed_labels(variable);
                let unit = Box::new(LogicalPlan::Unit);
                let scan = LogicalPlan::NodeScan { input: unit, variable, labels, computed };
                let build = Box::new(self.filtered_alone(scan, variable));
                LogicalPlan::HashJoin { input: Box::new(input), build, keys }
            }
            AccessKind::Index { target, keys, first, bound } => {
                rest.retain(|label| !matches!(&target, TargetName::Label(l) if l == label));
                LogicalPlan::IndexSeek { input: Box::new(input), variable, target, keys, first, bound }
            }
        };
        self.bound.insert(variable);
        self.found.push(at);
        if !rest.is_empty() {
            self.filter(vec![has_labels(variable, rest)]);
        }
    }

    /// Finds a relationship by an index, and takes the node on its left.
    fn start_along(&mut self, at: usize, access: Access) {
        let AccessKind::Index { target, keys, first, bound } = access.kind else { return };
        for predicate in access.answered {
            self.pending[predicate] = None;
        }
        let variable = self.graph.edges[at].pattern.variable;
        let input = Box::new(self.plan.take());
        self.plan = LogicalPlan::IndexSeek { input, variable, target, keys, first, bound };
        self.bound.insert(variable);
        self.end_of(at);
    }

    /// The labels of a node that need no row to be computed, as a scan takes them: all of them must be there.
    fn computed_labels(&mut self, node: VarId) -> Vec<Expr> {
        let mut computed = Vec::new();
        for (needs, predicate) in self.pending.iter_mut().zip(&self.graph.predicates) {
            if needs.as_ref().is_some_and(|n| n.as_slice() == [node])
                && let ExprKind::HasComputedLabels { base, names, any: false } = &predicate.kind
                && base.is_variable(node)
                && names.is_constant()
            {
                *needs = None;
                computed.push((**names).clone());
            }
        }
        computed
    }

    /// A plan that finds a node, with the predicates that ask of nothing but this node.
    fn filtered_alone(&mut self, plan: LogicalPlan, node: VarId) -> LogicalPlan {
        let mut predicates = Vec::new();
        for (at, needs) in self.pending.iter_mut().enumerate() {
            if needs.as_ref().is_some_and(|n| n.as_slice() == [node])
                && !self.graph.predicates[at].is_volatile()
            {
                *needs = None;
                predicates.push(self.graph.predicates[at].clone());
            }
        }
        if predicates.is_empty() {
            return plan;
        }
        LogicalPlan::Filter { input: Box::new(plan), predicates }
    }

    /// A seek for every element of a list that differs from the others.
    fn each_of(
        &mut self,
        input: LogicalPlan,
        list: Expr,
        seek: impl FnOnce(LogicalPlan, Expr) -> LogicalPlan,
    ) -> LogicalPlan {
        let span = list.span;
        let element = self.planner.hidden(VariableKind::Value);
        let key = Expr { kind: ExprKind::Variable(element), span };
        let elements = |start: LogicalPlan| LogicalPlan::Distinct {
            input: Box::new(LogicalPlan::Unwind { input: Box::new(start), list, variable: element }),
            variables: vec![element],
        };
        if matches!(input, LogicalPlan::Unit) {
            return seek(elements(input), key);
        }
        let inner = seek(elements(plan_subquery::argument(&self.bound)), key);
        LogicalPlan::Apply { input: Box::new(input), inner: Box::new(plan_subquery::prune(inner)) }
    }

    /// Binds the left end of a relationship that the row brings.
    fn end_of(&mut self, at: usize) {
        let edge = &self.graph.edges[at];
        let left = self.graph.nodes[edge.left].variable;
        let relationship = edge.pattern.variable;
        let direction = edge.pattern.direction;
        let end = |name: &str| {
            expr(ExprKind::Function {
                name: Arc::from(name),
                arguments: vec![expr(ExprKind::Variable(relationship))],
            })
        };
        let input = Box::new(self.plan.take());
        self.plan = match direction {
            PatternDirection::Outgoing => {
                LogicalPlan::Extend { input, items: vec![(left, end("startnode"))] }
            }
            PatternDirection::Incoming => LogicalPlan::Extend { input, items: vec![(left, end("endnode"))] },
            PatternDirection::Both => {
                let loops = expr(ExprKind::Compare {
                    op: CompareOp::Equal,
                    left: Box::new(end("startnode")),
                    right: Box::new(end("endnode")),
                });
                let list = expr(ExprKind::Case {
                    operand: None,
                    branches: vec![(loops, expr(ExprKind::List(vec![end("startnode")])))],
                    otherwise: Some(Box::new(expr(ExprKind::List(vec![end("startnode"), end("endnode")])))),
                });
                LogicalPlan::Unwind { input, list, variable: left }
            }
        };
        self.bound.insert(left);
        self.found.push(self.graph.edges[at].left);
        let labels = self.graph.nodes[self.graph.edges[at].left].labels.clone();
        if !labels.is_empty() {
            self.filter(vec![has_labels(left, labels)]);
        }
    }

    fn walk(&mut self, at: usize, from_left: bool) {
        let edge = &self.graph.edges[at];
        let (from, end) = if from_left { (edge.left, edge.right) } else { (edge.right, edge.left) };
        let (from, target) = (self.graph.nodes[from].variable, &self.graph.nodes[end]);
        let (to, labels) = (target.variable, target.labels.clone());
        let pattern = edge.pattern.clone();
        let distinct_from = self.distinct_from(edge);
        if pattern.repeated.is_some() {
            return self.repeat(at, from_left);
        }
        let input = self.plan.take();
        let into = self.bound.contains(&to);
        let known = self.bound.contains(&pattern.variable);
        let direction = if from_left { pattern.direction } else { flipped(pattern.direction) };
        self.plan = match pattern.length {
            None => LogicalPlan::Expand(Box::new(Expand {
                input,
                from,
                relationship: pattern.variable,
                relationship_bound: known,
                to,
                into,
                types: pattern.types,
                direction,
                distinct_from,
            })),
            Some((min, max)) => LogicalPlan::VarExpand(Box::new(VarExpand {
                input,
                from,
                relationships: pattern.variable,
                reversed: !from_left,
                relationships_bound: known,
                to,
                into,
                types: pattern.types,
                direction,
                min,
                max,
                properties: pattern.properties,
                distinct_from,
            })),
        };
        self.walked.push(at);
        self.bound.insert(pattern.variable);
        self.bound.insert(to);
        if !into {
            self.found.push(end);
        }
        if !into && !labels.is_empty() {
            self.filter(vec![has_labels(to, labels)]);
        }
    }

    /// Relationships walked so far that this one must differ from.
    pub(super) fn distinct_from(&self, edge: &GraphEdge) -> Vec<VarId> {
        let walked = self.walked.iter().filter_map(|other| self.graph.edges.get(*other));
        walked.filter(|other| may_coincide(edge, other)).map(|other| other.pattern.variable).collect()
    }

    /// Walks two relationships at once, if the first leads to a new node and the second from there to one that is
    /// bound. Says whether it did.
    fn meet(&mut self, first: usize, from_left: bool, second: usize) -> bool {
        let (a, b) = (&self.graph.edges[first], &self.graph.edges[second]);
        let (from, to) = if from_left { (a.left, a.right) } else { (a.right, a.left) };
        let to_right = b.right == to;
        let other = if to_right { b.left } else { b.right };
        let bound = |node: usize| self.bound.contains(&self.graph.nodes[node].variable);
        let simple =
            |edge: &GraphEdge| edge.pattern.length.is_none() && !self.bound.contains(&edge.pattern.variable);
        let closes = b.left == to || b.right == to;
        // Two clauses may ask of one relationship; the second then looks at what the first found.
        let one = a.pattern.variable == b.pattern.variable;
        if !closes || one || !simple(a) || !simple(b) || bound(to) || !bound(from) || !bound(other) {
            return false;
        }
        let leg = |edge: &GraphEdge, from: usize, along: bool| Leg {
            from: self.graph.nodes[from].variable,
            relationship: edge.pattern.variable,
            types: edge.pattern.types.clone(),
            direction: if along { edge.pattern.direction } else { flipped(edge.pattern.direction) },
            distinct_from: self.distinct_from(edge),
        };
        // What was found first changes least often from row to row; what the input brings comes before all.
        let age = |node: usize| self.found.iter().position(|found| *found == node);
        let (mut scanned, mut marked) = (leg(a, from, from_left), leg(b, other, to_right));
        if age(from) < age(other) {
            std::mem::swap(&mut scanned, &mut marked);
        }
        let differ = may_coincide(a, b);
        let end = &self.graph.nodes[to];
        let (to_variable, labels) = (end.variable, end.labels.clone());
        for relationship in [scanned.relationship, marked.relationship] {
            self.bound.insert(relationship);
        }
        self.bound.insert(to_variable);
        self.walked.extend([first, second]);
        self.found.push(to);
        let input = self.plan.take();
        self.plan =
            LogicalPlan::Intersect(Box::new(Intersect { input, to: to_variable, scanned, marked, differ }));
        if !labels.is_empty() {
            self.filter(vec![has_labels(to_variable, labels)]);
        }
        true
    }

    /// Applies what has its variables now: paths, then predicates in the order written.
    fn settle(&mut self) {
        let (ready, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.paths)
            .into_iter()
            .partition(|(_, parts)| parts.iter().all(|v| self.bound.contains(v)) && self.joined(parts));
        self.paths = waiting;
        if !ready.is_empty() {
            self.bound.extend(ready.iter().map(|(path, _)| *path));
            let items = ready.into_iter().map(|(path, parts)| (path, expr(ExprKind::Path(parts)))).collect();
            self.plan = LogicalPlan::Extend { input: Box::new(self.plan.take()), items };
        }
        let mut predicates = Vec::new();
        for (at, needs) in self.pending.iter_mut().enumerate() {
            let ready = needs.as_ref().is_some_and(|n| n.iter().all(|v| self.bound.contains(v)));
            // What may differ from one evaluation to the next is asked of whole matches, as it is written.
            if ready && !self.graph.predicates[at].is_volatile() {
                *needs = None;
                predicates.push(self.graph.predicates[at].clone());
            }
        }
        self.filter(predicates);
    }

    /// Whether what goes through these was walked: relationships that the row brings may lead elsewhere before.
    fn joined(&self, parts: &[VarId]) -> bool {
        let mut edges = self.graph.edges.iter().enumerate();
        edges.all(|(at, edge)| self.walked.contains(&at) || !parts.contains(&edge.pattern.variable))
    }

    fn finish(mut self) -> (LogicalPlan, HashSet<VarId>) {
        let left = self.pending.iter().enumerate().filter(|(_, needs)| needs.is_some());
        let rest: Vec<Expr> = left.map(|(at, _)| self.graph.predicates[at].clone()).collect();
        self.filter(rest);
        (self.plan, self.bound)
    }

    pub(super) fn filter(&mut self, mut added: Vec<Expr>) {
        if added.is_empty() {
            return;
        }
        if let LogicalPlan::Filter { predicates, .. } = &mut self.plan {
            predicates.append(&mut added);
            return;
        }
        self.plan = LogicalPlan::Filter { input: Box::new(self.plan.take()), predicates: added };
    }
}

impl Planner<'_> {
    /// A variable that no text names.
    pub(super) fn hidden(&mut self, kind: VariableKind) -> VarId {
        self.variables.add(Variable { name: Arc::from("  "), kind })
    }
}

/// Whether one relationship could be found for both patterns.
fn may_coincide(a: &GraphEdge, b: &GraphEdge) -> bool {
    let (p, q) = (&a.pattern.types, &b.pattern.types);
    let together = a.pattern.differs_in.is_some() && a.pattern.differs_in == b.pattern.differs_in;
    a.clause == b.clause && together && (p.is_empty() || q.is_empty() || p.iter().any(|t| q.contains(t)))
}

pub(super) fn flipped(direction: PatternDirection) -> PatternDirection {
    match direction {
        PatternDirection::Outgoing => PatternDirection::Incoming,
        PatternDirection::Incoming => PatternDirection::Outgoing,
        PatternDirection::Both => PatternDirection::Both,
    }
}

fn expr(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::default() }
}
