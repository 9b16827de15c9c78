//! All properties of an entity, and their keys.

use crate::eval::properties_of;
use crate::functions::scalar::prelude::*;
use std::sync::Arc;

const HOLDER: T = T::NODE.or(T::RELATIONSHIP).or(T::MAP);

/// `properties(entity)`.
pub(in crate::functions) const PROPERTIES: ScalarFunction = ScalarFunction {
    name: "properties",
    doc: "The properties of a node or a relationship as a map; a map itself.",
    example: Some("properties({a: 1}) = {a: 1}"),
    signature: Signature::new(&[HOLDER], T::MAP),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(Value::from(properties_of(&values[0], call.state)?))),
};

/// `keys(entity)`.
pub(in crate::functions) const KEYS: ScalarFunction = ScalarFunction {
    name: "keys",
    doc: "The names of the properties of a node or a relationship, or of the entries of a map.",
    example: Some("keys({a: 1, b: null}) = ['a', 'b']"),
    signature: Signature::new(&[HOLDER], T::LIST),
    deterministic: true,
    kernel: keys,
};

fn keys(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let properties = properties_of(&values[0], call.state)?;
        Ok(properties.keys().map(|key| Value::String(Arc::clone(key))).collect())
    })
}
