//! `substring(text, start, length)`.

use super::position::byte_of;
use crate::functions::scalar::prelude::*;

pub(super) const SUBSTRING: ScalarFunction = ScalarFunction {
    name: "substring",
    doc: "The characters from a position on, counted from 0; so many of them, or all.",
    example: "RETURN substring('hello', 1, 3)",
    answer: "'ell'",
    signature: Signature::new(&[T::STRING, T::INTEGER, T::INTEGER], T::STRING).required(2),
    deterministic: true,
    kernel: substring,
};

fn substring(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let text = call.text(&values[0])?;
        let rest = &text[byte_of(text, call.count(&values[1])?)..];
        let length = values.get(2).map(|length| call.count(length)).transpose()?;
        Ok(Value::from(length.map_or(rest, |length| &rest[..byte_of(rest, length)])))
    })
}
