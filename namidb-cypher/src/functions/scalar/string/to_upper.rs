//! `toUpper(text)`.

use crate::functions::scalar::prelude::*;

pub(super) const TO_UPPER: ScalarFunction = ScalarFunction {
    name: "toUpper",
    doc: "The text in upper case.",
    example: "RETURN toUpper('Straße')",
    answer: "'STRASSE'",
    signature: Signature::new(&[T::STRING], T::STRING),
    deterministic: true,
    kernel: upper,
};

pub(super) const UPPER: ScalarFunction =
    ScalarFunction { name: "upper", example: "RETURN upper('a')", answer: "'A'", ..TO_UPPER };

fn upper(call: &Call<'_>) -> Result<Vector, Error> {
    call.texts(|text, upper| {
        if text.is_ascii() {
            upper.push_str(text);
            upper.make_ascii_uppercase();
        } else {
            upper.push_str(&text.to_uppercase());
        }
    })
}
