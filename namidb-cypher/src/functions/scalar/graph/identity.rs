//! What identifies a node or a relationship.

use crate::functions::scalar::prelude::*;
use crate::vector::Primitive;
use arrow_buffer::ScalarBuffer;

const ENTITY: T = T::NODE.or(T::RELATIONSHIP);

/// `id(entity)`.
pub(in crate::functions) const ID: ScalarFunction = ScalarFunction {
    name: "id",
    doc: "The dense id of a node or a relationship.",
    example: None,
    signature: Signature::new(&[ENTITY], T::INTEGER),
    deterministic: true,
    kernel: id,
};

/// `elementId(entity)`.
pub(in crate::functions) const ELEMENT_ID: ScalarFunction = ScalarFunction {
    name: "elementId",
    doc: "The public id: of a node its UUID, of a relationship `r:` and its dense id.",
    example: None,
    signature: Signature::new(&[ENTITY], T::STRING),
    deterministic: true,
    kernel: element_id,
};

fn id(call: &Call<'_>) -> Result<Vector, Error> {
    if let Vector::Node(ids) | Vector::Relationship(ids) = call.argument(0)? {
        let values: Vec<i64> = ids.values.iter().map(|id| *id as i64).collect();
        let validity = ids.validity.clone();
        return Ok(Vector::Integer(Primitive { values: ScalarBuffer::from(values), validity }));
    }
    call.strict(|values| match &values[0] {
        Value::Node(node) => Ok(Value::Integer(node.0 as i64)),
        Value::Relationship(relationship) => Ok(Value::Integer(relationship.0 as i64)),
        other => Err(call.refuse("a node or a relationship", other)),
    })
}

fn element_id(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| match &values[0] {
        Value::Node(node) => match call.state.node_uuid(*node) {
            Some(uuid) => Ok(Value::from(uuid)),
            None => Err(errors::deleted_entity("node")),
        },
        Value::Relationship(relationship) => Ok(Value::from(format!("r:{}", relationship.0))),
        other => Err(call.refuse("a node or a relationship", other)),
    })
}
