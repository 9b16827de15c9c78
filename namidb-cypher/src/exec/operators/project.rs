//! New columns: beside the others (Extend), or instead of them (Project).

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::ids;
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::factor::Placement;
use crate::physical::Expression;

/// Computes columns, each in the group where its variables are.
pub(crate) struct ProjectTransform<'p> {
    items: &'p [(VarId, Expression)],
    /// Whether the other columns stay.
    extends: bool,
}

impl<'p> ProjectTransform<'p> {
    pub(crate) fn new(items: &'p [(VarId, Expression)], extends: bool) -> ProjectTransform<'p> {
        ProjectTransform { items, extends }
    }
}

impl Transform for ProjectTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let Work { mut batch, .. } = work;
        if self.items.iter().any(|(_, e)| e.place(&batch) == Placement::Branches) {
            return Ok(Step::Flatten(batch));
        }
        // All are computed from the input's columns before any is put in: an item may have the variable of
        // another one's argument.
        let mut columns = Vec::with_capacity(self.items.len());
        for (variable, expression) in self.items {
            if expression.alias() == Some(*variable) {
                continue;
            }
            let Placement::Group(group) = expression.place(&batch) else { continue };
            let column = match expression.alias() {
                Some(other) => ids::column(&batch, other, group)?,
                None => expression.evaluate(&batch, group, resident)?,
            };
            columns.push((group, *variable, column));
        }
        if !self.extends {
            batch.retain_columns(|v| self.items.iter().any(|(item, e)| *item == v && e.alias() == Some(v)));
        }
        for (group, variable, column) in columns {
            batch.set_column(group, variable, column);
        }
        Ok(Step::Done(Some(batch)))
    }
}
