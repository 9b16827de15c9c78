//! Writes the table out that a factorised batch stands for.

use super::Batch;
use crate::binder::bound::VarId;
use crate::vector::Vector;

/// Walks the table of a batch in order, some rows at a time.
#[derive(Debug)]
pub struct FlatCursor {
    batch: Batch,
    /// The current row of each group.
    at: Vec<u64>,
    finished: bool,
}

impl Batch {
    /// The whole table in one group.
    #[must_use]
    pub fn flatten(self) -> Batch {
        if self.is_flat() {
            return self;
        }
        if let Some(leaf) = self.chain() {
            return self.flatten_chain(leaf);
        }
        let rows = usize::try_from(self.row_count()).unwrap_or(usize::MAX);
        let mut cursor = FlatCursor::new(self);
        cursor.next(rows).unwrap_or_else(|| Batch::flat(0, Vec::new()))
    }

    /// The last group, if no group has two children: its rows are the table's rows.
    fn chain(&self) -> Option<usize> {
        let linear = self.groups.iter().enumerate().skip(1).all(|(number, g)| g.parent == Some(number - 1));
        linear.then_some(self.groups.len() - 1)
    }

    fn flatten_chain(&self, leaf: usize) -> Batch {
        let len = self.groups[leaf].len;
        let mut columns: Vec<(VarId, Vector)> = Vec::new();
        let mut rows: Option<Vec<u32>> = None;
        for number in (0..=leaf).rev() {
            for (variable, column) in &self.groups[number].columns {
                let column = match (&rows, column) {
                    (_, Vector::Constant(value, _)) => Vector::Constant(value.clone(), len),
                    (None, column) => column.clone(),
                    (Some(rows), column) => column.take(rows),
                };
                columns.push((*variable, column));
            }
            if number > 0 {
                let parents = self.groups[number].parents();
                rows = Some(match rows {
                    None => parents,
                    Some(rows) => rows.iter().map(|&row| parents[row as usize]).collect(),
                });
            }
        }
        Batch::flat(len, columns)
    }
}

impl FlatCursor {
    /// Starts at the first row.
    pub fn new(batch: Batch) -> FlatCursor {
        let finished = batch.is_empty();
        let at = vec![0; batch.groups.len()];
        FlatCursor { batch, at, finished }
    }

    /// The next rows, at most `max` of them, as one group; none at the end.
    pub fn next(&mut self, max: usize) -> Option<Batch> {
        if self.finished || max == 0 {
            return None;
        }
        if self.batch.is_flat() {
            let len = self.batch.groups[0].len;
            let start = self.at[0] as usize;
            let end = len.min(start.saturating_add(max));
            self.at[0] = end as u64;
            self.finished = end == len;
            return Some(self.batch.slice(0, start, end));
        }
        let count = self.batch.groups.len();
        let last = count - 1;
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); count];
        let mut len = 0;
        while len < max && !self.finished {
            // The innermost group goes in one run; the others stand still meanwhile.
            let (_, end) = self.range(last);
            let run = (end - self.at[last]).min((max - len) as u64);
            for (number, rows) in rows.iter_mut().enumerate() {
                if self.batch.groups[number].columns.is_empty() {
                    continue;
                }
                let at = self.at[number] as u32;
                if number == last {
                    rows.extend(at..at + run as u32);
                } else {
                    rows.resize(len + run as usize, at);
                }
            }
            len += run as usize;
            self.at[last] += run;
            if self.at[last] == end {
                self.carry(last);
            }
        }
        let mut columns = Vec::new();
        for (group, rows) in self.batch.groups.iter().zip(&rows) {
            columns.extend(group.columns.iter().map(|(variable, column)| (*variable, column.take(rows))));
        }
        Some(Batch::flat(len, columns))
    }

    /// The rows of a group that its parent's current row owns.
    fn range(&self, number: usize) -> (u64, u64) {
        let group = &self.batch.groups[number];
        match group.parent {
            None => (0, group.len as u64),
            Some(parent) => {
                let row = self.at[parent] as usize;
                (group.offsets()[row], group.offsets()[row + 1])
            }
        }
    }

    /// Moves on to the next combination after `number` has run out.
    fn carry(&mut self, number: usize) {
        let mut number = number;
        loop {
            if number == 0 {
                self.finished = true;
                return;
            }
            number -= 1;
            let (_, end) = self.range(number);
            self.at[number] += 1;
            if self.at[number] < end {
                break;
            }
        }
        for later in number + 1..self.at.len() {
            self.at[later] = self.range(later).0;
        }
    }
}
