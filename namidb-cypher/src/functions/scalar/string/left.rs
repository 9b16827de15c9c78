//! `left(text, length)`.

use super::position::byte_of;
use crate::functions::scalar::prelude::*;

pub(super) const LEFT: ScalarFunction = ScalarFunction {
    name: "left",
    doc: "The first characters.",
    example: "RETURN left('hello', 3)",
    answer: "'hel'",
    signature: Signature::new(&[T::STRING, T::INTEGER], T::STRING),
    deterministic: true,
    kernel: left,
};

fn left(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let text = call.text(&values[0])?;
        Ok(Value::from(&text[..byte_of(text, call.count(&values[1])?)]))
    })
}
