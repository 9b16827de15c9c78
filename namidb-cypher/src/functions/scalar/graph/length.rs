//! `length(path)`.

use crate::functions::scalar::prelude::*;

pub(super) const LENGTH: ScalarFunction = ScalarFunction {
    name: "length",
    doc: "How many relationships a path has.",
    example: "MATCH path = (:Person)-[:KNOWS]->(:Person) RETURN length(path)",
    answer: "1",
    signature: Signature::new(&[T::PATH], T::INTEGER),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| Ok(Value::Integer(call.path(&values[0])?.relationships.len() as i64)))
    },
};

pub(super) const PATH_LENGTH: ScalarFunction = ScalarFunction {
    name: "path_length",
    example: "MATCH path = (:Person)-[:KNOWS]->(:Person) RETURN path_length(path)",
    ..LENGTH
};
