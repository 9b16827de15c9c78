//! `atan2(y, x)`.

use crate::functions::scalar::prelude::*;

pub(super) const ATAN2: ScalarFunction = ScalarFunction {
    name: "atan2",
    doc: "The angle of the point with the second argument as x and the first as y.",
    example: "RETURN atan2(0, 1)",
    answer: "0.0",
    signature: Signature::new(&[T::NUMBER, T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: atan2,
};

fn atan2(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| Ok(Value::Float(call.number(&values[0])?.atan2(call.number(&values[1])?))))
}
