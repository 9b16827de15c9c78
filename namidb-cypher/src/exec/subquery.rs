//! Subqueries of expressions: EXISTS, COUNT and COLLECT, and the pattern forms of them.

use super::ExecutionContext;
use super::inner::InnerRun;
use super::operator::Run;
use crate::binder::bound::SubqueryKind;
use crate::error::Error;
use crate::eval::Subquery;
use crate::exec::ids;
use crate::factor::Batch;
use crate::physical::InnerPlan;
use crate::vector::{Vector, value_bytes};
use arrow_buffer::BooleanBuffer;
use namidb_core::Value;
use namidb_core::graph::GraphState;

/// A subquery, ready to run.
#[derive(Debug)]
pub(crate) struct PhysicalSubquery {
    pub(crate) kind: SubqueryKind,
    pub(crate) inner: InnerPlan,
}

impl Subquery for PhysicalSubquery {
    fn evaluate(&self, outer: &Batch, state: &GraphState, cx: &ExecutionContext) -> Result<Vector, Error> {
        let len = outer.group(0).len();
        let mut read = outer.clone();
        read.retain_columns(|v| self.inner.arguments.contains(&v));
        let mut inner = InnerRun::new(&self.inner, read);
        let mut run = Run::reading(state.clone(), cx);
        match &self.kind {
            SubqueryKind::Exists => {
                let mut found = vec![false; len];
                while let Some(batch) = inner.next(&mut run)? {
                    cx.check()?;
                    batch.for_each_count(&mut |row, count| found[row] |= count > 0)?;
                    inner.skip_row();
                }
                Ok(Vector::booleans(BooleanBuffer::from(found)))
            }
            SubqueryKind::Count => {
                let mut counts = vec![0_i64; len];
                while let Some(batch) = inner.next(&mut run)? {
                    cx.check()?;
                    batch.for_each_count(&mut |row, count| {
                        counts[row] = counts[row].saturating_add_unsigned(count);
                    })?;
                }
                Ok(Vector::integers(counts))
            }
            SubqueryKind::Collect(variable) => {
                let mut lists: Vec<Vec<Value>> = vec![Vec::new(); len];
                let mut memory = cx.reservation();
                while let Some(batch) = inner.next(&mut run)? {
                    cx.check()?;
                    let (batch, rows) = batch.flat()?;
                    let column = ids::column(&batch, *variable, 0)?;
                    let mut bytes = 0;
                    for (row, value) in rows.iter().zip(column.values()) {
                        bytes += value_bytes(&value);
                        lists[*row as usize].push(value);
                    }
                    memory.grow(bytes, "a list of a subquery's rows")?;
                }
                Ok(Vector::from_values(lists.into_iter().map(|list| Value::List(list.into())).collect()))
            }
        }
    }
}
