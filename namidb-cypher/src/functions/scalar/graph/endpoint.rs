//! The ends of a relationship.

use crate::functions::scalar::prelude::*;
use namidb_core::NodeId;
use namidb_core::graph::PackedColumn;

pub(super) fn endpoint(call: &Call<'_>, ends: &PackedColumn) -> Result<Vector, Error> {
    call.strict(|values| match &values[0] {
        Value::Relationship(relationship) => Ok(Value::from(ends.get(relationship.0).map(NodeId))),
        other => Err(call.refuse("a relationship", other)),
    })
}
