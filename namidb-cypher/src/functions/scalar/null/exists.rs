//! `exists(expression)`.

use crate::functions::scalar::prelude::*;

pub(super) const EXISTS: ScalarFunction = ScalarFunction {
    name: "exists",
    doc: "Whether a property, or any expression, is not null.",
    example: "RETURN exists({a: 1}.a)",
    answer: "true",
    signature: Signature::new(&[T::ANY], T::BOOLEAN),
    deterministic: true,
    kernel: exists,
};

fn exists(call: &Call<'_>) -> Result<Vector, Error> {
    let argument = call.argument(0)?;
    Ok(Vector::booleans(arrow_buffer::BooleanBuffer::collect_bool(call.len, |row| !argument.is_null(row))))
}
