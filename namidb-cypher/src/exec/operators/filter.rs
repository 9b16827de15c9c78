//! The rows for which every predicate is true.

use crate::error::Error;
use crate::eval::Selection;
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::factor::Placement;
use crate::physical::Expression;

/// Keeps rows. A predicate over one group picks rows of that group; the batch stays factorised.
pub(crate) struct FilterTransform<'p> {
    predicates: &'p [Expression],
}

impl<'p> FilterTransform<'p> {
    pub(crate) fn new(predicates: &'p [Expression]) -> FilterTransform<'p> {
        FilterTransform { predicates }
    }
}

impl Transform for FilterTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let Work { mut batch, .. } = work;
        // A flat batch has one group alone, so a batch is flattened before the first predicate or never.
        if self.predicates.iter().any(|p| p.place(&batch) == Placement::Branches) {
            return Ok(Step::Flatten(batch));
        }
        for predicate in self.predicates {
            let Placement::Group(group) = predicate.place(&batch) else { continue };
            match predicate.select(&batch, group, resident)? {
                Selection::All => {}
                Selection::Rows(rows) if rows.is_empty() => return Ok(Step::Done(None)),
                Selection::Rows(rows) => batch = batch.take(group, rows),
            }
        }
        Ok(Step::Done(Some(batch)))
    }
}
