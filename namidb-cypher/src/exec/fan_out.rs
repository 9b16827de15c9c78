//! Puts what was found for each row of a group below that group.

use crate::binder::bound::VarId;
use crate::factor::Batch;
use crate::vector::Vector;
use smallvec::SmallVec;

/// For each row of a group, in order, any number of new rows.
#[derive(Debug)]
pub(crate) struct FanOut {
    /// Where the new rows of each row begin, and the end of the last.
    pub(crate) offsets: Vec<u64>,
    /// The new rows' columns.
    pub(crate) columns: Vec<(VarId, Vector)>,
}

impl FanOut {
    /// The batch's rows with their new ones; rows without a new one go. None if all go.
    ///
    /// Where each row has exactly one, the columns join the group; else they are a group below it, and
    /// nothing of the batch is copied for it.
    pub(crate) fn apply(self, batch: Batch, group: usize) -> Option<Batch> {
        let FanOut { offsets, columns } = self;
        let total = offsets.last().copied().unwrap_or(0);
        if total == 0 {
            return None;
        }
        let rows = offsets.len() - 1;
        let empty = offsets.windows(2).filter(|w| w[0] == w[1]).count();
        let (mut batch, offsets) = if empty == 0 {
            (batch, offsets)
        } else {
            let mut kept = Vec::with_capacity(rows - empty);
            let mut ends = Vec::with_capacity(rows - empty + 1);
            ends.push(0);
            for (row, ends_of_row) in offsets.windows(2).enumerate() {
                if ends_of_row[0] != ends_of_row[1] {
                    kept.push(row as u32);
                    ends.push(ends_of_row[1]);
                }
            }
            (batch.take(group, kept), ends)
        };
        if batch.is_flat() && batch.group(0).len() == 1 {
            // Below a single row nothing has to be repeated.
            let len = total as usize;
            let mut flat: Vec<(VarId, Vector)> =
                Vec::with_capacity(batch.group(0).columns().len() + columns.len());
            for (variable, column) in batch.group(0).columns() {
                flat.push((*variable, Vector::constant(column.value(0), len)));
            }
            let mut batch = Batch::flat(len, flat);
            for (variable, column) in columns {
                batch.set_column(0, variable, column);
            }
            return Some(batch);
        }
        if total as usize == offsets.len() - 1 {
            for (variable, column) in columns {
                batch.set_column(group, variable, column);
            }
        } else {
            batch.push_group(group, offsets, columns);
        }
        Some(batch)
    }
}

/// Where a batch can be cut without disturbing the order of its table, so that an operator that adds rows below
/// `group` may work on one piece after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    /// The group that the operator works on.
    pub(crate) group: usize,
    /// `group` itself or a group above it: pieces are runs of its rows.
    pub(crate) split: usize,
    /// Whether even a single row of `group` may be cut: nothing but its new rows comes after it.
    pub(crate) within_row: bool,
}

impl Cut {
    pub(crate) fn new(batch: &Batch, group: usize) -> Cut {
        // As long as the groups are a chain, the table's order is that of their rows.
        let chain = (1..batch.groups().len())
            .take_while(|&number| batch.group(number).parent() == Some(number - 1))
            .count();
        let mut split = group;
        while split > chain {
            split = batch.group(split).parent().unwrap_or(0);
        }
        Cut { group, split, within_row: split == group && group + 1 == batch.groups().len() }
    }

    /// Rows that the batch can be cut between.
    pub(crate) fn len(&self, batch: &Batch) -> usize {
        batch.group(self.split).len()
    }

    /// Where the rows of `group` begin that belong to a row of `split`.
    pub(crate) fn start(&self, batch: &Batch, row: usize) -> usize {
        let mut path: SmallVec<[usize; 8]> = SmallVec::new();
        let mut at = self.group;
        while at != self.split {
            path.push(at);
            at = batch.group(at).parent().unwrap_or(0);
        }
        path.iter().rev().fold(row, |row, &number| batch.group(number).offsets()[row] as usize)
    }

    /// A piece of the batch: rows `from..to` of `split`.
    pub(crate) fn piece(&self, batch: &Batch, from: usize, to: usize) -> Batch {
        if from == 0 && to == self.len(batch) { batch.clone() } else { batch.slice(self.split, from, to) }
    }
}
