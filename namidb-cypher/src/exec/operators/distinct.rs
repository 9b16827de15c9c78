//! Each combination of values once, the first one met.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::eval::Grouping;
use crate::exec::ids;
use crate::exec::node_set::NodeSet;
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::exec::{ExecutionContext, MemoryReservation};
use crate::factor::{Batch, Placement};
use crate::vector::Vector;

const HOLDER: &str = "DISTINCT";

/// Keeps rows that were not seen before. Only the group of the variables is looked at: how often its rows come in
/// the table does not matter.
pub(crate) struct DistinctTransform<'p> {
    variables: &'p [VarId],
    /// The nodes seen, where there is one variable.
    nodes: NodeSet,
    /// Everything else that was seen.
    values: Grouping,
    memory: MemoryReservation,
}

impl<'p> DistinctTransform<'p> {
    pub(crate) fn new(variables: &'p [VarId], cx: &ExecutionContext) -> DistinctTransform<'p> {
        DistinctTransform {
            variables,
            nodes: NodeSet::default(),
            values: Grouping::new(variables.len()),
            memory: cx.reservation(),
        }
    }

    /// The rows that are new, in ascending order.
    fn new_rows(&mut self, columns: &[Vector], len: usize) -> Vec<u32> {
        if let [column] = columns
            && let Some(rows) = self.nodes.new_rows(column)
        {
            return rows;
        }
        let mut groups = Vec::new();
        let mut next = self.values.len() as u32;
        self.values.assign(columns, len, &mut groups);
        let mut rows = Vec::new();
        for (row, group) in groups.iter().enumerate() {
            if *group == next {
                next += 1;
                // A node among other values may have been seen among nodes.
                let seen =
                    columns.len() == 1 && columns[0].node(row).is_some_and(|node| !self.nodes.insert(node.0));
                if !seen {
                    rows.push(row as u32);
                }
            }
        }
        rows
    }
}

impl Transform for DistinctTransform<'_> {
    fn execute(&mut self, work: Work, _: Resident<'_>) -> Result<Step, Error> {
        let batch = work.batch;
        if self.variables.is_empty() {
            // All rows are alike.
            return Ok(Step::Enough(Some(Batch::unit())));
        }
        let Placement::Group(group) = batch.place(self.variables) else {
            return Ok(Step::Flatten(batch));
        };
        let columns = self
            .variables
            .iter()
            .map(|v| ids::column(&batch, *v, group))
            .collect::<Result<Vec<Vector>, Error>>()?;
        let len = batch.group(group).len();
        let rows = self.new_rows(&columns, len);
        self.memory.resize(self.values.size_bytes() + self.nodes.size_bytes(), HOLDER)?;
        if rows.is_empty() {
            return Ok(Step::Done(None));
        }
        let all = rows.len() == len;
        let columns = self
            .variables
            .iter()
            .zip(columns)
            .map(|(v, column)| (*v, if all { column } else { column.take(&rows) }))
            .collect();
        Ok(Step::Done(Some(Batch::flat(rows.len(), columns))))
    }
}
