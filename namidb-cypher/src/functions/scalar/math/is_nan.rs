//! `isNaN(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const IS_NAN: ScalarFunction = ScalarFunction {
    name: "isNaN",
    doc: "Whether a number is NaN, which no integer is.",
    example: "RETURN isNaN(0.0 / 0.0)",
    answer: "true",
    signature: Signature::new(&[T::NUMBER], T::BOOLEAN),
    deterministic: true,
    kernel: is_nan,
};

fn is_nan(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| Ok(Value::Boolean(call.number(&values[0])?.is_nan())))
}
