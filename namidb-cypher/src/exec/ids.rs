//! The nodes or relationships of a variable, row by row.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::factor::Batch;
use crate::vector::{Primitive, Vector};
use namidb_core::{ErrorCode, Value};

/// The ids of a variable's nodes or relationships for the rows of a group.
pub(crate) enum EntityIds {
    /// An id a row.
    Column(Primitive<u64>),
    /// The same in every row.
    Constant(Option<u64>),
    /// Whatever else holds them.
    Values(Vector),
}

impl EntityIds {
    /// The ids of a variable that is in the group or above it.
    pub(crate) fn new(batch: &Batch, variable: VarId, group: usize) -> Result<EntityIds, Error> {
        Ok(match column(batch, variable, group)? {
            Vector::Node(ids) | Vector::Relationship(ids) => EntityIds::Column(ids),
            Vector::Constant(value, _) => EntityIds::Constant(id(&value)),
            other => EntityIds::Values(other),
        })
    }

    /// The id of a row; none if it is null.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> Option<u64> {
        match self {
            EntityIds::Column(ids) => ids.get(row),
            EntityIds::Constant(id) => *id,
            EntityIds::Values(values) => id(&values.value(row)),
        }
    }
}

fn id(value: &Value) -> Option<u64> {
    match value {
        Value::Node(node) => Some(node.0),
        Value::Relationship(relationship) => Some(relationship.0),
        _ => None,
    }
}

/// A variable's values for the rows of a group.
pub(crate) fn column(batch: &Batch, variable: VarId, group: usize) -> Result<Vector, Error> {
    batch.column_at(variable, group).ok_or_else(|| missing(variable))
}

#[cold]
fn missing(variable: VarId) -> Error {
    Error::runtime(
        ErrorCode::Internal,
        "InternalError",
        "Internal",
        format!("no column holds variable {}", variable.0),
    )
}
