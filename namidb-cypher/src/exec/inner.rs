//! Runs an inner plan for the rows of a batch: for all of them at once where its operators keep them apart, else
//! row by row.

use super::build::{Origin, build};
use super::operator::{Operator, Run};
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::factor::Batch;
use crate::physical::InnerPlan;
use crate::vector::Vector;
use namidb_core::{ErrorCode, Value};

/// An inner plan at work.
pub(crate) struct InnerRun<'p> {
    inner: &'p InnerPlan,
    /// What the plan reads of the outer rows.
    outer: Batch,
    operator: Option<Box<dyn Operator + 'p>>,
    /// The outer row that runs, or runs next, if they run one by one.
    row: usize,
    started: bool,
}

/// Rows of an inner plan, and which outer rows they belong to.
pub(crate) struct InnerBatch {
    /// The rows; with a column of the outer rows' numbers, if they may be of several.
    pub(crate) batch: Batch,
    /// The outer row, if it is the same for all.
    row: Option<usize>,
    variable: Option<VarId>,
}

impl<'p> InnerRun<'p> {
    /// Starts the plan for the rows of a flat batch that has what it reads.
    pub(crate) fn new(inner: &'p InnerPlan, outer: Batch) -> InnerRun<'p> {
        InnerRun { inner, outer, operator: None, row: 0, started: false }
    }

    /// The next rows, in the order of the outer ones.
    pub(crate) fn next(&mut self, run: &mut Run<'_>) -> Result<Option<InnerBatch>, Error> {
        if let Some(variable) = self.inner.row {
            if !self.started {
                self.started = true;
                let mut argument = self.outer.clone();
                let rows = (0..argument.group(0).len() as i64).collect();
                argument.set_column(0, variable, Vector::integers(rows));
                self.operator = Some(build(&self.inner.plan, Origin::Argument(argument), run.cx));
            }
            let Some(operator) = &mut self.operator else { return Ok(None) };
            let batch = operator.next(run)?;
            return Ok(batch.map(|batch| InnerBatch { batch, row: None, variable: Some(variable) }));
        }
        while self.row < self.outer.group(0).len() {
            let operator = match &mut self.operator {
                Some(operator) => operator,
                none => {
                    let argument = self.outer.slice(0, self.row, self.row + 1);
                    none.insert(build(&self.inner.plan, Origin::Argument(argument), run.cx))
                }
            };
            if let Some(batch) = operator.next(run)? {
                return Ok(Some(InnerBatch { batch, row: Some(self.row), variable: None }));
            }
            self.skip_row();
        }
        Ok(None)
    }

    /// Leaves the rest of the current outer row out, if outer rows run one by one.
    pub(crate) fn skip_row(&mut self) {
        if self.inner.row.is_none() {
            self.operator = None;
            self.row += 1;
        }
    }
}

impl InnerBatch {
    /// Calls `f` with each outer row, in order, and how many rows of the batch's table are its.
    pub(crate) fn for_each_count(&self, f: &mut dyn FnMut(usize, u64)) -> Result<(), Error> {
        let Some(variable) = self.variable else {
            f(self.row.unwrap_or(0), self.batch.row_count());
            return Ok(());
        };
        let (group, column) = self.batch.find(variable).ok_or_else(lost)?;
        let weights = self.batch.multiplicity(group);
        for row in 0..column.len() {
            let Value::Integer(outer) = column.value(row) else { return Err(lost()) };
            f(outer as usize, weights.as_ref().map_or(1, |w| w[row]));
        }
        Ok(())
    }

    /// The rows, written out, and the outer row of each, in ascending order.
    pub(crate) fn flat(self) -> Result<(Batch, Vec<u32>), Error> {
        let batch = self.batch.flatten();
        let len = batch.group(0).len();
        let Some(variable) = self.variable else {
            return Ok((batch, vec![self.row.unwrap_or(0) as u32; len]));
        };
        let rows = match batch.group(0).column(variable) {
            Some(Vector::Integer(rows)) => rows.values.iter().map(|row| *row as u32).collect(),
            Some(Vector::Constant(Value::Integer(row), _)) => vec![*row as u32; len],
            _ => return Err(lost()),
        };
        Ok((batch, rows))
    }
}

#[cold]
fn lost() -> Error {
    let message = "an inner plan has lost the numbers of its outer rows";
    Error::runtime(ErrorCode::Internal, "InternalError", "Internal", message)
}
