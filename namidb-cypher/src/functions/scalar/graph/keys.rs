//! `keys(entity)`.

use crate::eval::properties_of;
use crate::functions::scalar::prelude::*;
use std::sync::Arc;

pub(super) const KEYS: ScalarFunction = ScalarFunction {
    name: "keys",
    doc: "The names of the properties of a node or a relationship, or of the entries of a map.",
    example: "RETURN keys({a: 1, b: null})",
    answer: "['a', 'b']",
    signature: Signature::new(&[T::NODE.or(T::RELATIONSHIP).or(T::MAP)], T::LIST),
    deterministic: true,
    kernel: keys,
};

fn keys(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let properties = properties_of(&values[0], call.state)?;
        Ok(properties.keys().map(|key| Value::String(Arc::clone(key))).collect())
    })
}
