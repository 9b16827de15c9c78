//! `toString(value)`.

use crate::functions::scalar::prelude::*;

pub(super) const TO_STRING: ScalarFunction = ScalarFunction {
    name: "toString",
    doc: "A number, boolean, temporal value or point as text; a text itself.",
    example: "RETURN toString(11.5)",
    answer: "'11.5'",
    signature: Signature::new(&[T::ANY], T::STRING),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| match values[0].to_text() {
            Some(text) => Ok(Value::from(text)),
            None => {
                let expected = "a number, a boolean, a string, a temporal value or a point";
                Err(errors::unexpected_value("toString()", expected, &values[0]))
            }
        })
    },
};

pub(super) const TO_STRING_OR_NULL: ScalarFunction = ScalarFunction {
    name: "toStringOrNull",
    doc: "The same as toString, and null of what it does not take.",
    example: "RETURN toStringOrNull([1])",
    answer: "null",
    kernel: |call| call.strict(|values| Ok(Value::from(values[0].to_text()))),
    ..TO_STRING
};

pub(super) const TO_STRING_LIST: ScalarFunction = ScalarFunction {
    name: "toStringList",
    doc: "The elements of a list as texts; null for each that has none.",
    example: "RETURN toStringList([1, true, date('2026-01-01')])",
    answer: "['1', 'true', '2026-01-01']",
    signature: Signature::new(&[T::LIST], T::LIST),
    deterministic: true,
    kernel: |call| call.items(|value| Value::from(value.to_text())),
};
