//! How much a list, a text or a map holds.

use crate::functions::scalar::prelude::*;

const CONTAINER: T = T::LIST.or(T::STRING).or(T::MAP);

/// `size(container)`.
pub(in crate::functions) const SIZE: ScalarFunction = ScalarFunction {
    name: "size",
    doc: "How many elements a list has, how many characters a text, how many entries a map.",
    example: Some("size([1, 2, 3]) = 3"),
    signature: Signature::new(&[CONTAINER], T::INTEGER),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(Value::Integer(size(call, &values[0])? as i64))),
};

/// `isEmpty(container)`.
pub(in crate::functions) const IS_EMPTY: ScalarFunction = ScalarFunction {
    name: "isEmpty",
    doc: "Whether a list has no elements, a text no characters, a map no entries.",
    example: Some("isEmpty('') = true"),
    signature: Signature::new(&[CONTAINER], T::BOOLEAN),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(Value::Boolean(size(call, &values[0])? == 0))),
};

fn size(call: &Call<'_>, value: &Value) -> Result<usize, Error> {
    match value {
        Value::List(items) => Ok(items.len()),
        Value::String(text) => Ok(text.chars().count()),
        Value::Map(map) => Ok(map.len()),
        Value::Vector(items) => Ok(items.len()),
        other => Err(call.refuse("a list, a string or a map", other)),
    }
}
