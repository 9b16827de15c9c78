//! Measures an operator.

use super::operator::{Operator, Run};
use crate::error::Error;
use crate::factor::Batch;
use crate::profile::OperatorCounters;

/// An operator that counts what it does.
pub(crate) struct Profiled<'p> {
    operator: Box<dyn Operator + 'p>,
    counters: &'p OperatorCounters,
}

impl<'p> Profiled<'p> {
    pub(crate) fn new(operator: Box<dyn Operator + 'p>, counters: &'p OperatorCounters) -> Profiled<'p> {
        Profiled { operator, counters }
    }
}

impl Operator for Profiled<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        let begun = run.cx.runtime.monotonic();
        let batch = self.operator.next(run);
        let time = run.cx.runtime.monotonic().saturating_sub(begun);
        let rows = batch.as_ref().ok().and_then(|batch| batch.as_ref()).map(Batch::row_count);
        self.counters.count(time, rows);
        batch
    }
}
