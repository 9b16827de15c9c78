//! `nodes(path)`.

use crate::functions::scalar::prelude::*;

pub(super) const NODES: ScalarFunction = ScalarFunction {
    name: "nodes",
    doc: "The nodes of a path, in walking order.",
    example: "MATCH path = (:Person)-[:KNOWS]->() RETURN [p IN nodes(path) | p.name]",
    answer: "['Ada', 'Charles']",
    signature: Signature::new(&[T::PATH], T::LIST),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| Ok(call.path(&values[0])?.nodes.iter().map(|n| Value::Node(*n)).collect()))
    },
};
