//! `reverse(list or text)`.

use crate::functions::scalar::prelude::*;

pub(super) const REVERSE: ScalarFunction = ScalarFunction {
    name: "reverse",
    doc: "The elements of a list, or the characters of a text, from back to front.",
    example: "RETURN reverse('raksO')",
    answer: "'Oskar'",
    signature: Signature::new(&[T::LIST.or(T::STRING)], T::LIST.or(T::STRING)),
    deterministic: true,
    kernel: reverse,
};

fn reverse(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| match &values[0] {
        Value::List(items) => Ok(items.iter().rev().cloned().collect()),
        Value::String(text) => Ok(Value::from(text.chars().rev().collect::<String>())),
        other => Err(call.refuse("a list or a string", other)),
    })
}
