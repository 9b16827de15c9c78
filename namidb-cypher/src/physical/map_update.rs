//! Operators that write.

use super::PhysicalOperator;
use super::map::{Mapped, Mapper, Needs};
use super::var_set::VarSet;
use crate::binder::bound::{Expr, ExprKind, VarId};
use crate::error::Error;
use crate::exec::operators::call::ForEach;
use crate::exec::operators::create::{Create, CreateNode, CreateRelationship, Properties, RelType};
use crate::exec::operators::delete::Delete;
use crate::exec::operators::merge::Merge;
use crate::exec::operators::set::{Change, Set, SetItem};
use crate::exec::operators::write::Write;
use crate::logical::{self, CreatePattern, CreatedType, LogicalPlan};
use crate::syntax::span::Span;
use namidb_core::ErrorCode;
use std::sync::Arc;

impl Mapper<'_> {
    /// An operator that changes the graph.
    #[inline(never)]
    pub(super) fn update(&self, plan: &LogicalPlan, needs: Needs) -> Result<Mapped, Error> {
        let mut reads = Vec::new();
        plan.for_each_read(&mut |v| reads.push(v));
        let mut introduced = Vec::new();
        plan.for_each_introduced(&mut |v| introduced.push(v));
        match plan {
            LogicalPlan::Create { input, pattern } => {
                let work = Box::new(self.create(pattern, false)?);
                self.writing(input, work, &reads, &introduced, needs)
            }
            LogicalPlan::Set { input, items } => {
                self.writing(input, Box::new(self.set(items)?), &reads, &introduced, needs)
            }
            LogicalPlan::Delete { input, targets, detach } => {
                let work = Box::new(Delete {
                    targets: targets.iter().map(|e| self.expression(e)).collect::<Result<_, _>>()?,
                    detach: *detach,
                });
                self.writing(input, work, &reads, &introduced, needs)
            }
            LogicalPlan::Merge { input, matching, pattern, on_create, on_match } => {
                let found = Needs { variables: introduced.iter().copied().collect(), duplicates: true };
                let matching = self.inner(matching, found, false)?;
                reads.extend(&matching.arguments);
                let work = Box::new(Merge {
                    matching,
                    introduced: introduced.clone(),
                    pattern: self.create(pattern, true)?,
                    on_create: self.set(on_create)?,
                    on_match: self.set(on_match)?,
                });
                self.writing(input, work, &reads, &introduced, needs)
            }
            LogicalPlan::ForEach { input, inner } => {
                let at_once = takes_rows_in_order(inner);
                let none = Needs { variables: VarSet::default(), duplicates: true };
                let inner = self.inner(inner, none, false)?;
                reads.extend(&inner.arguments);
                self.writing(input, Box::new(ForEach { inner, at_once }), &reads, &introduced, needs)
            }
            LogicalPlan::Schema(change) => {
                Ok(self.finish(PhysicalOperator::Schema(change.clone()), VarSet::default(), &needs))
            }
            other => Err(Error::runtime(
                ErrorCode::Internal,
                "InternalError",
                "Internal",
                format!("no operator for {other:?}"),
            )),
        }
    }

    #[inline(never)]
    fn writing(
        &self,
        input: &LogicalPlan,
        work: Box<dyn Write>,
        reads: &[VarId],
        introduced: &[VarId],
        needs: Needs,
    ) -> Result<Mapped, Error> {
        // Every row writes, so it matters how often each comes.
        let mut below = Needs { duplicates: true, ..needs.clone() }.and(reads.iter().copied());
        for variable in introduced {
            below = below.without(*variable);
        }
        let input = self.plan(input, below)?;
        let mut columns = input.columns;
        introduced.iter().for_each(|v| columns.insert(*v));
        Ok(self.finish(PhysicalOperator::Write(input.plan, work), columns, &needs))
    }

    fn create(&self, pattern: &CreatePattern, refuses_nulls: bool) -> Result<Create, Error> {
        let node = |node: &logical::CreateNode| {
            Ok::<_, Error>(CreateNode {
                variable: node.variable,
                labels: node.labels.clone(),
                computed: node.computed.iter().map(|e| self.expression(e)).collect::<Result<_, _>>()?,
                properties: self.properties(node.properties.as_ref())?,
                span: node.span,
            })
        };
        let relationship = |relationship: &logical::CreateRelationship| {
            Ok::<_, Error>(CreateRelationship {
                variable: relationship.variable,
                rel_type: match &relationship.rel_type {
                    CreatedType::Name(name) => RelType::Name(Arc::clone(name)),
                    CreatedType::Computed(of) => RelType::Computed(self.expression(of)?),
                },
                source: relationship.source,
                target: relationship.target,
                properties: self.properties(relationship.properties.as_ref())?,
                span: relationship.span,
            })
        };
        Ok(Create {
            nodes: pattern.nodes.iter().map(node).collect::<Result<_, _>>()?,
            relationships: pattern.relationships.iter().map(relationship).collect::<Result<_, _>>()?,
            refuses_nulls,
        })
    }

    fn properties(&self, properties: Option<&Expr>) -> Result<Properties, Error> {
        Ok(match properties {
            None => Properties::None,
            Some(Expr { kind: ExprKind::Map(entries), .. }) => Properties::Entries(
                entries
                    .iter()
                    .map(|(key, value)| Ok((Arc::clone(key), self.expression(value)?)))
                    .collect::<Result<_, Error>>()?,
            ),
            Some(other) => Properties::Map(self.expression(other)?),
        })
    }

    fn set(&self, items: &[logical::SetItem]) -> Result<Set, Error> {
        let mut entities: Vec<VarId> = Vec::new();
        let mut reads_graph = false;
        let mut value = |expr: &Expr, entities: &mut Vec<VarId>| {
            reads_graph |= reads_entities(expr);
            entities.extend(expr.free_variables());
            self.expression(expr)
        };
        let mut result = Vec::with_capacity(items.len());
        for item in items {
            use logical::SetItem as Item;
            let (entity, change) = match item {
                Item::Property { entity, key, value: v } => {
                    entities.extend(entity.free_variables());
                    (self.expression(entity)?, Change::Property(Arc::clone(key), value(v, &mut entities)?))
                }
                Item::DynamicProperty { entity, key, value: v } => {
                    entities.extend(entity.free_variables());
                    let key = value(key, &mut entities)?;
                    (self.expression(entity)?, Change::DynamicProperty(key, value(v, &mut entities)?))
                }
                Item::ReplaceProperties { entity, value: v } => {
                    entities.push(*entity);
                    (self.variable(*entity)?, Change::Replace(value(v, &mut entities)?))
                }
                Item::MergeProperties { entity, value: v } => {
                    entities.push(*entity);
                    (self.variable(*entity)?, Change::Add(value(v, &mut entities)?))
                }
                Item::AddLabels { node, labels, computed } => {
                    entities.push(*node);
                    let computed =
                        computed.iter().map(|c| value(c, &mut entities)).collect::<Result<_, _>>()?;
                    (self.variable(*node)?, Change::AddLabels(labels.clone(), computed))
                }
                Item::RemoveLabels { node, labels, computed } => {
                    entities.push(*node);
                    let computed =
                        computed.iter().map(|c| value(c, &mut entities)).collect::<Result<_, _>>()?;
                    (self.variable(*node)?, Change::RemoveLabels(labels.clone(), computed))
                }
            };
            result.push(SetItem { entity, change });
        }
        let only_entity = entities.first().copied().filter(|first| entities.iter().all(|v| v == first));
        Ok(Set { items: result, reads_graph, only_entity })
    }

    fn variable(&self, variable: VarId) -> Result<super::Expression, Error> {
        self.expression(&Expr { kind: ExprKind::Variable(variable), span: Span::default() })
    }
}

