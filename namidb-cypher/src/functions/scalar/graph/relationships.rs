//! `relationships(path)`.

use crate::functions::scalar::prelude::*;

pub(super) const RELATIONSHIPS: ScalarFunction = ScalarFunction {
    name: "relationships",
    doc: "The relationships of a path, in walking order.",
    example: "MATCH path = (:Person)-[:KNOWS]->() RETURN [r IN relationships(path) | r.since]",
    answer: "[1833]",
    signature: Signature::new(&[T::PATH], T::LIST),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let relationships = call.path(&values[0])?.relationships.iter();
            Ok(relationships.map(|r| Value::Relationship(*r)).collect())
        })
    },
};
