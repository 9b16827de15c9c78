//! How many rows to expect, from the counters of a state.
//!
//! Estimates choose between plans that all give the same rows, so they may be wrong, and are only ever
//! compared with each other. A count is never taken as zero: a plan outlives the state it was made on.

use crate::binder::bound::{CompareOp, Expr, ExprKind};
use namidb_core::graph::{GraphState, PropertyIndex, SchemaTarget};
use namidb_core::transaction::TargetName;
use std::sync::Arc;

/// How much of its input a predicate lets through when nothing better is known.
const EQUALITY: f64 = 0.1;
const RANGE: f64 = 0.3;
const TEXT: f64 = 0.2;
const OTHER: f64 = 0.5;

/// The steps of a variable-length pattern beyond the fewest that an estimate looks at.
const STEPS_CONSIDERED: u64 = 3;

/// An index, and what it covers.
pub(super) struct Indexed<'a> {
    /// Its label or type.
    pub target: TargetName,
    /// Its properties, in their order.
    pub keys: Vec<Arc<str>>,
    /// The index.
    pub index: &'a PropertyIndex,
}

impl Indexed<'_> {
    /// How many of it agree in so many of its first properties: as if each told as many values apart as the others do.
    pub(super) fn share(&self, count: usize) -> f64 {
        let distinct = (self.index.distinct().max(1) as f64).powf(count as f64 / self.keys.len() as f64);
        (self.index.len() as f64 / distinct).max(1.0)
    }
}

/// The counters of a state, as estimates.
#[derive(Clone, Copy)]
pub(super) struct Statistics<'a> {
    state: &'a GraphState,
}

impl<'a> Statistics<'a> {
    /// The statistics of a state.
    pub(super) fn new(state: &'a GraphState) -> Statistics<'a> {
        Statistics { state }
    }

    /// All nodes. Counted as a little more than there are, so that a label is preferred in an empty graph.
    pub(super) fn nodes(&self) -> f64 {
        self.state.node_count() as f64 + 10.0
    }

    /// The nodes that have all of the labels.
    pub(super) fn labelled(&self, labels: &[Arc<str>]) -> f64 {
        let all = self.nodes();
        let mut rows = all;
        let mut counts: Vec<f64> = labels.iter().map(|label| self.label(label)).collect();
        counts.sort_by(f64::total_cmp);
        for (position, count) in counts.iter().enumerate() {
            // The rarest label counts as it is; labels tend to go together, so the others count less.
            rows = if position == 0 { *count } else { rows * (count / all).sqrt() };
        }
        rows.max(0.1)
    }

    fn label(&self, name: &str) -> f64 {
        let label = self.state.catalog().label(name);
        label.map_or(0, |label| self.state.label_count(label)) as f64 + 1.0
    }

    /// The relationships that have any of the types; of all types if none is given.
    pub(super) fn relationships(&self, types: &[Arc<str>]) -> f64 {
        let count = if types.is_empty() {
            self.state.relationship_count()
        } else {
            let known = types.iter().filter_map(|name| self.state.catalog().rel_type(name));
            known.map(|rel_type| self.state.rel_type_count(rel_type)).sum()
        };
        count as f64 + 1.0
    }

    /// How many relationships of the types a node with the labels has in one direction.
    pub(super) fn degree(&self, labels: &[Arc<str>], types: &[Arc<str>]) -> f64 {
        self.relationships(types) / self.labelled(labels).max(1.0)
    }

    /// How many walks begin at a node with the labels.
    pub(super) fn walks(&self, labels: &[Arc<str>], types: &[Arc<str>], min: u64, max: Option<u64>) -> f64 {
        let first = self.degree(labels, types);
        let further = (self.relationships(types) / self.nodes()).max(1.0);
        let last = max.unwrap_or(u64::MAX).min(min.saturating_add(STEPS_CONSIDERED)).min(16);
        let mut walks = 0.0;
        let mut at = 1.0;
        for step in 0..=last {
            if step >= min {
                walks += at;
            }
            at *= if step == 0 { first } else { further };
        }
        walks.max(0.1)
    }

    /// The index on a property of a label.
    pub(super) fn index(&self, label: &str, key: &str) -> Option<&'a PropertyIndex> {
        let catalog = self.state.catalog();
        let target = SchemaTarget::Label(catalog.label(label)?);
        self.state.index(target, &[catalog.property_key(key)?])
    }

    /// The indexes on any of some labels or types, each with what it covers.
    pub(super) fn indexes(&self, targets: &[TargetName]) -> Vec<Indexed<'a>> {
        let catalog = self.state.catalog();
        let mut found = Vec::new();
        for target in targets {
            let number = match target {
                TargetName::Label(name) => catalog.label(name).map(SchemaTarget::Label),
                TargetName::RelType(name) => catalog.rel_type(name).map(SchemaTarget::RelType),
            };
            for definition in self.state.index_definitions().filter(|index| Some(index.target) == number) {
                if let Some(index) = self.state.index(definition.target, &definition.keys) {
                    let keys = definition.keys.iter().map(|key| Arc::clone(catalog.property_key_name(*key)));
                    found.push(Indexed { target: target.clone(), keys: keys.collect(), index });
                }
            }
        }
        found
    }

    /// How many nodes of an index have one value.
    pub(super) fn nodes_per_value(index: &PropertyIndex) -> f64 {
        (index.len() as f64 / index.distinct().max(1) as f64).max(1.0)
    }

    /// Which part of the nodes has labels that are only known when the statement runs.
    pub(super) const COMPUTED_LABELS: f64 = 0.2;

    /// How much of its input a predicate on nodes with these labels lets through.
    pub(super) fn selectivity(&self, labels: &[Arc<str>], predicate: &Expr) -> f64 {
        match &predicate.kind {
            ExprKind::Compare { op, left, right } => match op {
                CompareOp::Equal => self.equality(labels, left).min(self.equality(labels, right)),
                CompareOp::NotEqual => 1.0 - EQUALITY,
                _ => RANGE,
            },
            ExprKind::In { .. } => EQUALITY * 2.0,
            ExprKind::StringMatch { .. } => TEXT,
            ExprKind::HasComputedLabels { any: false, .. } => Self::COMPUTED_LABELS,
            ExprKind::HasLabels { labels: asked, .. } => (self.labelled(asked) / self.nodes()).min(1.0),
            ExprKind::IsNull { negated, .. } => {
                if *negated {
                    1.0 - EQUALITY
                } else {
                    EQUALITY
                }
            }
            ExprKind::Not(operand) => 1.0 - self.selectivity(labels, operand),
            _ => OTHER,
        }
    }

    /// How much of its input an equality with something of nodes with these labels lets through.
    pub(super) fn equality(&self, labels: &[Arc<str>], operand: &Expr) -> f64 {
        self.distinct(labels, operand).map_or(EQUALITY, |distinct| 1.0 / distinct)
    }

    /// How many values of a property an index tells apart.
    fn distinct(&self, labels: &[Arc<str>], operand: &Expr) -> Option<f64> {
        match &operand.kind {
            ExprKind::Property { key, .. } => {
                let index = labels.iter().find_map(|label| self.index(label, key))?;
                Some(index.distinct().max(1) as f64)
            }
            ExprKind::Function { name, .. } if matches!(&**name, "elementid" | "id") => Some(self.nodes()),
            _ => None,
        }
    }
}
