//! The rows of two plans, in turn.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::operator::{Operator, Run};
use crate::factor::Batch;

/// Gives the rows of the first plan, then those of the second.
pub(crate) struct Union<'p> {
    left: Option<Box<dyn Operator + 'p>>,
    right: Box<dyn Operator + 'p>,
    /// For each column the variable of the result, of the first and of the second.
    columns: &'p [(VarId, VarId, VarId)],
}

impl<'p> Union<'p> {
    pub(crate) fn new(
        left: Box<dyn Operator + 'p>,
        right: Box<dyn Operator + 'p>,
        columns: &'p [(VarId, VarId, VarId)],
    ) -> Union<'p> {
        Union { left: Some(left), right, columns }
    }
}

impl Operator for Union<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        if let Some(left) = &mut self.left {
            if let Some(batch) = left.next(run)? {
                return Ok(Some(renamed(batch, self.columns.iter().map(|(v, left, _)| (*v, *left)))));
            }
            self.left = None;
        }
        let batch = self.right.next(run)?;
        Ok(batch.map(|b| renamed(b, self.columns.iter().map(|(v, _, right)| (*v, *right)))))
    }
}

/// The same rows with other names for their columns.
fn renamed(mut batch: Batch, columns: impl Iterator<Item = (VarId, VarId)>) -> Batch {
    let mut renamed = Vec::new();
    for (to, from) in columns {
        if let Some((group, column)) = batch.find(from) {
            renamed.push((group, to, column.clone()));
        }
    }
    batch.retain_columns(|_| false);
    for (group, variable, column) in renamed {
        batch.set_column(group, variable, column);
    }
    batch
}
