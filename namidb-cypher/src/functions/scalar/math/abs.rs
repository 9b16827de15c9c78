//! `abs(number)`.

use crate::functions::scalar::prelude::*;
use crate::vector::Primitive;
use arrow_buffer::ScalarBuffer;

pub(super) const ABS: ScalarFunction = ScalarFunction {
    name: "abs",
    doc: "The magnitude of a number, of the same type.",
    example: "RETURN abs(-3)",
    answer: "3",
    signature: Signature::new(&[T::NUMBER], T::NUMBER),
    deterministic: true,
    kernel: abs,
};

fn abs(call: &Call<'_>) -> Result<Vector, Error> {
    if let Vector::Float(v) = call.argument(0)? {
        let values: Vec<f64> = v.values.iter().map(|f| f.abs()).collect();
        return Ok(Vector::Float(Primitive {
            values: ScalarBuffer::from(values),
            validity: v.validity.clone(),
        }));
    }
    call.strict(|values| match &values[0] {
        Value::Integer(i) => i
            .checked_abs()
            .map(Value::Integer)
            .ok_or_else(|| errors::overflow(format!("the magnitude of {i}"))),
        Value::Float(f) => Ok(Value::Float(f.abs())),
        other => Err(call.refuse("a number", other)),
    })
}
