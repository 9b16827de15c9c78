//! Joins by a table.

use super::PhysicalOperator;
use super::map::{Mapped, Mapper, Needs};
use super::var_set::VarSet;
use crate::binder::bound::{Expr, VarId};
use crate::error::Error;
use crate::exec::operators::hash_join::HashJoin;
use crate::exec::operators::node_scan::NodeScan;
use crate::logical::LogicalPlan;

impl Mapper<'_> {
    // Plans are mapped by recursion, and this is rare: its variables stay out of the frames of all others.
    #[inline(never)]
    pub(super) fn hash_join(
        &self,
        input: &LogicalPlan,
        build: &LogicalPlan,
        keys: &[(Expr, Expr)],
        needs: Needs,
    ) -> Result<Mapped, Error> {
        if self.row_by_row
            && let Some(compared) = self.compared(input, build, &needs)?
        {
            return Ok(compared);
        }
        let introduced: VarSet = build.introduced().into_iter().collect();
        let columns: Vec<VarId> = introduced.iter().filter(|v| needs.has(*v).is_some()).collect();
        let built: Vec<VarId> = keys.iter().map(|_| self.new_variable()).collect();
        // It runs once, whatever rows are around: it has no number of an outer row.
        let alone = Mapper {
            hidden: None,
            row_by_row: false,
            next: self.next,
            arguments: Default::default(),
            profile: self.profile,
        };
        let alone_needs =
            Needs { variables: columns.iter().copied().collect(), duplicates: needs.duplicates };
        let table =
            alone.plan(build, alone_needs.clone().and(keys.iter().flat_map(|(_, k)| k.free_variables())))?;
        let items = built.iter().zip(keys).map(|(v, (_, key))| Ok((*v, self.expression(key)?)));
        let items = PhysicalOperator::Extend(table.plan, items.collect::<Result<_, Error>>()?);
        let made = table.columns.iter().chain(built.iter().copied()).collect();
        let table = alone.finish(items, made, &alone_needs.and(built.iter().copied())).plan;
        let mut below = needs.clone();
        introduced.iter().for_each(|v| below.variables.remove(v));
        let probes = keys.iter().flat_map(|(probe, _)| probe.free_variables());
        let input = self.plan(input, below.and(probes))?;
        let mut found = input.columns;
        columns.iter().for_each(|v| found.insert(*v));
        let spec = HashJoin {
            probes: keys.iter().map(|(probe, _)| self.expression(probe)).collect::<Result<_, _>>()?,
            keys: built,
            columns,
        };
        Ok(self.finish(PhysicalOperator::HashJoin(input.plan, table, spec), found, &needs))
    }

    /// The same without a table, for a plan that is set up for one row at a time: the nodes are scanned, and the filter
    /// above compares each. None if the other plan does more than to find nodes.
    #[inline(never)]
    fn compared(
        &self,
        input: &LogicalPlan,
        build: &LogicalPlan,
        needs: &Needs,
    ) -> Result<Option<Mapped>, Error> {
        let (scan, predicates) = match build {
            LogicalPlan::Filter { input, predicates } => (&**input, predicates.as_slice()),
            other => (other, &[][..]),
        };
        let LogicalPlan::NodeScan { input: start, variable, labels, computed } = scan else {
            return Ok(None);
        };
        if !matches!(**start, LogicalPlan::Unit) {
            return Ok(None);
        }
        let found = needs.clone().and(predicates.iter().flat_map(|p| p.free_variables()));
        let input = self.plan(input, found.clone().without(*variable))?;
        let mut columns = input.columns;
        found.has(*variable).into_iter().for_each(|v| columns.insert(v));
        let computed = self.expressions(computed)?;
        let spec = NodeScan { variable: found.has(*variable), labels: labels.clone(), computed };
        let scan = self.finish(PhysicalOperator::NodeScan(input.plan, spec), columns, &found);
        if predicates.is_empty() {
            return Ok(Some(scan));
        }
        let predicates = predicates.iter().map(|p| self.expression(p)).collect::<Result<_, _>>()?;
        let filter = PhysicalOperator::Filter(scan.plan, predicates);
        Ok(Some(self.finish(filter, scan.columns, needs)))
    }
}
