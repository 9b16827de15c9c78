//! Conversions of every element of a list.

use super::{to_boolean, to_float, to_integer};
use crate::functions::scalar::prelude::*;

const LISTS: Signature = Signature::new(&[T::LIST], T::LIST);

/// `toBooleanList(list)`.
pub(in crate::functions) const TO_BOOLEAN_LIST: ScalarFunction = ScalarFunction {
    name: "toBooleanList",
    doc: "The elements of a list as booleans; null for each that is none.",
    example: Some("toBooleanList(['true', 0]) = [true, false]"),
    signature: LISTS,
    deterministic: true,
    kernel: |call| each(call, |value| to_boolean::converted(value).unwrap_or_default()),
};

/// `toFloatList(list)`.
pub(in crate::functions) const TO_FLOAT_LIST: ScalarFunction = ScalarFunction {
    name: "toFloatList",
    doc: "The elements of a list as floats; null for each that is no number.",
    example: Some("toFloatList([1, '2.5']) = [1.0, 2.5]"),
    signature: LISTS,
    deterministic: true,
    kernel: |call| each(call, |value| to_float::converted(value).unwrap_or_default()),
};

/// `toIntegerList(list)`.
pub(in crate::functions) const TO_INTEGER_LIST: ScalarFunction = ScalarFunction {
    name: "toIntegerList",
    doc: "The elements of a list as integers; null for each that is no number.",
    example: Some("toIntegerList(['2', 2.9, true]) = [2, 2, 1]"),
    signature: LISTS,
    deterministic: true,
    kernel: |call| each(call, |value| to_integer::converted(value).and_then(Result::ok).unwrap_or_default()),
};

/// `toStringList(list)`.
pub(in crate::functions) const TO_STRING_LIST: ScalarFunction = ScalarFunction {
    name: "toStringList",
    doc: "The elements of a list as texts; null for each that has none.",
    example: Some("toStringList([1, true, date('2026-01-01')]) = ['1', 'true', '2026-01-01']"),
    signature: LISTS,
    deterministic: true,
    kernel: |call| each(call, |value| Value::from(value.to_text())),
};

fn each(call: &Call<'_>, convert: fn(&Value) -> Value) -> Result<Vector, Error> {
    call.strict(|values| {
        let items = values[0].as_list().ok_or_else(|| call.refuse("a list", &values[0]))?;
        Ok(items.iter().map(convert).collect())
    })
}
