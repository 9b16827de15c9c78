//! The node with a public id.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::exec::seek::seek;
use crate::physical::Expression;
use namidb_core::{Uuid, Value};

/// What to seek.
#[derive(Debug)]
pub(crate) struct UuidSeek {
    /// The node; none if nobody reads it.
    pub(crate) variable: Option<VarId>,
    /// Its public id.
    pub(crate) uuid: Expression,
}

/// Finds a node by its public id. What is no text, or no UUID, finds nothing.
pub(crate) struct UuidSeekTransform<'p>(pub(crate) &'p UuidSeek);

impl Transform for UuidSeekTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        seek(work, &[&self.0.uuid], self.0.variable, resident, |values, row, nodes| {
            if let Value::String(text) = values[0].value(row)
                && let Ok(uuid) = Uuid::try_parse(&text)
            {
                nodes.extend(resident.state.node_by_uuid(&uuid).map(|node| node.0));
            }
            Ok(())
        })
    }
}
