//! The names that a statement reads and writes by, as its plan says: for whoever wants to know before, or is surprised after.

use super::{CreatePattern, CreatedType, LogicalPlan, PlannedStatement, SetItem};
use crate::binder::bound::{Expr, ExprKind, Variable, VariableKind};
use namidb_core::transaction::TargetName;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Labels, types and property keys by name, in alphabetical order. What is computed, such as `n[key]` or `labels(n)`, is not
/// among them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Touched {
    /// Labels that nodes are looked for by.
    pub labels_read: BTreeSet<Arc<str>>,
    /// Types that relationships are looked for by.
    pub types_read: BTreeSet<Arc<str>>,
    /// Keys of properties that are read: of nodes and relationships, or of maps and temporal values.
    pub keys_read: BTreeSet<Arc<str>>,
    /// Those of them that are certainly read of nodes and relationships.
    pub entity_keys_read: BTreeSet<Arc<str>>,
    /// Labels that nodes are given, or lose.
    pub labels_written: BTreeSet<Arc<str>>,
    /// Types of relationships that are created.
    pub types_written: BTreeSet<Arc<str>>,
    /// Keys of properties that are set or removed.
    pub keys_written: BTreeSet<Arc<str>>,
}

impl PlannedStatement {
    /// The names that it reads and writes by.
    pub fn touched(&self) -> Touched {
        let mut touched = Touched::default();
        touched.add(&self.plan, &self.variables);
        touched
    }
}

impl Touched {
    fn add(&mut self, plan: &LogicalPlan, variables: &[Variable]) {
        let mut inner = Vec::new();
        plan.visit(&mut |operator| {
            self.operator(operator);
            operator.for_each_expr(&mut |expr| self.expr(expr, variables, &mut inner));
        });
        for plan in inner {
            // Subqueries lie in each other no deeper than the parser allows.
            self.add(plan, variables);
        }
    }

    fn operator(&mut self, operator: &LogicalPlan) {
        match operator {
            LogicalPlan::NodeScan { labels, .. } => self.labels_read.extend(labels.iter().cloned()),
            LogicalPlan::IndexSeek { target, keys, .. } => {
                match target {
                    TargetName::Label(label) => self.labels_read.insert(Arc::clone(label)),
                    TargetName::RelType(rel_type) => self.types_read.insert(Arc::clone(rel_type)),
                };
                self.keys_read.extend(keys.iter().cloned());
                self.entity_keys_read.extend(keys.iter().cloned());
            }
            LogicalPlan::Expand(expand) => self.types_read.extend(expand.types.iter().cloned()),
            LogicalPlan::Intersect(intersect) => {
                let legs = [&intersect.scanned, &intersect.marked];
                self.types_read.extend(legs.into_iter().flat_map(|leg| leg.types.iter().cloned()));
            }
            LogicalPlan::VarExpand(expand) => self.types_read.extend(expand.types.iter().cloned()),
            LogicalPlan::ShortestPath(path) => self.types_read.extend(path.types.iter().cloned()),
            LogicalPlan::Create { pattern, .. } => self.create(pattern),
            LogicalPlan::Merge { pattern, on_create, on_match, .. } => {
                self.create(pattern);
                on_create.iter().chain(on_match).for_each(|item| self.set(item));
            }
            LogicalPlan::Set { items, .. } => items.iter().for_each(|item| self.set(item)),
            _ => {}
        }
    }

    fn create(&mut self, pattern: &CreatePattern) {
        let nodes = pattern.nodes.iter().map(|node| &node.properties);
        for properties in nodes.chain(pattern.relationships.iter().map(|r| &r.properties)) {
            if let Some(Expr { kind: ExprKind::Map(entries), .. }) = properties {
                self.keys_written.extend(entries.iter().map(|(key, _)| Arc::clone(key)));
            }
        }
        self.labels_written.extend(pattern.nodes.iter().flat_map(|node| node.labels.iter().cloned()));
        self.types_written.extend(pattern.relationships.iter().filter_map(|r| match &r.rel_type {
            CreatedType::Name(of) => Some(Arc::clone(of)),
            CreatedType::Computed(_) => None,
        }));
    }

    fn set(&mut self, item: &SetItem) {
        match item {
            SetItem::Property { key, .. } => drop(self.keys_written.insert(Arc::clone(key))),
            SetItem::ReplaceProperties { value, .. } | SetItem::MergeProperties { value, .. } => {
                if let ExprKind::Map(entries) = &value.kind {
                    self.keys_written.extend(entries.iter().map(|(key, _)| Arc::clone(key)));
                }
            }
            SetItem::AddLabels { labels, .. } | SetItem::RemoveLabels { labels, .. } => {
                self.labels_written.extend(labels.iter().cloned());
            }
            SetItem::DynamicProperty { .. } => {}
        }
    }

    fn expr<'a>(&mut self, expr: &'a Expr, variables: &[Variable], inner: &mut Vec<&'a LogicalPlan>) {
        expr.visit(&mut |part| {
            match &part.kind {
                ExprKind::Property { base, key } => {
                    self.keys_read.insert(Arc::clone(key));
                    if let ExprKind::Variable(of) = base.kind
                        && variables.get(of.0 as usize).is_some_and(|variable| {
                            matches!(variable.kind, VariableKind::Node | VariableKind::Relationship)
                        })
                    {
                        self.entity_keys_read.insert(Arc::clone(key));
                    }
                }
                // Of a relationship it is its type: what is a name of either is known.
                ExprKind::HasLabels { labels, .. } => self.labels_read.extend(labels.iter().cloned()),
                _ => {}
            }
            inner.extend(part.plan());
        });
    }
}
