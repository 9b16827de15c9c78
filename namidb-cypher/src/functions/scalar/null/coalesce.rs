//! `coalesce(value, ...)`.

use crate::functions::scalar::prelude::*;

pub(super) const COALESCE: ScalarFunction = ScalarFunction {
    name: "coalesce",
    doc: "The first argument that is not null, or null.",
    example: "RETURN coalesce(null, 1, 2)",
    answer: "1",
    signature: Signature::new(&[T::ANY], T::ANY).rest(T::ANY),
    deterministic: true,
    kernel: coalesce,
};

fn coalesce(call: &Call<'_>) -> Result<Vector, Error> {
    // Arguments after one without nulls never matter.
    let first = call.argument(0)?;
    if !first.has_nulls() {
        return Ok(first.clone());
    }
    let mut builder = VectorBuilder::with_capacity(call.len);
    for row in 0..call.len {
        match call.arguments.iter().find(|argument| !argument.is_null(row)) {
            Some(argument) => builder.push(argument.value(row)),
            None => builder.push_null(),
        }
    }
    Ok(builder.finish())
}
