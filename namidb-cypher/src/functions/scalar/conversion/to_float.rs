//! `toFloat(value)`.

use crate::functions::scalar::prelude::*;

pub(super) const TO_FLOAT: ScalarFunction = ScalarFunction {
    name: "toFloat",
    doc: "A number, or the number in a text, as a float; null of a text without a number.",
    example: "RETURN toFloat('11.5')",
    answer: "11.5",
    signature: Signature::new(&[T::ANY], T::FLOAT),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            converted(&values[0])
                .ok_or_else(|| errors::unexpected_value("toFloat()", "a number or a string", &values[0]))
        })
    },
};

pub(super) const TO_FLOAT_OR_NULL: ScalarFunction = ScalarFunction {
    name: "toFloatOrNull",
    doc: "The same as toFloat, and null of what it does not take.",
    example: "RETURN toFloatOrNull(true)",
    answer: "null",
    kernel: |call| call.strict(|values| Ok(converted(&values[0]).unwrap_or_default())),
    ..TO_FLOAT
};

pub(super) const TO_FLOAT_LIST: ScalarFunction = ScalarFunction {
    name: "toFloatList",
    doc: "The elements of a list as floats; null for each that is no number.",
    example: "RETURN toFloatList([1, '2.5'])",
    answer: "[1.0, 2.5]",
    signature: Signature::new(&[T::LIST], T::LIST),
    deterministic: true,
    kernel: |call| call.items(|value| converted(value).unwrap_or_default()),
};

/// None for a type that it does not take.
fn converted(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Integer(i) => Value::Float(*i as f64),
        Value::Float(f) => Value::Float(*f),
        Value::String(text) => Value::from(parsed(text)),
        _ => return None,
    })
}

/// The number that a text holds, as Cypher writes numbers.
pub(super) fn parsed(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        // Rust's own parser also knows `inf` and `nan`.
        text if text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) => text.parse().ok(),
        _ => None,
    }
}
