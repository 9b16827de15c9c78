//! Upper and lower case, by Unicode's rules.

use crate::functions::scalar::prelude::*;

const TEXT: Signature = Signature::new(&[T::STRING], T::STRING);

/// `toUpper(text)`.
pub(in crate::functions) const TO_UPPER: ScalarFunction = ScalarFunction {
    name: "toUpper",
    doc: "The text in upper case.",
    example: Some("toUpper('Straße') = 'STRASSE'"),
    signature: TEXT,
    deterministic: true,
    kernel: upper,
};

/// `upper(text)`.
pub(in crate::functions) const UPPER: ScalarFunction =
    ScalarFunction { name: "upper", example: Some("upper('a') = 'A'"), ..TO_UPPER };

/// `toLower(text)`.
pub(in crate::functions) const TO_LOWER: ScalarFunction = ScalarFunction {
    name: "toLower",
    doc: "The text in lower case.",
    example: Some("toLower('ÄB') = 'äb'"),
    signature: TEXT,
    deterministic: true,
    kernel: lower,
};

/// `lower(text)`.
pub(in crate::functions) const LOWER: ScalarFunction =
    ScalarFunction { name: "lower", example: Some("lower('A') = 'a'"), ..TO_LOWER };

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
