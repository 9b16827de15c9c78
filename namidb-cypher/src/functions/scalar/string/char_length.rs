//! `char_length(text)`.

use crate::functions::scalar::prelude::*;

pub(super) const CHAR_LENGTH: ScalarFunction = ScalarFunction {
    name: "char_length",
    doc: "How many characters a text has.",
    example: "RETURN char_length('äöü')",
    answer: "3",
    signature: Signature::new(&[T::STRING], T::INTEGER),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(Value::Integer(call.text(&values[0])?.chars().count() as i64))),
};

pub(super) const CHARACTER_LENGTH: ScalarFunction = ScalarFunction {
    name: "character_length",
    example: "RETURN character_length('äöü')",
    answer: "3",
    ..CHAR_LENGTH
};