/// Whether a plan gives the same graph for all rows at once as for one after the other: it has one operator that
/// writes, nothing else reads the graph, and that operator takes row after row.
fn takes_rows_in_order(inner: &LogicalPlan) -> bool {
    let mut reads_graph = false;
    let input = match inner {
        LogicalPlan::Create { input, .. } | LogicalPlan::Delete { input, .. } => {
            inner.for_each_expr(&mut |e| reads_graph |= reads_entities(e));
            input
        }
        LogicalPlan::Set { input, .. }
        | LogicalPlan::Merge { input, .. }
        | LogicalPlan::ForEach { input, .. } => input,
        _ => return false,
    };
    let argument = match &**input {
        LogicalPlan::Unwind { input, list, .. } => {
            reads_graph |= reads_entities(list);
            input
        }
        _ => input,
    };
    !reads_graph && matches!(**argument, LogicalPlan::Argument { .. })
}

/// Whether an expression may look at what is being set.
fn reads_entities(expr: &Expr) -> bool {
    let mut reads = false;
    expr.visit(&mut |part| {
        if let ExprKind::Function { name, .. } = &part.kind {
            reads |= !matches!(&**name, "range" | "nodes" | "relationships" | "size" | "coalesce" | "length");
            return;
        }
        reads |= !matches!(
            part.kind,
            ExprKind::Literal(_)
                | ExprKind::Parameter(_)
                | ExprKind::Arithmetic { .. }
                | ExprKind::Concatenate { .. }
                | ExprKind::Compare { .. }
                | ExprKind::Not(_)
                | ExprKind::Negate(_)
                | ExprKind::And(_)
                | ExprKind::Or(_)
                | ExprKind::List(_)
                | ExprKind::Variable(_)
                | ExprKind::IsNull { .. }
                | ExprKind::Test { .. }
                | ExprKind::Case { .. }
                | ExprKind::Map(_)
        );
    });
    reads
}
