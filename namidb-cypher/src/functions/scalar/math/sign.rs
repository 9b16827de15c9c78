//! `sign(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const SIGN: ScalarFunction = ScalarFunction {
    name: "sign",
    doc: "1 of a positive number, -1 of a negative one, else 0.",
    example: "RETURN sign(-2.5)",
    answer: "-1",
    signature: Signature::new(&[T::NUMBER], T::INTEGER),
    deterministic: true,
    kernel: sign,
};

fn sign(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| match &values[0] {
        Value::Integer(i) => Ok(Value::Integer(i.signum())),
        Value::Float(f) if *f > 0.0 => Ok(Value::Integer(1)),
        Value::Float(f) if *f < 0.0 => Ok(Value::Integer(-1)),
        Value::Float(_) => Ok(Value::Integer(0)),
        other => Err(call.refuse("a number", other)),
    })
}
