//! `isNaN(number)`.

use crate::functions::scalar::prelude::*;

/// `isNaN(number)`.
pub(in crate::functions) const IS_NAN: ScalarFunction = ScalarFunction {
    name: "isNaN",
    doc: "Whether a number is NaN, which no integer is.",
    example: Some("isNaN(0.0 / 0.0) = true"),
    signature: Signature::new(&[T::NUMBER], T::BOOLEAN),
    deterministic: true,
    kernel: is_nan,
};

fn is_nan(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| Ok(Value::Boolean(call.number(&values[0])?.is_nan())))
}
