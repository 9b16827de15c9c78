//! Picks rows of one group, and whatever belongs to them above, below and beside.

use super::{Batch, Group};
use crate::binder::bound::VarId;
use crate::vector::Vector;
use std::sync::Arc;

/// Which rows of a group stay.
enum Kept {
    All,
    Rows(Vec<u32>),
}

impl Batch {
    /// The part of the table that contains the given rows of `group`, which ascend; a row that comes
    /// several times is several rows of the table from now on.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn take(&self, group: usize, rows: Vec<u32>) -> Batch {
        debug_assert!(rows.windows(2).all(|w| w[0] <= w[1]), "rows ascend");
        let len = self.groups[group].len;
        if rows.len() == len && rows.iter().enumerate().all(|(i, row)| *row as usize == i) {
            return self.clone();
        }
        let mut kept: Vec<Kept> = self.groups.iter().map(|_| Kept::All).collect();
        let mut offsets: Vec<Option<Vec<u64>>> = vec![None; self.groups.len()];
        self.take_upwards(group, &rows, &mut kept, &mut offsets);
        kept[group] = Kept::Rows(rows);
        self.take_downwards(&mut kept, &mut offsets);
        let groups = self.groups.iter().zip(kept).zip(offsets).map(|((old, kept), offsets)| {
            let (len, columns) = match (&kept, &offsets) {
                (Kept::All, None) => return old.clone(),
                (Kept::All, Some(offsets)) => {
                    (offsets.last().map_or(old.len, |n| *n as usize), old.columns.clone())
                }
                (Kept::Rows(rows), _) => (rows.len(), take_columns(&old.columns, rows)),
            };
            let offsets = offsets.map(Arc::new).or_else(|| old.offsets.clone());
            Group { parent: old.parent, offsets, len, columns }
        });
        Batch { groups: groups.collect() }
    }

    /// The rows of the table that contain the rows `start..end` of `group`.
    #[must_use]
    pub fn slice(&self, group: usize, start: usize, end: usize) -> Batch {
        if self.is_flat() {
            let columns =
                self.groups[0].columns.iter().map(|(v, c)| (*v, c.slice(start, end - start))).collect();
            return Batch::flat(end - start, columns);
        }
        self.take(group, (start as u32..end as u32).collect())
    }

    /// Ancestors keep the rows that still own one.
    fn take_upwards(&self, group: usize, rows: &[u32], kept: &mut [Kept], offsets: &mut [Option<Vec<u64>>]) {
        let mut at = group;
        let mut rows = rows.to_vec();
        while let Some(parent) = self.groups[at].parent {
            let old = self.groups[at].offsets();
            let mut parents = Vec::new();
            let mut ends = vec![0_u64];
            let mut next = 0;
            for row in 0..old.len() - 1 {
                let begin = next;
                while next < rows.len() && u64::from(rows[next]) < old[row + 1] {
                    next += 1;
                }
                if next > begin {
                    parents.push(row as u32);
                    ends.push(next as u64);
                }
            }
            offsets[at] = Some(ends);
            if parents.len() == self.groups[parent].len {
                return;
            }
            kept[parent] = Kept::Rows(parents.clone());
            rows = parents;
            at = parent;
        }
    }

    /// Descendants of what shrank keep the rows that are still owned.
    fn take_downwards(&self, kept: &mut [Kept], offsets: &mut [Option<Vec<u64>>]) {
        for number in 1..self.groups.len() {
            let Some(parent) = self.groups[number].parent else { continue };
            // On the way up this group has got its rows and offsets already.
            if offsets[number].is_some() {
                continue;
            }
            let Kept::Rows(parents) = &kept[parent] else { continue };
            let group = &self.groups[number];
            let old = group.offsets();
            let mut ends = Vec::with_capacity(parents.len() + 1);
            let mut end = 0;
            ends.push(0);
            for &row in parents {
                end += old[row as usize + 1] - old[row as usize];
                ends.push(end);
            }
            // A group that only counts has nothing to pick, however many rows it counts.
            let counts_only = group.columns.is_empty() && !self.has_children(number);
            if !counts_only {
                let mut rows = Vec::with_capacity(end as usize);
                for &row in parents {
                    rows.extend(old[row as usize] as u32..old[row as usize + 1] as u32);
                }
                kept[number] = Kept::Rows(rows);
            }
            offsets[number] = Some(ends);
        }
    }

    fn has_children(&self, group: usize) -> bool {
        self.groups.iter().any(|g| g.parent == Some(group))
    }
}

fn take_columns(columns: &[(VarId, Vector)], rows: &[u32]) -> Vec<(VarId, Vector)> {
    columns.iter().map(|(variable, column)| (*variable, column.take(rows))).collect()
}
