//! One group of a factorised batch.

use crate::binder::bound::VarId;
use crate::vector::Vector;
use std::sync::Arc;

/// A group: columns of one length, and which rows each row of the parent owns.
#[derive(Clone, Debug)]
pub struct Group {
    pub(super) parent: Option<usize>,
    /// One more than the parent has rows; none at the root.
    pub(super) offsets: Option<Arc<Vec<u64>>>,
    pub(super) len: usize,
    pub(super) columns: Vec<(VarId, Vector)>,
}

impl Group {
    /// The group above; none at the root.
    pub fn parent(&self) -> Option<usize> {
        self.parent
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Where the rows of each row of the parent begin and, one place on, end; empty at the root.
    pub fn offsets(&self) -> &[u64] {
        self.offsets.as_deref().map_or(&[], Vec::as_slice)
    }

    /// Its columns.
    pub fn columns(&self) -> &[(VarId, Vector)] {
        &self.columns
    }

    /// A variable's column.
    pub fn column(&self, variable: VarId) -> Option<&Vector> {
        self.columns.iter().find(|(v, _)| *v == variable).map(|(_, c)| c)
    }

    /// For each row, the parent's row that owns it.
    pub(super) fn parents(&self) -> Vec<u32> {
        let mut rows = Vec::with_capacity(self.len);
        for (row, ends) in self.offsets().windows(2).enumerate() {
            let end = ends[1] as usize;
            rows.resize(end, row as u32);
        }
        rows
    }
}
