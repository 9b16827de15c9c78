//! `char_length(text)`.

use crate::functions::scalar::prelude::*;

/// `char_length(text)`.
pub(in crate::functions) const CHAR_LENGTH: ScalarFunction = ScalarFunction {
    name: "char_length",
    doc: "How many characters a text has.",
    example: Some("char_length('äöü') = 3"),
    signature: Signature::new(&[T::STRING], T::INTEGER),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(Value::Integer(call.text(&values[0])?.chars().count() as i64))),
};

/// `character_length(text)`.
pub(in crate::functions) const CHARACTER_LENGTH: ScalarFunction =
    ScalarFunction {
        name: "character_length", example: Some("character_length('äöü') = 3"), ..CHAR_LENGTH
    };
