//! Operators over all rows: grouping, DISTINCT, ORDER BY.

use super::PhysicalOperator;
use super::map::{Mapped, Mapper, Needs};
use super::var_set::VarSet;
use crate::binder::bound::{Expr, ExprKind, VarId};
use crate::error::Error;
use crate::exec::operators::aggregate::{Aggregate, AggregateItem};
use crate::exec::operators::sort::Sort;
use crate::functions;
use crate::logical::{self, LogicalPlan, SortKey};
use namidb_core::ErrorCode;
use namidb_core::hash::HashSet;

impl Mapper<'_> {
    pub(super) fn aggregate(
        &self,
        input: &LogicalPlan,
        keys: &[(VarId, Expr)],
        items: &[logical::AggregateItem],
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let hidden = self.hidden_item();
        let keys: Vec<(VarId, Expr)> = hidden.into_iter().chain(keys.iter().cloned()).collect();
        // What every row holds is counted without being read.
        let present = present_variables(input);
        let items: Vec<logical::AggregateItem> = items
            .iter()
            .map(|item| {
                let mut item = item.clone();
                let counted = |e: &Expr| matches!(e.kind, ExprKind::Variable(v) if present.contains(&v));
                if &*item.function == "count" && !item.distinct && item.arguments.first().is_some_and(counted)
                {
                    item.arguments.clear();
                }
                item
            })
            .collect();
        let reads = keys.iter().flat_map(|(_, e)| e.free_variables());
        let reads = reads.chain(items.iter().flat_map(|i| &i.arguments).flat_map(|e| e.free_variables()));
        let below = Needs {
            variables: reads.collect(),
            duplicates: !items.iter().all(|i| i.distinct || matches!(&*i.function, "min" | "max")),
        };
        let input = self.plan(input, below)?;
        let spec = Aggregate {
            keys_of_node: keys_of_node(&keys, &present),
            items: items.iter().map(|item| self.aggregate_item(item, &keys)).collect::<Result<_, _>>()?,
            keys: self.items(&keys)?,
        };
        let columns = keys.iter().map(|(v, _)| *v).chain(items.iter().map(|i| i.variable)).collect();
        Ok(self.finish(PhysicalOperator::Aggregate(Box::new(input.plan), spec), columns, &needs))
    }

    fn aggregate_item(
        &self,
        item: &logical::AggregateItem,
        keys: &[(VarId, Expr)],
    ) -> Result<AggregateItem, Error> {
        let function = functions::aggregate(&item.function).ok_or_else(|| {
            let message = format!("the aggregate {}() is not supported", item.function);
            Error::runtime(ErrorCode::Unsupported, "SyntaxError", "UnknownFunction", message)
        })?;
        let mut reads: Vec<VarId> = keys.iter().flat_map(|(_, e)| e.free_variables()).collect();
        reads.extend(item.arguments.iter().flat_map(|e| e.free_variables()));
        Ok(AggregateItem {
            variable: item.variable,
            function,
            distinct: item.distinct,
            arguments: item.arguments.iter().map(|e| self.expression(e)).collect::<Result<_, _>>()?,
            reads,
        })
    }

    pub(super) fn distinct(
        &self,
        input: &LogicalPlan,
        variables: &[VarId],
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let variables: Vec<VarId> = variables.iter().copied().chain(self.hidden).collect();
        let below = Needs { variables: variables.iter().copied().collect(), duplicates: false };
        let input = self.plan(input, below)?;
        let columns: VarSet = variables.iter().copied().collect();
        Ok(self.finish(PhysicalOperator::Distinct(Box::new(input.plan), variables), columns, &needs))
    }

    pub(super) fn sort(
        &self,
        input: &LogicalPlan,
        keys: &[SortKey],
        limit: Option<&Expr>,
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let mut below = needs.clone().and(keys.iter().flat_map(|k| k.expr.free_variables()));
        below.duplicates |= limit.is_some();
        let input = self.plan(input, below)?;
        // The rows of an outer row stay together.
        let first = self.hidden_item().map(|(_, expr)| SortKey { expr, descending: false });
        let spec = Sort {
            keys: first
                .iter()
                .chain(keys)
                .map(|k| Ok((self.expression(&k.expr)?, k.descending)))
                .collect::<Result<_, Error>>()?,
            limit: limit.map(|e| self.expression(e)).transpose()?,
        };
        Ok(self.finish(PhysicalOperator::Sort(Box::new(input.plan), spec), input.columns, &needs))
    }
}

/// The nodes and relationships that no row of a plan can lack: those that a pattern binds which is not optional.
fn present_variables(plan: &LogicalPlan) -> HashSet<VarId> {
    let mut present = HashSet::default();
    let mut next = Some(plan);
    while let Some(plan) = next {
        next = None;
        match plan {
            LogicalPlan::NodeScan { input, variable, .. }
            | LogicalPlan::IndexSeek { input, variable, .. }
            | LogicalPlan::UuidSeek { input, variable, .. }
            | LogicalPlan::IdSeek { input, variable, .. } => {
                present.insert(*variable);
                next = Some(input);
            }
            LogicalPlan::Expand(e) => {
                present.extend([e.from, e.relationship, e.to]);
                next = Some(&e.input);
            }
            LogicalPlan::VarExpand(e) => {
                present.extend([e.from, e.relationships, e.to]);
                next = Some(&e.input);
            }
            LogicalPlan::Filter { input, .. }
            | LogicalPlan::Extend { input, .. }
            | LogicalPlan::Sort { input, .. }
            | LogicalPlan::Skip { input, .. }
            | LogicalPlan::Limit { input, .. }
            | LogicalPlan::Unwind { input, .. }
            | LogicalPlan::Apply { input, .. }
            | LogicalPlan::Optional { input, .. } => next = Some(input),
            // Columns of the same names may be others from here on.
            _ => {}
        }
    }
    present
}

/// The node from which all keys are computed, if that takes more than to name it.
fn keys_of_node(keys: &[(VarId, Expr)], present: &HashSet<VarId>) -> Option<VarId> {
    let mut node = None;
    let mut computed = false;
    for (_, key) in keys {
        if key.is_volatile() {
            return None;
        }
        computed |= !matches!(key.kind, ExprKind::Variable(_));
        for variable in key.free_variables() {
            if node.is_some_and(|n| n != variable) {
                return None;
            }
            node = Some(variable);
        }
    }
    node.filter(|n| computed && present.contains(n))
}
