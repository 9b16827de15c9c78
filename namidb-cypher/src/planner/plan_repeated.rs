//! Repeated paths, and paths of which only some count.

use super::plan_match::{Matcher, flipped};
use super::plan_subquery;
use crate::binder::bound::{ArithmeticOp, Expr, ExprKind, VarId, VariableKind};
use crate::binder::bound_query::{
    BoundClause, BoundMatch, BoundPattern, PatternRelationship, RepeatedPath, SelectedPath,
};
use crate::logical::{ChoosePaths, LogicalPlan, PatternDirection, Repeat, RepeatedStep, SortKey};
use crate::syntax::span::Span;
use namidb_core::Value;
use namidb_core::hash::HashSet;
use std::sync::Arc;

impl Matcher<'_, '_> {
    /// Follows a repeated path from one of its ends.
    pub(super) fn repeat(&mut self, at: usize, from_left: bool) {
        let edge = &self.graph.edges[at];
        let (from, end) = if from_left { (edge.left, edge.right) } else { (edge.right, edge.left) };
        let (from, target) = (self.graph.nodes[from].variable, &self.graph.nodes[end]);
        let (to, labels) = (target.variable, target.labels.clone());
        let distinct_from = self.distinct_from(edge);
        let pattern = edge.pattern.clone();
        let Some(repeated) = pattern.repeated else { return };
        let step = step_of(&repeated);
        let (inner_from, inner_to) =
            if from_left { (repeated.start, repeated.end) } else { (repeated.end, repeated.start) };
        let RepeatedPath { pattern: one, relationships, groups, reads, .. } = *repeated;
        let mut outer = reads;
        outer.push(inner_from);
        let clause = BoundMatch { pattern: one, predicates: Vec::new(), optional: false };
        let inner = self.planner.inner_clauses(vec![BoundClause::Match(clause)], &outer);
        let (min, max) = pattern.length.unwrap_or((1, Some(1)));
        let into = self.bound.contains(&to);
        self.bound.insert(pattern.variable);
        self.bound.extend(groups.iter().map(|(_, group)| *group));
        self.bound.insert(to);
        let input = self.plan.take();
        self.plan = LogicalPlan::Repeat(Box::new(Repeat {
            input,
            inner,
            from,
            inner_from,
            inner_to,
            to,
            into,
            relationships: pattern.variable,
            steps: relationships,
            groups,
            reversed: !from_left,
            min,
            max,
            differ: pattern.differs_in.is_some(),
            distinct_from,
            selection: pattern.selection,
            step,
        }));
        self.walked.push(at);
        if !into {
            self.found.push(end);
            if !labels.is_empty() {
                self.filter(vec![super::query_graph::has_labels(to, labels)]);
            }
        }
    }

    /// Finds a path of which only some count: all of them, the shortest first, and of these the first ones.
    pub(super) fn choose(&mut self, selected: SelectedPath) {
        let SelectedPath { pattern, through, selection } = selected;
        let lists: Vec<(VarId, bool)> = through
            .iter()
            .skip(1)
            .step_by(2)
            .map(|v| {
                let single = pattern.relationships.iter().any(|r| r.variable == *v && r.length.is_none());
                (*v, !single)
            })
            .collect();
        let ends = [through.first().copied(), through.last().copied()].into_iter().flatten().collect();
        let mut found = Vec::new();
        pattern.for_each_found(&mut |v| found.push(v));
        let clause = BoundMatch { pattern, predicates: Vec::new(), optional: false };
        let mut inside = self.bound.clone();
        let paths = self.planner.matches(plan_subquery::argument(&self.bound), &mut inside, vec![clause]);
        let length = self.planner.hidden(VariableKind::Value);
        let measured =
            LogicalPlan::Extend { input: Box::new(paths), items: vec![(length, length_of(&lists))] };
        let key = SortKey { expr: expr(ExprKind::Variable(length)), descending: false };
        let sorted = LogicalPlan::Sort { input: Box::new(measured), keys: vec![key], limit: None };
        let chosen =
            LogicalPlan::ChoosePaths(Box::new(ChoosePaths { input: sorted, ends, length, selection }));
        let input = Box::new(self.plan.take());
        self.plan = LogicalPlan::Apply { input, inner: Box::new(plan_subquery::prune(chosen)) };
        self.bound.extend(found);
    }
}

fn step_of(repeated: &RepeatedPath) -> RepeatedStep {
    match repeated.pattern.relationships.as_slice() {
        [step] if step.direction == PatternDirection::Both => RepeatedStep::Reversible,
        [_] => RepeatedStep::Directed,
        [first, second] if take_their_own(&repeated.pattern, first, second) => RepeatedStep::Reversible,
        _ => RepeatedStep::Path,
    }
}

/// Whether two repetitions of a shortest walk never take the same relationship, unless the first one leads back.
///
/// The first relationship of a repetition tells the node where it begins, and the second one where it ends, so two
/// repetitions share at most the second of one and the first of another. With different types they do not. Neither do
/// they in `(x)-->(m)<--(y)`, as between an actor and those of the same film: who goes to `y` and from there back to the same `m`
/// had a repetition that leads on at once, if each part of it is asked for by itself.
fn take_their_own(pattern: &BoundPattern, first: &PatternRelationship, second: &PatternRelationship) -> bool {
    let directions = [first.direction, second.direction];
    let typed = !first.types.is_empty() && !second.types.is_empty();
    if directions.contains(&PatternDirection::Both) {
        return false;
    }
    if typed && !first.types.iter().any(|name| second.types.contains(name)) {
        return true;
    }
    let mut found = HashSet::default();
    pattern.for_each_found(&mut |variable| {
        found.insert(variable);
    });
    let asks_of_one = |predicate: &Expr| {
        let reads = predicate.free_variables().into_iter().filter(|variable| found.contains(variable));
        reads.count() < 2 && !predicate.is_volatile()
    };
    first.direction == flipped(second.direction) && pattern.predicates.iter().all(asks_of_one)
}

/// The number of relationships; a variable holds one or a list of them.
fn length_of(relationships: &[(VarId, bool)]) -> Expr {
    let singles = relationships.iter().filter(|(_, list)| !list).count();
    let mut sum = expr(ExprKind::Literal(Value::Integer(singles as i64)));
    for (list, _) in relationships.iter().filter(|(_, list)| *list) {
        let size =
            ExprKind::Function { name: Arc::from("size"), arguments: vec![expr(ExprKind::Variable(*list))] };
        let (left, right) = (Box::new(sum), Box::new(expr(size)));
        sum = expr(ExprKind::Arithmetic { op: ArithmeticOp::Add, left, right });
    }
    sum
}

fn expr(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::default() }
}
