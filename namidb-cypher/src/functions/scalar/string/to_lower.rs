//! `toLower(text)`.

use crate::functions::scalar::prelude::*;

pub(super) const TO_LOWER: ScalarFunction = ScalarFunction {
    name: "toLower",
    doc: "The text in lower case.",
    example: "RETURN toLower('ÄB')",
    answer: "'äb'",
    signature: Signature::new(&[T::STRING], T::STRING),
    deterministic: true,
    kernel: lower,
};

pub(super) const LOWER: ScalarFunction =
    ScalarFunction { name: "lower", example: "RETURN lower('A')", answer: "'a'", ..TO_LOWER };

fn lower(call: &Call<'_>) -> Result<Vector, Error> {
    call.texts(|text, lower| {
        if text.is_ascii() {
            lower.push_str(text);
            lower.make_ascii_lowercase();
        } else {
            // The whole text at once: a final sigma has a form of its own.
            lower.push_str(&text.to_lowercase());
        }
    })
}
