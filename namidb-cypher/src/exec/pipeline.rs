//! Drives transforms: pulls a batch from below, has what it reads fetched, and hands results up.

use super::context::Ticks;
use super::operator::{Operator, Run, Step, Transform, Work};
use super::rows::FLAT_MAX;
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::factor::{Batch, FlatCursor};

/// A transform over an input.
pub(crate) struct Piped<'p, T> {
    input: Box<dyn Operator + 'p>,
    transform: T,
    /// Columns that nobody above reads.
    dead: &'p [VarId],
    work: Option<Work>,
    /// A batch that the transform wanted flat.
    flat: Option<FlatCursor>,
    ticks: Ticks,
    finished: bool,
}

impl<'p, T: Transform> Piped<'p, T> {
    pub(crate) fn new(input: Box<dyn Operator + 'p>, transform: T, dead: &'p [VarId]) -> Piped<'p, T> {
        Piped { input, transform, dead, work: None, flat: None, ticks: Ticks::new(), finished: false }
    }

    fn next_work(&mut self, run: &mut Run<'_>) -> Result<Option<Work>, Error> {
        if let Some(work) = self.work.take() {
            return Ok(Some(work));
        }
        if let Some(cursor) = &mut self.flat {
            if let Some(batch) = cursor.next(run.cx.batch_rows) {
                return Ok(Some(batch.into()));
            }
            self.flat = None;
        }
        Ok(self.input.next(run)?.map(Work::from))
    }

    /// Works on a batch. A function of its own, so that it takes no room on the stack while operators below are asked: they
    /// stand on each other as deep as the text is long.
    #[inline(never)]
    fn step(&mut self, work: Work, run: &mut Run<'_>) -> Result<Step, Error> {
        if run.state().is_partial() {
            run.resolve(|resident| self.transform.execute(work.clone(), resident))
        } else {
            self.transform.execute(work, run.resident())
        }
    }
}

impl<T: Transform> Operator for Piped<'_, T> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        while !self.finished {
            let Some(work) = self.next_work(run)? else { break };
            self.ticks.tick_batch(run.cx, work.batch.group(0).len())?;
            let output = match self.step(work, run)? {
                Step::Done(output) => output,
                Step::More(output, rest) => {
                    self.work = Some(rest);
                    output
                }
                Step::Flatten(batch) => {
                    self.flat = Some(FlatCursor::new(batch));
                    None
                }
                Step::Enough(output) => {
                    self.finished = true;
                    output
                }
            };
            if let Some(mut batch) = output.filter(|b| !b.is_empty()) {
                if !self.dead.is_empty() {
                    batch.retain_columns(|v| !self.dead.contains(&v));
                }
                if !run.cx.factorised && batch.row_count() <= FLAT_MAX {
                    batch = batch.flatten();
                }
                return Ok(Some(batch));
            }
        }
        self.finished = true;
        Ok(None)
    }
}

/// Drops columns that nobody above reads.
pub(crate) struct Dropping<'p> {
    input: Box<dyn Operator + 'p>,
    dead: &'p [VarId],
}

impl<'p> Dropping<'p> {
    pub(crate) fn new(input: Box<dyn Operator + 'p>, dead: &'p [VarId]) -> Dropping<'p> {
        Dropping { input, dead }
    }
}

impl Operator for Dropping<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        let mut batch = self.input.next(run)?;
        if let Some(batch) = &mut batch {
            batch.retain_columns(|v| !self.dead.contains(&v));
        }
        Ok(batch)
    }
}
