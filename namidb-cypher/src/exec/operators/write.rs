//! Operators that write are eager: they take all of their input, write for every row, and only then give rows.

use crate::error::Error;
use crate::exec::operator::{Operator, Run};
use crate::exec::rows::{HeldRows, for_each_flat};
use crate::factor::Batch;
use std::fmt;

/// What a writing operator does with all of its rows.
pub(crate) trait Write: fmt::Debug + Send + Sync {
    /// Writes for the rows of a flat batch, and gives the rows that come out.
    fn write(&self, rows: Batch, run: &mut Run<'_>) -> Result<Batch, Error>;
}

/// An operator that writes.
pub(crate) struct WriteOperator<'p> {
    input: Box<dyn Operator + 'p>,
    work: &'p dyn Write,
    result: Option<Batch>,
    given: usize,
}

impl<'p> WriteOperator<'p> {
    pub(crate) fn new(input: Box<dyn Operator + 'p>, work: &'p dyn Write) -> WriteOperator<'p> {
        WriteOperator { input, work, result: None, given: 0 }
    }

    fn run(&mut self, run: &mut Run<'_>) -> Result<Batch, Error> {
        let mut held = HeldRows::new(run.cx, "the rows of a clause that writes");
        while let Some(batch) = self.input.next(run)? {
            run.cx.check()?;
            for_each_flat(batch, run.cx, &mut |flat| held.push(flat))?;
        }
        let rows = held.into_batch();
        if rows.is_empty() { Ok(rows) } else { self.work.write(rows, run) }
    }
}

impl Operator for WriteOperator<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        let batch = match self.result.take() {
            Some(batch) => batch,
            None => self.run(run)?,
        };
        let from = self.given;
        self.given = batch.group(0).len().min(from + run.cx.batch_rows);
        let piece = (from < self.given).then(|| batch.slice(0, from, self.given));
        self.result = Some(batch);
        Ok(piece)
    }
}
