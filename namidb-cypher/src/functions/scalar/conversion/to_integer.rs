//! `toInteger(value)`.

use crate::functions::scalar::prelude::*;

pub(super) const TO_INTEGER: ScalarFunction = ScalarFunction {
    name: "toInteger",
    doc: "A number or the number in a text without its decimals, 1 and 0 of booleans; null of a text without \
          a number.",
    example: "RETURN toInteger('2.9')",
    answer: "2",
    signature: Signature::new(&[T::ANY], T::INTEGER),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| match converted(&values[0]) {
            Some(converted) => converted,
            None => {
                let expected = "a number, a string or a boolean";
                Err(errors::unexpected_value("toInteger()", expected, &values[0]))
            }
        })
    },
};

pub(super) const TO_INTEGER_OR_NULL: ScalarFunction = ScalarFunction {
    name: "toIntegerOrNull",
    doc: "The same as toInteger, and null of what it does not take or cannot convert.",
    example: "RETURN toIntegerOrNull([1])",
    answer: "null",
    kernel: |call| call.strict(|values| Ok(converted(&values[0]).and_then(Result::ok).unwrap_or_default())),
    ..TO_INTEGER
};

pub(super) const TO_INTEGER_LIST: ScalarFunction = ScalarFunction {
    name: "toIntegerList",
    doc: "The elements of a list as integers; null for each that is no number.",
    example: "RETURN toIntegerList(['2', 2.9, true])",
    answer: "[2, 2, 1]",
    signature: Signature::new(&[T::LIST], T::LIST),
    deterministic: true,
    kernel: |call| call.items(|value| converted(value).and_then(Result::ok).unwrap_or_default()),
};

/// None for a type that it does not take.
fn converted(value: &Value) -> Option<Result<Value, Error>> {
    Some(Ok(match value {
        Value::Integer(i) => Value::Integer(*i),
        Value::Boolean(b) => Value::Integer(i64::from(*b)),
        Value::Float(f) => {
            let whole = truncated(*f).map(Value::Integer);
            return Some(whole.ok_or_else(|| errors::overflow(format!("toInteger({value})"))));
        }
        Value::String(text) => match text.parse::<i64>() {
            Ok(whole) => Value::Integer(whole),
            Err(_) => Value::from(super::to_float::parsed(text).and_then(truncated)),
        },
        _ => return None,
    }))
}

fn truncated(number: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    (-LIMIT..LIMIT).contains(&number).then_some(number as i64)
}
