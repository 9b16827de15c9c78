//! Magnitude and sign.

use crate::functions::scalar::prelude::*;
use crate::vector::Primitive;
use arrow_buffer::ScalarBuffer;

/// `abs(number)`.
pub(in crate::functions) const ABS: ScalarFunction = ScalarFunction {
    name: "abs",
    doc: "The magnitude of a number, of the same type.",
    example: Some("abs(-3) = 3"),
    signature: Signature::new(&[T::NUMBER], T::NUMBER),
    deterministic: true,
    kernel: abs,
};

/// `sign(number)`.
pub(in crate::functions) const SIGN: ScalarFunction = ScalarFunction {
    name: "sign",
    doc: "1 of a positive number, -1 of a negative one, else 0.",
    example: Some("sign(-2.5) = -1"),
    signature: Signature::new(&[T::NUMBER], T::INTEGER),
    deterministic: true,
    kernel: sign,
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

fn sign(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| match &values[0] {
        Value::Integer(i) => Ok(Value::Integer(i.signum())),
        Value::Float(f) if *f > 0.0 => Ok(Value::Integer(1)),
        Value::Float(f) if *f < 0.0 => Ok(Value::Integer(-1)),
        Value::Float(_) => Ok(Value::Integer(0)),
        other => Err(call.refuse("a number", other)),
    })
}
