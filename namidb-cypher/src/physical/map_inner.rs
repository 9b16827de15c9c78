//! Inner plans: those of OPTIONAL MATCH, of CALL subqueries and of subqueries in expressions.

use super::map::{Mapped, Mapper, Needs};
use super::var_set::VarSet;
use super::{PhysicalOperator, PhysicalPlan};
use crate::binder::bound::{SubqueryKind, VarId};
use crate::binder::bound_query;
use crate::error::Error;
use crate::eval::{Subquery, SubqueryCompiler};
use crate::exec::operators::apply::Apply;
use crate::exec::operators::call::{Call, ForEach};
use crate::exec::operators::in_transactions::InTransactions;
use crate::exec::operators::write::Write;
use crate::exec::subquery::PhysicalSubquery;
use crate::logical::LogicalPlan;
use std::sync::Arc;

/// An inner plan.
#[derive(Debug)]
pub(crate) struct InnerPlan {
    pub(crate) plan: Box<PhysicalPlan>,
    /// The outer variables that it reads.
    pub(crate) arguments: Vec<VarId>,
    /// Holds the number of the outer row, if the plan runs for many at once; else it runs for one at a time.
    pub(crate) row: Option<VarId>,
}

impl Mapper<'_> {
    /// Maps an inner plan of whose result so much is needed.
    #[inline(never)]
    pub(super) fn inner(&self, plan: &LogicalPlan, needs: Needs, at_once: bool) -> Result<InnerPlan, Error> {
        let row = (at_once && keeps_rows_apart(plan)).then(|| self.new_variable());
        let mapper = Mapper {
            hidden: row,
            row_by_row: row.is_none(),
            next: self.next,
            arguments: Default::default(),
            profile: self.profile,
        };
        let plan = mapper.plan(plan, needs)?.plan;
        let arguments = mapper.arguments.borrow().iter().collect();
        Ok(InnerPlan { plan, arguments, row })
    }

    /// An operator that joins each row with the rows of an inner plan, or with nulls for these variables.
    #[inline(never)]
    pub(super) fn apply(
        &self,
        input: &LogicalPlan,
        inner: &LogicalPlan,
        optional: Option<&[VarId]>,
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let writes = inner.writes();
        let introduced: VarSet = match optional {
            Some(introduced) => introduced.iter().copied().collect(),
            None => inner.introduced().into_iter().collect(),
        };
        let results: Vec<VarId> = introduced.iter().filter(|v| needs.variables.contains(*v)).collect();
        let inner_needs =
            Needs { variables: results.iter().copied().collect(), duplicates: needs.duplicates || writes };
        let inner = self.inner(inner, inner_needs, true)?;
        let mut below = needs.clone();
        for variable in introduced.iter() {
            below.variables.remove(variable);
        }
        below.duplicates |= writes;
        let input = self.plan(input, below.and(inner.arguments.iter().copied()))?;
        let mut columns = input.columns;
        results.iter().for_each(|v| columns.insert(*v));
        let optional = optional.is_some();
        if writes {
            let work = Box::new(Call { inner, results, optional });
            return Ok(self.finish(PhysicalOperator::Write(input.plan, work), columns, &needs));
        }
        let spec = Apply { inner, results, optional };
        Ok(self.finish(PhysicalOperator::Apply(input.plan, spec), columns, &needs))
    }
}

