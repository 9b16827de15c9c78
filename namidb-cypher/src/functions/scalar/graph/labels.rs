//! The labels of a node, and the type of a relationship.

use crate::eval::check_node;
use crate::functions::scalar::prelude::*;
use std::sync::Arc;

/// `labels(node)`.
pub(in crate::functions) const LABELS: ScalarFunction = ScalarFunction {
    name: "labels",
    doc: "The labels of a node.",
    example: None,
    signature: Signature::new(&[T::NODE], T::LIST),
    deterministic: true,
    kernel: labels,
};

/// `type(relationship)`.
pub(in crate::functions) const TYPE: ScalarFunction = ScalarFunction {
    name: "type",
    doc: "The type of a relationship, also of a deleted one.",
    example: None,
    signature: Signature::new(&[T::RELATIONSHIP], T::STRING),
    deterministic: true,
    kernel: rel_type,
};

fn labels(call: &Call<'_>) -> Result<Vector, Error> {
    let catalog = call.state.catalog();
    call.strict(|values| match &values[0] {
        Value::Node(node) => {
            check_node(call.state, *node)?;
            let labels = call.state.labels(*node);
            Ok(labels.iter().map(|label| Value::String(Arc::clone(catalog.label_name(*label)))).collect())
        }
        other => Err(call.refuse("a node", other)),
    })
}

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
