//! Joins rows with those of another plan by a table.
//!
//! The other plan runs once, before the first row is looked up. Rows come in the order of the input, and for one of its
//! rows in that of the other plan, as if the one were compared with all of the others.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::eval::Grouping;
use crate::exec::build::{Origin, build};
use crate::exec::fan_out::{Cut, FanOut};
use crate::exec::operator::{Resident, Run, Step, Transform, Work};
use crate::exec::rows::{HeldRows, for_each_flat};
use crate::exec::{MemoryReservation, Ticks};
use crate::factor::Placement;
use crate::physical::{Expression, PhysicalPlan};
use crate::vector::Vector;
use namidb_core::Value;
use namidb_core::residency::missed;
use std::ops::Range;

const HOLDER: &str = "the table of a join";

/// What to look up.
#[derive(Debug)]
pub(crate) struct HashJoin {
    /// The keys, over a row of the input.
    pub(crate) probes: Vec<Expression>,
    /// The columns of the other plan that must equal them.
    pub(crate) keys: Vec<VarId>,
    /// The columns of the other plan that somebody reads.
    pub(crate) columns: Vec<VarId>,
}

/// Adds to each row the rows of the table with its keys.
pub(crate) struct HashJoinTransform<'p> {
    plan: &'p PhysicalPlan,
    spec: &'p HashJoin,
    reads: Vec<VarId>,
    table: Option<Box<Table>>,
}

impl<'p> HashJoinTransform<'p> {
    pub(crate) fn new(plan: &'p PhysicalPlan, spec: &'p HashJoin) -> HashJoinTransform<'p> {
        let reads = spec.probes.iter().flat_map(|p| p.variables().iter().copied()).collect();
        HashJoinTransform { plan, spec, reads, table: None }
    }
}

impl Transform for HashJoinTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let Work { batch, row: first, .. } = work;
        let Placement::Group(group) = batch.place(&self.reads) else { return Ok(Step::Flatten(batch)) };
        let spec = self.spec;
        let table = match self.table.take() {
            Some(table) => table,
            None => Box::new(Table::new(self.plan, spec, resident)?),
        };
        if missed() {
            return Ok(Step::Done(None));
        }
        let table = self.table.insert(table);
        if table.len == 0 {
            return Ok(Step::Done(None));
        }
        let probes = spec.probes.iter().map(|p| p.evaluate(&batch, group, resident));
        let probes = probes.collect::<Result<Vec<Vector>, Error>>()?;
        let cut = Cut::new(&batch, group);
        let (target, rows) = (resident.cx.batch_rows, cut.len(&batch));
        let mut ticks = Ticks::new();
        let (mut picked, mut offsets) = (Vec::new(), vec![0]);
        let mut row = first;
        while row < rows && (picked.len() < target || row == first) {
            for source in cut.start(&batch, row)..cut.start(&batch, row + 1) {
                table.find(&probes, source, &mut picked);
                offsets.push(picked.len() as u64);
                ticks.tick_rows(resident.cx, 1 + picked.len() - offsets[offsets.len() - 2] as usize)?;
            }
            row += 1;
        }
        let columns = table.columns.iter().map(|(v, column)| (*v, column.take(&picked))).collect();
        let output = FanOut { offsets, columns }.apply(cut.piece(&batch, first, row), group);
        Ok(if row == rows { Step::Done(output) } else { Step::More(output, Work { batch, row, part: 0 }) })
    }
}

/// The rows of the other plan by their keys.
struct Table {
    columns: Vec<(VarId, Vector)>,
    len: usize,
    /// Numbers the keys; none if some key is of a kind whose equality no table knows, so that all rows are candidates.
    keys: Option<Grouping>,
    /// The rows, key by key, and where those of each key begin.
    rows: Vec<u32>,
    begins: Vec<u32>,
    _memory: MemoryReservation,
}

impl Table {
    fn new(plan: &PhysicalPlan, spec: &HashJoin, resident: Resident<'_>) -> Result<Table, Error> {
        let cx = resident.cx;
        let mut run = Run::reading(resident.state.clone(), cx);
        let mut operator = build(plan, Origin::Plan, cx);
        let mut held = HeldRows::new(cx, HOLDER);
        while let Some(batch) = operator.next(&mut run)? {
            cx.check()?;
            for_each_flat(batch, cx, &mut |flat| held.push(flat))?;
        }
        let all = held.into_batch();
        let len = all.group(0).len();
        let column = |variable: &VarId| all.group(0).column(*variable).cloned();
        let keys: Vec<Vector> = spec.keys.iter().filter_map(column).collect();
        let columns: Vec<(VarId, Vector)> =
            spec.columns.iter().filter_map(|v| Some((*v, column(v)?))).collect();
        let (mut rows, mut begins) = (Vec::new(), Vec::new());
        let mut grouping = None;
        if len > 0 && keys.len() == spec.keys.len() && keys.iter().all(|key| is_simple(key, 0..len)) {
            let mut numbers = Grouping::new(keys.len());
            let mut of_row = Vec::new();
            numbers.assign(&keys, len, &mut of_row);
            (rows, begins) = by_number(&of_row, numbers.len());
            grouping = Some(numbers);
        }
        let mut memory = cx.reservation();
        let bytes: u64 = columns.iter().map(|(_, c)| c.size_bytes()).sum();
        let table =
            grouping.as_ref().map_or(0, Grouping::size_bytes) + 4 * (rows.len() + begins.len()) as u64;
        memory.grow(bytes + table, HOLDER)?;
        Ok(Table { columns, len, keys: grouping, rows, begins, _memory: memory })
    }

    /// Adds the rows that may have the keys of a row.
    fn find(&self, probes: &[Vector], row: usize, picked: &mut Vec<u32>) {
        if probes.iter().any(|probe| probe.is_null(row)) {
            return;
        }
        match &self.keys {
            Some(keys) if probes.iter().all(|probe| is_simple(probe, row..row + 1)) => {
                if let Some(number) = keys.find(probes, row) {
                    let number = number as usize;
                    let found = self.begins[number] as usize..self.begins[number + 1] as usize;
                    picked.extend_from_slice(&self.rows[found]);
                }
            }
            _ => picked.extend(0..self.len as u32),
        }
    }
}

/// The rows in the order of their numbers, and where those of each number begin.
fn by_number(of_row: &[u32], numbers: usize) -> (Vec<u32>, Vec<u32>) {
    let mut begins = vec![0_u32; numbers + 1];
    for number in of_row {
        begins[*number as usize + 1] += 1;
    }
    for number in 0..numbers {
        begins[number + 1] += begins[number];
    }
    let mut next = begins.clone();
    let mut rows = vec![0; of_row.len()];
    for (row, number) in of_row.iter().enumerate() {
        rows[next[*number as usize] as usize] = row as u32;
        next[*number as usize] += 1;
    }
    (rows, begins)
}

/// Whether what these rows hold is equal in a table wherever `=` says so.
fn is_simple(column: &Vector, rows: Range<usize>) -> bool {
    let simple = |value: &Value| {
        matches!(
            value,
            Value::Null
                | Value::Boolean(_)
                | Value::Integer(_)
                | Value::Float(_)
                | Value::String(_)
                | Value::Node(_)
                | Value::Relationship(_)
        )
    };
    match column {
        Vector::Constant(value, _) => simple(value),
        Vector::Any(values) => values.as_slice()[rows].iter().all(simple),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_number_stay_in_order() {
        assert_eq!(by_number(&[1, 0, 1, 2, 0], 3), (vec![1, 4, 0, 2, 3], vec![0, 2, 4, 5]));
    }
}
