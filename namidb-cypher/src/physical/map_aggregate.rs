//! Operators over all rows: grouping, DISTINCT, ORDER BY.

use super::PhysicalOperator;
use super::map::{Mapped, Mapper, Needs};
use super::var_set::VarSet;
use crate::binder::bound::{Expr, ExprKind, VarId};
use crate::error::Error;
use crate::exec::operators::aggregate::{Aggregate, AggregateItem, KeySource};
use crate::exec::operators::sort::Sort;
use crate::functions;
use crate::logical::{self, LogicalPlan, SortKey};
use namidb_core::ErrorCode;
use namidb_core::hash::HashSet;

impl Mapper<'_> {
    #[inline(never)]
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
            source: key_source(&keys, &present),
            items: items.iter().map(|item| self.aggregate_item(item, &keys)).collect::<Result<_, _>>()?,
            keys: self.items(&keys)?,
        };
        let columns = keys.iter().map(|(v, _)| *v).chain(items.iter().map(|i| i.variable)).collect();
        Ok(self.finish(PhysicalOperator::Aggregate(input.plan, spec), columns, &needs))
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

    #[inline(never)]
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
        Ok(self.finish(PhysicalOperator::Distinct(input.plan, variables), columns, &needs))
    }

    #[inline(never)]
    pub(super) fn sort(
        &self,
        input: &LogicalPlan,
        keys: &[SortKey],
        limit: Option<&Expr>,
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let reads = || keys.iter().flat_map(|k| k.expr.free_variables());
        if let (LogicalPlan::Project { input, items }, Some(_)) = (input, limit) {
            return self.sort_before_project(input, items, keys, limit, needs, reads().collect());
        }
        let mut below = needs.clone().and(reads());
        below.duplicates |= limit.is_some();
        let input = self.plan(input, below)?;
        self.sort_mapped(input, keys, limit, &needs)
    }

    /// A projection below a bounded sort: only what is sorted by is computed before it, the rest for the rows
    /// that stay.
    fn sort_before_project(
        &self,
        input: &LogicalPlan,
        items: &[(VarId, Expr)],
        keys: &[SortKey],
        limit: Option<&Expr>,
        needs: Needs,
        sorted_by: VarSet,
    ) -> Result<Mapped, Error> {
        let (first, later): (Vec<_>, Vec<_>) = items
            .iter()
            .filter(|(v, _)| needs.has(*v).is_some() || sorted_by.contains(*v))
            .cloned()
            .partition(|(v, e)| sorted_by.contains(*v) || e.is_volatile());
        let identity = |(v, e): &(VarId, Expr)| (*v, Expr { kind: ExprKind::Variable(*v), span: e.span });
        let projected: Vec<(VarId, Expr)> = first
            .iter()
            .map(identity)
            .chain(later.iter().cloned())
            .filter(|(v, _)| needs.has(*v).is_some())
            .chain(self.hidden_item())
            .collect();
        let sorted = Needs {
            variables: projected.iter().flat_map(|(_, e)| e.free_variables()).collect(),
            duplicates: true,
        };
        let extended = sorted.clone().and(sorted_by.iter());
        let new: Vec<(VarId, Expr)> = first.into_iter().filter(|(v, e)| !e.is_variable(*v)).collect();
        let mut below = extended.clone();
        new.iter().for_each(|(v, _)| below.variables.remove(*v));
        let below = below.and(new.iter().flat_map(|(_, e)| e.free_variables()));
        let input = self.plan(input, below)?;
        let mut columns = input.columns;
        new.iter().for_each(|(v, _)| columns.insert(*v));
        let extend = PhysicalOperator::Extend(input.plan, self.items(&new)?);
        let extend = self.finish(extend, columns, &extended);
        let sort = self.sort_mapped(extend, keys, limit, &sorted)?;
        let columns = projected.iter().map(|(v, _)| *v).collect();
        let project = PhysicalOperator::Project(sort.plan, self.items(&projected)?);
        Ok(self.finish(project, columns, &needs))
    }

    fn sort_mapped(
        &self,
        input: Mapped,
        keys: &[SortKey],
        limit: Option<&Expr>,
        needs: &Needs,
    ) -> Result<Mapped, Error> {
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
        Ok(self.finish(PhysicalOperator::Sort(input.plan, spec), input.columns, needs))
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
            LogicalPlan::Intersect(i) => {
                present.extend([i.to, i.scanned.from, i.scanned.relationship]);
                present.extend([i.marked.from, i.marked.relationship]);
                next = Some(&i.input);
            }
            LogicalPlan::VarExpand(e) => {
                present.extend([e.from, e.relationships, e.to]);
                next = Some(&e.input);
            }
            LogicalPlan::ShortestPath(search) => {
                present.extend([search.from, search.relationships, search.to]);
                present.extend(search.path);
                next = Some(&search.input);
            }
            LogicalPlan::Filter { input, .. }
            | LogicalPlan::Extend { input, .. }
            | LogicalPlan::Sort { input, .. }
            | LogicalPlan::Skip { input, .. }
            | LogicalPlan::Limit { input, .. }
            | LogicalPlan::Unwind { input, .. }
            | LogicalPlan::HashJoin { input, .. }
            | LogicalPlan::Apply { input, .. }
            | LogicalPlan::Optional { input, .. } => next = Some(input),
            // Columns of the same names may be others from here on.
            _ => {}
        }
    }
    present
}

/// What all keys are computed from: one node, if that takes more than to name it, or no more of it than its labels.
fn key_source(keys: &[(VarId, Expr)], present: &HashSet<VarId>) -> KeySource {
    let mut node = None;
    let mut computed = false;
    for (_, key) in keys {
        if key.is_volatile() {
            return KeySource::Row;
        }
        computed |= !matches!(key.kind, ExprKind::Variable(_));
        for variable in key.free_variables() {
            if node.is_some_and(|n| n != variable) {
                return KeySource::Row;
            }
            node = Some(variable);
        }
    }
    match node.filter(|n| computed && present.contains(n)) {
        Some(node) if keys.iter().all(|(_, key)| reads_only_labels(key, node)) => KeySource::Labels(node),
        Some(node) => KeySource::Node(node),
        None => KeySource::Row,
    }
}

/// Whether an expression looks at nothing of a node but its labels.
fn reads_only_labels(expr: &Expr, node: VarId) -> bool {
    let (mut uses, mut of_labels, mut inner) = (0, 0, false);
    expr.visit(&mut |part| match &part.kind {
        ExprKind::Variable(variable) => uses += usize::from(*variable == node),
        ExprKind::Function { name, arguments } if &**name == "labels" => {
            of_labels += arguments.iter().filter(|a| a.is_variable(node)).count();
        }
        ExprKind::HasLabels { base, .. } | ExprKind::HasComputedLabels { base, .. } => {
            of_labels += usize::from(base.is_variable(node))
        }
        _ => inner |= part.plan().is_some(),
    });
    !inner && uses == of_labels
}
