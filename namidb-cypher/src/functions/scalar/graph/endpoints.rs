//! The ends of a relationship.

use crate::functions::scalar::prelude::*;
use namidb_core::NodeId;
use namidb_core::graph::PackedColumn;

/// `startNode(relationship)`.
pub(in crate::functions) const START_NODE: ScalarFunction = ScalarFunction {
    name: "startNode",
    doc: "The node that a relationship starts at.",
    example: None,
    signature: Signature::new(&[T::RELATIONSHIP], T::NODE),
    deterministic: true,
    kernel: |call| endpoint(call, call.state.relationship_sources()),
};

/// `endNode(relationship)`.
pub(in crate::functions) const END_NODE: ScalarFunction = ScalarFunction {
    name: "endNode",
    doc: "The node that a relationship ends at.",
    example: None,
    signature: Signature::new(&[T::RELATIONSHIP], T::NODE),
    deterministic: true,
    kernel: |call| endpoint(call, call.state.relationship_targets()),
};

fn endpoint(call: &Call<'_>, ends: &PackedColumn) -> Result<Vector, Error> {
    call.strict(|values| match &values[0] {
        Value::Relationship(relationship) => Ok(Value::from(ends.get(relationship.0).map(NodeId))),
        other => Err(call.refuse("a relationship", other)),
    })
}
