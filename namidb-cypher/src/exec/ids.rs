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
    /// Whatever else holds them, and how the id of a value is read.
    Values(Vector, fn(&Value) -> Option<u64>),
}

impl EntityIds {
    /// The ids of the nodes of a variable that is in the group or above it. Other values have none.
    pub(crate) fn nodes(batch: &Batch, variable: VarId, group: usize) -> Result<EntityIds, Error> {
        Ok(match column(batch, variable, group)? {
            Vector::Node(ids) => EntityIds::Column(ids),
            Vector::Constant(value, _) => EntityIds::Constant(node(&value)),
            other => EntityIds::Values(other, node),
        })
    }

    /// The ids of the relationships of a variable that is in the group or above it. Other values have none.
    pub(crate) fn relationships(batch: &Batch, variable: VarId, group: usize) -> Result<EntityIds, Error> {
        Ok(match column(batch, variable, group)? {
            Vector::Relationship(ids) => EntityIds::Column(ids),
            Vector::Constant(value, _) => EntityIds::Constant(relationship(&value)),
            other => EntityIds::Values(other, relationship),
        })
    }

    /// The id of a row; none if it is null or another value.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> Option<u64> {
        match self {
            EntityIds::Column(ids) => ids.get(row),
            EntityIds::Constant(id) => *id,
            EntityIds::Values(values, id) => id(&values.value(row)),
        }
    }
}

fn node(value: &Value) -> Option<u64> {
    match value {
        Value::Node(node) => Some(node.0),
        _ => None,
    }
}

fn relationship(value: &Value) -> Option<u64> {
    match value {
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
