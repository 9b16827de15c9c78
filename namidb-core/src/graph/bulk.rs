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
        let cx = ApplyContext::new(self, seq);
        self.apply_all(cx, ops.len(), ops.iter().map(Ok))
    }

    /// Applies `count` operations of a transaction from the log, which were judged when they were written: what is not in
    /// memory is neither fetched nor compared with them. Only the definition of an index reads the state.
    ///
    /// # Errors
    /// As [`GraphState::apply_op`], as far as what is in memory tells, and the first error of `ops`. The state is then of
    /// no use: apply to a clone.
    pub fn replay<O: Borrow<Op>>(
        &mut self,
        count: usize,
        ops: impl IntoIterator<Item = Result<O>>,
        seq: Seq,
    ) -> Result<()> {
        let cx = ApplyContext::replaying(self, seq);
        self.apply_all(cx, count, ops)
    }

    fn apply_all<O: Borrow<Op>>(
        &mut self,
        mut cx: ApplyContext,
        count: usize,
        ops: impl IntoIterator<Item = Result<O>>,
    ) -> Result<()> {
        if count >= BATCH_MIN {
            cx.defer_lists();
        }
        for op in ops {
            self.apply_op(&mut cx, op?.borrow())?;
        }
        self.fill_lists(&mut cx);
        Ok(())
    }
}
