//! How many rows each operator of a finished plan is expected to give: what EXPLAIN shows.

use super::cardinality::Statistics;
use crate::binder::bound::{Expr, ExprKind, VarId};
use crate::logical::{Leg, LogicalPlan, PatternDirection, SeekBound};
use namidb_core::Value;
use namidb_core::graph::GraphState;
use namidb_core::hash::HashMap;
use namidb_core::transaction::TargetName;
use std::sync::Arc;

/// Lines of a file.
const FILE: f64 = 1_000.0;
/// Elements of a list that nothing is known of.
const LIST: f64 = 10.0;
/// How much of an index a range or a prefix is taken to cover.
const INDEX_PART: f64 = 0.3;
/// How much of its input DISTINCT is taken to leave.
const DISTINCT: f64 = 0.5;

/// Estimates the operators of a plan, from the first to the last.
pub(crate) struct Estimator<'a> {
    state: &'a GraphState,
    statistics: Statistics<'a>,
    /// The labels that nodes met so far are known to have.
    labels: HashMap<VarId, Vec<Arc<str>>>,
}

impl<'a> Estimator<'a> {
    /// Estimates by the counters of a state.
    pub(crate) fn new(state: &'a GraphState) -> Estimator<'a> {
        Estimator { state, statistics: Statistics::new(state), labels: HashMap::default() }
    }

    /// The rows of an operator whose input has `input` rows. `other` are those of its inner plan, or of the second
    /// plan of a union.
    pub(crate) fn rows(&mut self, plan: &LogicalPlan, input: f64, other: f64) -> f64 {
        match plan {
            LogicalPlan::Unit => 1.0,
            LogicalPlan::NodeScan { variable, labels, computed, .. } => {
                self.labels.insert(*variable, labels.clone());
                let computed = computed.iter().map(|_| Statistics::COMPUTED_LABELS);
                input * self.scanned(labels) * computed.product::<f64>()
            }
            LogicalPlan::IndexSeek { variable, target, keys, first, bound, .. } => {
                if let TargetName::Label(label) = target {
                    self.labels.insert(*variable, vec![Arc::clone(label)]);
                }
                let indexes = self.statistics.indexes(std::slice::from_ref(target));
                let Some(indexed) = indexes.iter().find(|indexed| indexed.keys == *keys) else {
                    return input;
                };
                let (all, one) = (indexed.share(first.len()), indexed.share(first.len() + 1));
                input
                    * match bound {
                        SeekBound::Equal(_) => one,
                        SeekBound::AnyOf(list) => (one * elements(list)).min(all),
                        SeekBound::Range { .. } | SeekBound::Prefix(_) => all * INDEX_PART,
                    }
            }
            LogicalPlan::Expand(e) => {
                let each = self.statistics.degree(self.known(e.from), &e.types);
                let each = if e.relationship_bound { each.min(1.0) } else { each };
                input * self.arriving(each, e.direction, e.to, e.into)
            }
            LogicalPlan::Intersect(i) => {
                let each = |leg: &Leg| {
                    let each = self.statistics.degree(self.known(leg.from), &leg.types);
                    self.arriving(each, leg.direction, i.to, false)
                };
                input * each(&i.scanned) * each(&i.marked) / self.statistics.nodes()
            }
            LogicalPlan::HashJoin { keys, .. } => {
                let equal = |(_, key): &(Expr, Expr)| {
                    let reads = key.free_variables();
                    self.statistics.equality(reads.first().map_or(&[][..], |v| self.known(*v)), key)
                };
                input * other * keys.iter().map(equal).product::<f64>()
            }
            LogicalPlan::VarExpand(e) => {
                let each = self.statistics.walks(self.known(e.from), &e.types, e.min, e.max);
                let each = if e.relationships_bound { each.min(1.0) } else { each };
                input * self.arriving(each, e.direction, e.to, e.into)
            }
            LogicalPlan::Repeat(repeat) => {
                let each =
                    if repeat.into { 1.0 } else { self.statistics.walks(&[], &[], repeat.min, repeat.max) };
                input * each
            }
            LogicalPlan::ShortestPath(search) => {
                let each = if search.into { 1.0 } else { self.scanned(&[]) };
                self.filtered(input * each, &search.predicates)
            }
            LogicalPlan::Filter { predicates, .. } => self.filtered(input, predicates),
            LogicalPlan::Aggregate { keys, .. } if keys.is_empty() => 1.0,
            LogicalPlan::Aggregate { .. } => input.sqrt(),
            LogicalPlan::Distinct { .. } => input * DISTINCT,
            LogicalPlan::Sort { limit: Some(count), .. } | LogicalPlan::Limit { count, .. } => {
                number(count).map_or(input, |count| input.min(count))
            }
            LogicalPlan::Skip { count, .. } => number(count).map_or(input, |count| (input - count).max(0.0)),
            LogicalPlan::Unwind { list, .. } => input * elements(list),
            LogicalPlan::ProcedureCall { keeps_rows: false, .. } => input * LIST,
            LogicalPlan::Load { .. } => input * FILE,
            LogicalPlan::Optional { .. } => input.max(other),
            LogicalPlan::Apply { .. } => other,
            LogicalPlan::Union { .. } => input + other,
            _ => input,
        }
    }

    fn known(&self, variable: VarId) -> &[Arc<str>] {
        self.labels.get(&variable).map_or(&[], Vec::as_slice)
    }

    fn scanned(&self, labels: &[Arc<str>]) -> f64 {
        match labels {
            [] => self.state.node_count() as f64,
            [label] => {
                let label = self.state.catalog().label(label);
                label.map_or(0, |label| self.state.label_count(label)) as f64
            }
            several => self.statistics.labelled(several),
        }
    }

    /// Of so many rows that lead somewhere, those that lead where they must.
    fn arriving(&self, each: f64, direction: PatternDirection, to: VarId, into: bool) -> f64 {
        let each = if direction == PatternDirection::Both { 2.0 * each } else { each };
        if into { each / self.statistics.labelled(self.known(to)).max(1.0) } else { each }
    }

    fn filtered(&mut self, mut rows: f64, predicates: &[Expr]) -> f64 {
        for predicate in predicates {
            let reads = predicate.free_variables();
            let labels = reads.first().map_or(&[][..], |v| self.known(*v));
            rows *= self.statistics.selectivity(labels, predicate);
            if let ExprKind::HasLabels { base, labels } = &predicate.kind
                && let ExprKind::Variable(variable) = base.kind
            {
                self.labels.entry(variable).or_default().extend(labels.iter().cloned());
            }
        }
        rows
    }
}

fn number(expr: &Expr) -> Option<f64> {
    match expr.kind {
        ExprKind::Literal(Value::Integer(number)) => Some(number as f64),
        _ => None,
    }
}

fn elements(list: &Expr) -> f64 {
    match &list.kind {
        ExprKind::List(items) => items.len() as f64,
        ExprKind::Function { name, arguments } if &**name == "range" => match arguments.as_slice() {
            [first, last] => {
                number(first).zip(number(last)).map_or(LIST, |(first, last)| (last - first + 1.0).max(0.0))
            }
            _ => LIST,
        },
        _ => LIST,
    }
}
