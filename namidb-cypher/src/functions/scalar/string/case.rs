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
    call.texts(|text, upper| upper.extend(text.chars().flat_map(char::to_uppercase)))
}

fn lower(call: &Call<'_>) -> Result<Vector, Error> {
    // The whole text at once: a final sigma has a form of its own.
    call.texts(|text, lower| lower.push_str(&text.to_lowercase()))
}
