//! `id(entity)`.

use crate::functions::scalar::prelude::*;
use crate::vector::Primitive;
use arrow_buffer::ScalarBuffer;

pub(super) const ID: ScalarFunction = ScalarFunction {
    name: "id",
    doc: "The dense id of a node or a relationship.",
    example: "MATCH (p:Person) RETURN min(id(p))",
    answer: "0",
    signature: Signature::new(&[T::NODE.or(T::RELATIONSHIP)], T::INTEGER),
    deterministic: true,
    kernel: id,
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
