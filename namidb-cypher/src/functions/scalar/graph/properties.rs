//! `properties(entity)`.

use crate::eval::properties_of;
use crate::functions::scalar::prelude::*;

pub(super) const PROPERTIES: ScalarFunction = ScalarFunction {
    name: "properties",
    doc: "The properties of a node or a relationship as a map; a map itself.",
    example: "RETURN properties({a: 1})",
    answer: "{a: 1}",
    signature: Signature::new(&[T::NODE.or(T::RELATIONSHIP).or(T::MAP)], T::MAP),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(Value::from(properties_of(&values[0], call.state)?))),
};
