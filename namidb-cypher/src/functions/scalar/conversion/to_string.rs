//! `toString(value)`.

use crate::functions::scalar::prelude::*;

/// `toString(value)`.
pub(in crate::functions) const TO_STRING: ScalarFunction = ScalarFunction {
    name: "toString",
    doc: "A number, boolean, temporal value or point as text; a text itself.",
    example: Some("toString(11.5) = '11.5'"),
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

/// `toStringOrNull(value)`.
pub(in crate::functions) const TO_STRING_OR_NULL: ScalarFunction = ScalarFunction {
    name: "toStringOrNull",
    doc: "The same as toString, and null of what it does not take.",
    example: Some("toStringOrNull([1]) IS NULL"),
    kernel: |call| call.strict(|values| Ok(Value::from(values[0].to_text()))),
    ..TO_STRING
};
