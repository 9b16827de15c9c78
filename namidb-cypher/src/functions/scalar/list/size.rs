//! `size(container)`.

use crate::functions::scalar::prelude::*;

pub(super) const CONTAINER: T = T::LIST.or(T::STRING).or(T::MAP);

pub(super) const SIZE: ScalarFunction = ScalarFunction {
    name: "size",
    doc: "How many elements a list has, how many characters a text, how many entries a map.",
    example: "RETURN size([1, 2, 3])",
    answer: "3",
    signature: Signature::new(&[CONTAINER], T::INTEGER),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(Value::Integer(size(call, &values[0])? as i64))),
};

pub(super) fn size(call: &Call<'_>, value: &Value) -> Result<usize, Error> {
    match value {
        Value::List(items) => Ok(items.len()),
        Value::String(text) => Ok(text.chars().count()),
        Value::Map(map) => Ok(map.len()),
        Value::Vector(items) => Ok(items.len()),
        other => Err(call.refuse("a list, a string or a map", other)),
    }
}
