//! SKIP and LIMIT.

use crate::error::Error;
use crate::exec::operator::{Operator, Resident, Run};
use crate::factor::{Batch, FlatCursor};
use crate::physical::Expression;
use namidb_core::{ErrorCode, Value};

/// Leaves out the first rows.
pub(crate) struct Skip<'p> {
    input: Box<dyn Operator + 'p>,
    count: &'p Expression,
    left: Option<u64>,
    cursor: Option<FlatCursor>,
}

impl<'p> Skip<'p> {
    pub(crate) fn new(input: Box<dyn Operator + 'p>, count: &'p Expression) -> Skip<'p> {
        Skip { input, count, left: None, cursor: None }
    }
}

impl Operator for Skip<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        let mut left = match self.left {
            Some(left) => left,
            None => run.resolve(|at| row_count(self.count, "SKIP", at))?,
        };
        loop {
            self.left = Some(left);
            if let Some(cursor) = &mut self.cursor {
                if let Some(batch) = cursor.next(run.cx.batch_rows) {
                    return Ok(Some(batch));
                }
                self.cursor = None;
            }
            let Some(batch) = self.input.next(run)? else { return Ok(None) };
            if left == 0 {
                return Ok(Some(batch));
            }
            let rows = batch.row_count();
            if rows <= left {
                left -= rows;
                continue;
            }
            let mut cursor = FlatCursor::new(batch);
            while left > 0 {
                run.cx.check()?;
                let piece = left.min(run.cx.batch_rows as u64) as usize;
                if cursor.next(piece).is_none() {
                    break;
                }
                left -= piece as u64;
            }
            self.cursor = Some(cursor);
        }
    }
}

/// Stops after so many rows.
pub(crate) struct Limit<'p> {
    input: Box<dyn Operator + 'p>,
    count: &'p Expression,
    /// Whether something below writes, so that all of it must run.
    drains: bool,
    left: Option<u64>,
}

impl<'p> Limit<'p> {
    pub(crate) fn new(input: Box<dyn Operator + 'p>, count: &'p Expression, drains: bool) -> Limit<'p> {
        Limit { input, count, drains, left: None }
    }
}

impl Operator for Limit<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        let left = match self.left {
            Some(left) => left,
            None => run.resolve(|at| row_count(self.count, "LIMIT", at))?,
        };
        self.left = Some(left);
        if left == 0 {
            if self.drains {
                while self.input.next(run)?.is_some() {}
            }
            return Ok(None);
        }
        let Some(batch) = self.input.next(run)? else { return Ok(None) };
        let rows = batch.row_count();
        if rows <= left {
            self.left = Some(left - rows);
            return Ok(Some(batch));
        }
        self.left = Some(0);
        // `left` is less than the rows of a batch that is in memory, or at least counted there.
        Ok(FlatCursor::new(batch).next(usize::try_from(left).unwrap_or(usize::MAX)))
    }
}

/// The number that SKIP, LIMIT, or a bounded sort is given.
pub(crate) fn row_count(count: &Expression, clause: &str, at: Resident<'_>) -> Result<u64, Error> {
    let value = count.constant(at.state, at.cx)?;
    match value {
        Value::Integer(rows) => u64::try_from(rows).map_err(|_| {
            Error::runtime(
                ErrorCode::Argument,
                "SyntaxError",
                "NegativeIntegerArgument",
                format!("{clause} takes a number of rows, not {rows}"),
            )
            .with_span(count.span)
        }),
        other => Err(Error::runtime(
            ErrorCode::Argument,
            "SyntaxError",
            "InvalidArgumentType",
            format!("{clause} takes an integer, not {}", other.type_name()),
        )
        .with_span(count.span)),
    }
}
