//! Applying a whole transaction: the same result as operation by operation, in larger steps.
//!
//! New relationships wait, and enter their lists sorted, a chunk at a time. They stop waiting as soon as an
//! operation looks at lists.

use super::op::Op;
use super::{ApplyContext, GraphState};
use crate::error::Result;
use crate::ids::Seq;

/// A smaller transaction is applied operation by operation.
const BATCH_MIN: usize = 32;

impl GraphState {
    /// Applies the operations of a transaction that was committed as `seq`.
    ///
    /// # Errors
    /// As [`GraphState::apply_op`]. The state is then of no use: apply to a clone.
    pub fn apply_transaction(&mut self, ops: &[Op], seq: Seq) -> Result<()> {
        let mut cx = if ops.len() < BATCH_MIN {
            ApplyContext::new(self, seq)
        } else {
            ApplyContext::batched(self, seq)
        };
        for op in ops {
            self.apply_op(&mut cx, op)?;
        }
        self.fill_lists(&mut cx);
        Ok(())
    }
}
