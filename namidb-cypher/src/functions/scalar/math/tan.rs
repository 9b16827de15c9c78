//! `tan(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const TAN: ScalarFunction = ScalarFunction {
    name: "tan",
    doc: "The tangent of an angle.",
    example: "RETURN tan(0)",
    answer: "0.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::tan),
};
