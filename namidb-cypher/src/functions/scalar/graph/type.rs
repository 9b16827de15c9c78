//! `type(relationship)`.

use crate::functions::scalar::prelude::*;
use std::sync::Arc;

pub(super) const TYPE: ScalarFunction = ScalarFunction {
    name: "type",
    doc: "The type of a relationship, also of a deleted one.",
    example: "MATCH ()-[r]->() RETURN type(r)",
    answer: "'KNOWS'",
    signature: Signature::new(&[T::RELATIONSHIP], T::STRING),
    deterministic: true,
    kernel: rel_type,
};

fn rel_type(call: &Call<'_>) -> Result<Vector, Error> {
    let names: Vec<&Arc<str>> = call.state.catalog().rel_types().map(|(_, name)| name).collect();
    let name_of = |relationship: u64| {
        let number = call.state.relationship_types().get(relationship)?;
        names.get(usize::try_from(number).ok()?).copied()
    };
    if let Vector::Relationship(ids) = call.argument(0)? {
        let mut builder = VectorBuilder::with_capacity(call.len);
        for row in 0..call.len {
            match ids.get(row).and_then(name_of) {
                Some(name) => builder.push_str(name),
                None => builder.push_null(),
            }
        }
        return Ok(builder.finish());
    }
    call.strict(|values| match &values[0] {
        Value::Relationship(relationship) => Ok(Value::from(name_of(relationship.0).cloned())),
        other => Err(call.refuse("a relationship", other)),
    })
}
