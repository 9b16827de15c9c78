//! Factorised batches: a tree of groups that stands for a table.
//!
//! ```text
//! group 0    a | 1   2          a | b | c
//!              |   \            1 | x | p
//! group 1    b | x  | y z   =   2 | y | q
//! group 2    c | p  | q r       2 | y | r
//!                               2 | z | q
//!                               2 | z | r
//! ```
//!
//! Row `i` of a parent owns the rows `offsets[i]..offsets[i + 1]` of each child group. Following a
//! relationship adds a child group and copies nothing of the parent; two children of one parent are a
//! product that nobody has written out. A group may have no columns at all: then it only counts.
//!
//! Invariants:
//! - Parents come before their children.
//! - Every row owns at least one row of each child group, so each row of each group is part of the table.
//! - The table's order is lexicographic by group.

mod flatten;
mod group;
mod multiplicity;
mod select;

pub use flatten::FlatCursor;
pub use group::Group;

use crate::binder::bound::VarId;
use crate::vector::Vector;
use std::sync::Arc;

/// A batch of rows, factorised.
#[derive(Clone, Debug)]
pub struct Batch {
    groups: Vec<Group>,
}

/// Where an expression over some variables can be evaluated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placement {
    /// At this group: every variable is in it or above it.
    Group(usize),
    /// The variables are on different branches: the batch must be flat first.
    Branches,
}

impl Batch {
    /// One row without columns.
    pub fn unit() -> Batch {
        Batch::flat(1, Vec::new())
    }

    /// A batch of one group.
    ///
    /// # Panics
    /// If a column has another length.
    pub fn flat(len: usize, columns: Vec<(VarId, Vector)>) -> Batch {
        assert!(columns.iter().all(|(_, c)| c.len() == len), "columns are as long as their group");
        Batch { groups: vec![Group { parent: None, offsets: None, len, columns }] }
    }

    /// The groups, parents first.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// One group.
    ///
    /// # Panics
    /// If there is no such group.
    pub fn group(&self, group: usize) -> &Group {
        &self.groups[group]
    }

    /// Whether it stands for no rows.
    pub fn is_empty(&self) -> bool {
        self.groups[0].len == 0
    }

    /// Whether it has only one group.
    pub fn is_flat(&self) -> bool {
        self.groups.len() == 1
    }

    /// Adds a group below `parent`; the parent's row `i` owns its rows `offsets[i]..offsets[i + 1]`.
    /// Gives the new group's number.
    ///
    /// # Panics
    /// If the offsets or the columns do not fit.
    pub fn push_group(&mut self, parent: usize, offsets: Vec<u64>, columns: Vec<(VarId, Vector)>) -> usize {
        let len = offsets.last().copied().unwrap_or(0) as usize;
        assert_eq!(
            offsets.len(),
            self.groups[parent].len + 1,
            "an offset for each row of the parent, and one"
        );
        assert!(columns.iter().all(|(_, c)| c.len() == len), "columns are as long as their group");
        debug_assert!(offsets.windows(2).all(|w| w[0] < w[1]), "every row of the parent owns a row");
        self.groups.push(Group { parent: Some(parent), offsets: Some(Arc::new(offsets)), len, columns });
        self.groups.len() - 1
    }

    /// Adds a column to a group, or replaces it.
    ///
    /// # Panics
    /// If the column has another length than the group.
    pub fn set_column(&mut self, group: usize, variable: VarId, column: Vector) {
        let group = &mut self.groups[group];
        assert_eq!(column.len(), group.len, "columns are as long as their group");
        match group.columns.iter_mut().find(|(v, _)| *v == variable) {
            Some((_, old)) => *old = column,
            None => group.columns.push((variable, column)),
        }
    }

    /// Drops the columns that nobody reads any more.
    pub fn retain_columns(&mut self, mut keep: impl FnMut(VarId) -> bool) {
        for group in &mut self.groups {
            group.columns.retain(|(variable, _)| keep(*variable));
        }
    }

    /// A variable's group and column.
    pub fn find(&self, variable: VarId) -> Option<(usize, &Vector)> {
        self.groups.iter().enumerate().find_map(|(number, group)| group.column(variable).map(|c| (number, c)))
    }

    /// The variables, group by group.
    pub fn variables(&self) -> impl Iterator<Item = VarId> + '_ {
        self.groups.iter().flat_map(|g| g.columns.iter().map(|(v, _)| *v))
    }

    /// Whether `ancestor` is `group` or above it.
    pub fn is_ancestor(&self, ancestor: usize, group: usize) -> bool {
        let mut at = Some(group);
        while let Some(number) = at {
            if number == ancestor {
                return true;
            }
            at = self.groups[number].parent;
        }
        false
    }

    /// Where an expression over these variables can be evaluated; at group 0 if there are none.
    /// Variables that the batch does not have are not looked at.
    pub fn place(&self, variables: &[VarId]) -> Placement {
        let mut deepest = 0;
        for variable in variables {
            if let Some((group, _)) = self.find(*variable) {
                if self.is_ancestor(deepest, group) {
                    deepest = group;
                } else if !self.is_ancestor(group, deepest) {
                    return Placement::Branches;
                }
            }
        }
        Placement::Group(deepest)
    }

    /// For each row of `group` the row of `ancestor` above it; none if they are the same group.
    ///
    /// # Panics
    /// If `ancestor` is not above `group`.
    pub fn rows_above(&self, group: usize, ancestor: usize) -> Option<Vec<u32>> {
        if group == ancestor {
            return None;
        }
        let mut rows = self.groups[group].parents();
        let mut at = self.groups[group].parent;
        while let Some(number) = at {
            if number == ancestor {
                return Some(rows);
            }
            let parents = self.groups[number].parents();
            for row in &mut rows {
                *row = parents[*row as usize];
            }
            at = self.groups[number].parent;
        }
        panic!("group {ancestor} is not above group {group}");
    }

    /// A variable's values for the rows of `group`, which is the variable's group or below it.
    pub fn column_at(&self, variable: VarId, group: usize) -> Option<Vector> {
        let (home, column) = self.find(variable)?;
        if let Vector::Constant(value, _) = column {
            return Some(Vector::Constant(value.clone(), self.groups[group].len));
        }
        Some(match self.rows_above(group, home) {
            None => column.clone(),
            Some(rows) => column.take(&rows),
        })
    }

    /// How many bytes it holds, for the books of a query's memory.
    pub fn size_bytes(&self) -> u64 {
        let group = |g: &Group| {
            let columns: u64 = g.columns.iter().map(|(_, c)| c.size_bytes()).sum();
            columns + 8 * g.offsets().len() as u64
        };
        self.groups.iter().map(group).sum()
    }
}

#[cfg(test)]
mod tests;
