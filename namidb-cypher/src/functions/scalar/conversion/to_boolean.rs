//! `toBoolean(value)`.

use crate::functions::scalar::prelude::*;

pub(super) const TO_BOOLEAN: ScalarFunction = ScalarFunction {
    name: "toBoolean",
    doc: "A boolean, the text 'true' or 'false' in any case, or an integer that is not or is zero, as a \
          boolean; null of another text.",
    example: "RETURN toBoolean('TRUE')",
    answer: "true",
    signature: Signature::new(&[T::ANY], T::BOOLEAN),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            converted(&values[0]).ok_or_else(|| {
                errors::unexpected_value("toBoolean()", "a boolean, a string or an integer", &values[0])
            })
        })
    },
};

pub(super) const TO_BOOLEAN_OR_NULL: ScalarFunction = ScalarFunction {
    name: "toBooleanOrNull",
    doc: "The same as toBoolean, and null of what it does not take.",
    example: "RETURN toBooleanOrNull(1.5)",
    answer: "null",
    kernel: |call| call.strict(|values| Ok(converted(&values[0]).unwrap_or_default())),
    ..TO_BOOLEAN
};

pub(super) const TO_BOOLEAN_LIST: ScalarFunction = ScalarFunction {
    name: "toBooleanList",
    doc: "The elements of a list as booleans; null for each that is none.",
    example: "RETURN toBooleanList(['true', 0])",
    answer: "[true, false]",
    signature: Signature::new(&[T::LIST], T::LIST),
    deterministic: true,
    kernel: |call| call.items(|value| converted(value).unwrap_or_default()),
};

/// None for a type that it does not take.
fn converted(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Boolean(b) => Value::Boolean(*b),
        Value::Integer(i) => Value::Boolean(*i != 0),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Value::Boolean(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Value::Boolean(false),
        Value::String(_) => Value::Null,
        _ => return None,
    })
}
