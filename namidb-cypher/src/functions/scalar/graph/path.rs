//! The parts of a path.

use crate::functions::scalar::prelude::*;
use namidb_core::value::Path;

/// `nodes(path)`.
pub(in crate::functions) const NODES: ScalarFunction = ScalarFunction {
    name: "nodes",
    doc: "The nodes of a path, in walking order.",
    example: None,
    signature: Signature::new(&[T::PATH], T::LIST),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| Ok(path(call, &values[0])?.nodes.iter().map(|n| Value::Node(*n)).collect()))
    },
};

/// `relationships(path)`.
pub(in crate::functions) const RELATIONSHIPS: ScalarFunction = ScalarFunction {
    name: "relationships",
    doc: "The relationships of a path, in walking order.",
    example: None,
    signature: Signature::new(&[T::PATH], T::LIST),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let relationships = path(call, &values[0])?.relationships.iter();
            Ok(relationships.map(|r| Value::Relationship(*r)).collect())
        })
    },
};

/// `length(path)`.
pub(in crate::functions) const LENGTH: ScalarFunction = ScalarFunction {
    name: "length",
    doc: "How many relationships a path has.",
    example: None,
    signature: Signature::new(&[T::PATH], T::INTEGER),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| Ok(Value::Integer(path(call, &values[0])?.relationships.len() as i64)))
    },
};

/// `path_length(path)`.
pub(in crate::functions) const PATH_LENGTH: ScalarFunction = ScalarFunction { name: "path_length", ..LENGTH };

fn path<'v>(call: &Call<'_>, value: &'v Value) -> Result<&'v Path, Error> {
    match value {
        Value::Path(path) => Ok(path),
        other => Err(call.refuse("a path", other)),
    }
}
