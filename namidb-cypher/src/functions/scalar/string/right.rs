//! `right(text, length)`.

use super::position::byte_of;
use crate::functions::scalar::prelude::*;

pub(super) const RIGHT: ScalarFunction = ScalarFunction {
    name: "right",
    doc: "The last characters.",
    example: "RETURN right('hello', 3)",
    answer: "'llo'",
    signature: Signature::new(&[T::STRING, T::INTEGER], T::STRING),
    deterministic: true,
    kernel: right,
};

fn right(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let text = call.text(&values[0])?;
        let skipped = text.chars().count().saturating_sub(call.count(&values[1])?);
        Ok(Value::from(&text[byte_of(text, skipped)..]))
    })
}
