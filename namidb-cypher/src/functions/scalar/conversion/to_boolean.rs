//! `toBoolean(value)`.

use crate::functions::scalar::prelude::*;

/// `toBoolean(value)`.
pub(in crate::functions) const TO_BOOLEAN: ScalarFunction = ScalarFunction {
    name: "toBoolean",
    doc: "A boolean, the text 'true' or 'false' in any case, or an integer that is not or is zero, as a \
          boolean; null of another text.",
    example: Some("toBoolean('TRUE') = true"),
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

/// `toBooleanOrNull(value)`.
pub(in crate::functions) const TO_BOOLEAN_OR_NULL: ScalarFunction = ScalarFunction {
    name: "toBooleanOrNull",
    doc: "The same as toBoolean, and null of what it does not take.",
    example: Some("toBooleanOrNull(1.5) IS NULL"),
    kernel: |call| call.strict(|values| Ok(converted(&values[0]).unwrap_or_default())),
    ..TO_BOOLEAN
};

/// None for a type that it does not take.
pub(super) fn converted(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Boolean(b) => Value::Boolean(*b),
        Value::Integer(i) => Value::Boolean(*i != 0),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Value::Boolean(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Value::Boolean(false),
        Value::String(_) => Value::Null,
        _ => return None,
    })
}
