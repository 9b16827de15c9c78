//! `elementId(entity)`.

use crate::functions::scalar::prelude::*;

pub(super) const ELEMENT_ID: ScalarFunction = ScalarFunction {
    name: "elementId",
    doc: "The public id: of a node its UUID, of a relationship `r:` and its dense id.",
    example: "MATCH ()-[knows:KNOWS]->() RETURN elementId(knows)",
    answer: "'r:0'",
    signature: Signature::new(&[T::NODE.or(T::RELATIONSHIP)], T::STRING),
    deterministic: true,
    kernel: element_id,
};

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
