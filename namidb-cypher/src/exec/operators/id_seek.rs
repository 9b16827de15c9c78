//! The node with a dense id.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::exec::seek::seek;
use crate::physical::Expression;
use namidb_core::{NodeId, Value};

/// What to seek.
#[derive(Debug)]
pub(crate) struct IdSeek {
    /// The node; none if nobody reads it.
    pub(crate) variable: Option<VarId>,
    /// Its dense id.
    pub(crate) id: Expression,
}

/// Finds a node by its dense id. Whatever equals no id finds nothing.
pub(crate) struct IdSeekTransform<'p>(pub(crate) &'p IdSeek);

impl Transform for IdSeekTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        seek(work, &[&self.0.id], self.0.variable, resident, |values, row, nodes| {
            let id = match values[0].value(row) {
                Value::Integer(id) => u64::try_from(id).ok(),
                // As `=` does, a float that is an integer counts as that integer.
                Value::Float(id) if (0.0..9e15).contains(&id) && id.fract() == 0.0 => Some(id as u64),
                _ => None,
            };
            nodes.extend(id.filter(|id| resident.state.has_node(NodeId(*id))));
            Ok(())
        })
    }
}
