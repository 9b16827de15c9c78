//! Parts of a text by position.

use crate::functions::scalar::prelude::*;

/// `substring(text, start, length)`.
pub(in crate::functions) const SUBSTRING: ScalarFunction = ScalarFunction {
    name: "substring",
    doc: "The characters from a position on, counted from 0; so many of them, or all.",
    example: Some("substring('hello', 1, 3) = 'ell'"),
    signature: Signature::new(&[T::STRING, T::INTEGER, T::INTEGER], T::STRING).required(2),
    deterministic: true,
    kernel: substring,
};

/// `left(text, length)`.
pub(in crate::functions) const LEFT: ScalarFunction = ScalarFunction {
    name: "left",
    doc: "The first characters.",
    example: Some("left('hello', 3) = 'hel'"),
    signature: Signature::new(&[T::STRING, T::INTEGER], T::STRING),
    deterministic: true,
    kernel: left,
};

/// `right(text, length)`.
pub(in crate::functions) const RIGHT: ScalarFunction = ScalarFunction {
    name: "right",
    doc: "The last characters.",
    example: Some("right('hello', 3) = 'llo'"),
    signature: Signature::new(&[T::STRING, T::INTEGER], T::STRING),
    deterministic: true,
    kernel: right,
};

/// Where the character at a position begins; the end of the text beyond its last one.
fn byte_of(text: &str, position: usize) -> usize {
    text.char_indices().nth(position).map_or(text.len(), |(byte, _)| byte)
}

fn substring(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let text = call.text(&values[0])?;
        let rest = &text[byte_of(text, call.count(&values[1])?)..];
        let length = values.get(2).map(|length| call.count(length)).transpose()?;
        Ok(Value::from(length.map_or(rest, |length| &rest[..byte_of(rest, length)])))
    })
}

fn left(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let text = call.text(&values[0])?;
        Ok(Value::from(&text[..byte_of(text, call.count(&values[1])?)]))
    })
}

fn right(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let text = call.text(&values[0])?;
        let skipped = text.chars().count().saturating_sub(call.count(&values[1])?);
        Ok(Value::from(&text[byte_of(text, skipped)..]))
    })
}
