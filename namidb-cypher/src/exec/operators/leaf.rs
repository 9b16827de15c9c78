//! Where rows begin: one empty row, or the rows of the plan around.

use crate::error::Error;
use crate::exec::operator::{Operator, Run};
use crate::factor::Batch;

/// Gives one batch.
pub(crate) struct Leaf {
    batch: Option<Batch>,
}

impl Leaf {
    /// One row without columns.
    pub(crate) fn unit() -> Leaf {
        Leaf { batch: Some(Batch::unit()) }
    }

    /// The rows of the plan around.
    pub(crate) fn argument(batch: Batch) -> Leaf {
        Leaf { batch: Some(batch) }
    }

    /// No rows.
    pub(crate) fn none() -> Leaf {
        Leaf { batch: None }
    }
}

impl Operator for Leaf {
    fn next(&mut self, _run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        Ok(self.batch.take().filter(|b| !b.is_empty()))
    }
}