impl Mapper<'_> {
    /// An operator that commits an inner plan for some rows after the others.
    #[inline(never)]
    pub(super) fn in_transactions(
        &self,
        input: &LogicalPlan,
        inner: &LogicalPlan,
        introduced: &[VarId],
        optional: bool,
        transactions: &bound_query::InTransactions,
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let results: Vec<VarId> =
            introduced.iter().copied().filter(|v| needs.variables.contains(*v)).collect();
        let inner_needs = Needs { variables: results.iter().copied().collect(), duplicates: true };
        let inner = self.inner(inner, inner_needs, !introduced.is_empty())?;
        let mut below = Needs { duplicates: true, ..needs.clone() };
        for variable in introduced.iter().chain(&transactions.status) {
            below = below.without(*variable);
        }
        let input = self.plan(input, below.and(inner.arguments.iter().copied()))?;
        let mut columns = input.columns;
        results.iter().chain(&transactions.status).for_each(|v| columns.insert(*v));
        let work: Arc<dyn Write> = if introduced.is_empty() {
            Arc::new(ForEach { inner, at_once: false })
        } else {
            Arc::new(Call { inner, results: results.clone(), optional })
        };
        let spec = InTransactions {
            work,
            results,
            rows: transactions.rows.as_ref().map(|rows| self.expression(rows)).transpose()?,
            on_error: transactions.on_error,
            status: transactions.status,
            span: transactions.span,
        };
        Ok(self.finish(PhysicalOperator::InTransactions(input.plan, spec), columns, &needs))
    }
}

impl SubqueryCompiler for Mapper<'_> {
    fn compile(&self, kind: &SubqueryKind, plan: &LogicalPlan) -> Result<Arc<dyn Subquery>, Error> {
        let (read, duplicates, at_once) = match kind {
            // Whoever asks whether there is a row stops at the first one, which takes one outer row at a time; unless
            // looking at all of them costs as little.
            SubqueryKind::Exists => (None, false, multiplying(plan) <= 1),
            SubqueryKind::Count => (None, true, true),
            SubqueryKind::Collect(variable) => (Some(*variable), true, true),
        };
        let needs = Needs { variables: read.into_iter().collect(), duplicates };
        let inner = self.inner(plan, needs, at_once)?;
        Ok(Arc::new(PhysicalSubquery { kind: kind.clone(), inner }))
    }
}

/// Whether the operators of an inner plan can work on the rows of many outer rows without mixing them up: each row
/// carries the number of its outer row, and they stay in the order of these numbers.
fn keeps_rows_apart(plan: &LogicalPlan) -> bool {
    let mut next = Some(plan);
    while let Some(plan) = next {
        next = match plan {
            LogicalPlan::Argument { .. } => return true,
            LogicalPlan::NodeScan { input, .. }
            | LogicalPlan::IndexSeek { input, .. }
            | LogicalPlan::UuidSeek { input, .. }
            | LogicalPlan::IdSeek { input, .. }
            | LogicalPlan::Filter { input, .. }
            | LogicalPlan::Extend { input, .. }
            | LogicalPlan::Project { input, .. }
            | LogicalPlan::Unwind { input, .. }
            | LogicalPlan::ProcedureCall { input, .. }
            | LogicalPlan::Distinct { input, .. }
            | LogicalPlan::HashJoin { input, .. }
            | LogicalPlan::Sort { input, limit: None, .. } => Some(input),
            LogicalPlan::Expand(e) => Some(&e.input),
            LogicalPlan::Intersect(i) => Some(&i.input),
            LogicalPlan::VarExpand(e) => Some(&e.input),
            LogicalPlan::ShortestPath(e) => Some(&e.input),
            LogicalPlan::Optional { input, inner, .. } | LogicalPlan::Apply { input, inner }
                if !inner.writes() =>
            {
                Some(input)
            }
            // Without keys there is a group even for an outer row without rows.
            LogicalPlan::Aggregate { input, keys, .. } if !keys.is_empty() => Some(input),
            _ => None,
        };
    }
    false
}

/// How many operators of a plan may make many rows of one; a great many where there is no bound.
fn multiplying(plan: &LogicalPlan) -> usize {
    let mut count = 0;
    plan.visit(&mut |plan| {
        count += match plan {
            LogicalPlan::Expand(e) => usize::from(!e.into && !e.relationship_bound),
            LogicalPlan::NodeScan { .. }
            | LogicalPlan::IndexSeek { .. }
            | LogicalPlan::Unwind { .. }
            | LogicalPlan::Intersect(_) => 1,
            LogicalPlan::VarExpand(_) => 2,
            LogicalPlan::ShortestPath(e) => usize::from(e.all || !e.into),
            _ => 0,
        };
    });
    count
}
