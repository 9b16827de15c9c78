//! `replace(text, search, replacement)`.

use crate::functions::scalar::prelude::*;

pub(super) const REPLACE: ScalarFunction = ScalarFunction {
    name: "replace",
    doc: "The text with every occurrence of another text replaced, from left to right.",
    example: "RETURN replace('hello', 'l', 'w')",
    answer: "'hewwo'",
    signature: Signature::new(&[T::STRING, T::STRING, T::STRING], T::STRING),
    deterministic: true,
    kernel: replace,
};

fn replace(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let (text, search, by) = (call.text(&values[0])?, call.text(&values[1])?, call.text(&values[2])?);
        // Known before it is built: each replacement may be much longer than what it replaces.
        let found = text.matches(search).count() as u64;
        call.check_bytes((text.len() as u64).saturating_add(found.saturating_mul(by.len() as u64)))?;
        Ok(Value::from(text.replace(search, by)))
    })
}
