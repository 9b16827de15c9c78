//! Applying a whole transaction: the same result as operation by operation, in larger steps.
//!
//! New relationships wait, and enter their lists sorted, a chunk at a time. They stop waiting as soon as an
//! operation looks at lists.

use super::op::Op;
use super::{ApplyContext, GraphState};
use crate::error::Result;
use crate::ids::Seq;
use std::borrow::Borrow;

/// A smaller transaction is applied operation by operation.
const BATCH_MIN: usize = 32;

impl GraphState {
    /// Applies the operations of a transaction that was committed as `seq`.
    ///
    /// # Errors
    /// As [`GraphState::apply_op`]. The state is then of no use: apply to a clone.
    pub fn apply_transaction(&mut self, ops: &[Op], seq: Seq) -> Result<()> {
        self.apply_each(ops.len(), ops.iter().map(Ok), seq)
    }

    /// As [`GraphState::apply_transaction`], for `count` operations that come one at a time.
    ///
    /// # Errors
    /// Also the first error of `ops`.
    pub fn apply_each<O: Borrow<Op>>(
        &mut self,
        count: usize,
        ops: impl IntoIterator<Item = Result<O>>,
        seq: Seq,
    ) -> Result<()> {
        let mut cx =
            if count < BATCH_MIN { ApplyContext::new(self, seq) } else { ApplyContext::batched(self, seq) };
        for op in ops {
            self.apply_op(&mut cx, op?.borrow())?;
        }
        self.fill_lists(&mut cx);
        Ok(())
    }
}
