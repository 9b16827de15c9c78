//! Rows that an operator holds: batches written out in one group, and put together when all are there.

use super::{ExecutionContext, MemoryReservation};
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::factor::{Batch, FlatCursor};
use crate::vector::Vector;

/// Batches of more rows than this are written out in pieces.
pub(crate) const FLAT_MAX: u64 = 1 << 16;

/// Calls `f` with the batch's rows in one group, in pieces if they are many. Looks at the context before each piece: a
/// batch of a few columns may stand for billions of rows.
pub(crate) fn for_each_flat(
    batch: Batch,
    cx: &ExecutionContext,
    f: &mut dyn FnMut(Batch) -> Result<(), Error>,
) -> Result<(), Error> {
    if batch.is_flat() || batch.row_count() <= FLAT_MAX {
        return f(batch.flatten());
    }
    let mut cursor = FlatCursor::new(batch);
    while let Some(piece) = cursor.next(FLAT_MAX as usize) {
        cx.check()?;
        f(piece)?;
    }
    Ok(())
}

/// Flat batches, held.
pub(crate) struct HeldRows {
    batches: Vec<Batch>,
    memory: MemoryReservation,
    holder: &'static str,
}

impl HeldRows {
    /// Holds no rows yet; `holder` says in errors what for.
    pub(crate) fn new(cx: &ExecutionContext, holder: &'static str) -> HeldRows {
        HeldRows { batches: Vec::new(), memory: cx.reservation(), holder }
    }

    /// Takes a flat batch in.
    pub(crate) fn push(&mut self, batch: Batch) -> Result<(), Error> {
        self.memory.grow(batch.size_bytes(), self.holder)?;
        self.batches.push(batch);
        Ok(())
    }

    /// All rows in one batch.
    pub(crate) fn into_batch(self) -> Batch {
        concat(self.batches)
    }
}

/// The rows of flat batches with the same columns, in one.
pub(crate) fn concat(mut batches: Vec<Batch>) -> Batch {
    let variables: Vec<VarId> = match batches.as_slice() {
        [] => return Batch::flat(0, Vec::new()),
        [_] => return batches.remove(0),
        [first, ..] => first.variables().collect(),
    };
    let columns = variables.into_iter().map(|variable| {
        let parts: Vec<Vector> =
            batches.iter().filter_map(|b| b.group(0).column(variable)).cloned().collect();
        (variable, Vector::concat(&parts))
    });
    Batch::flat(batches.iter().map(|b| b.group(0).len()).sum(), columns.collect())
}
