//! `tanh(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const TANH: ScalarFunction = ScalarFunction {
    name: "tanh",
    doc: "The hyperbolic tangent.",
    example: "RETURN tanh(0)",
    answer: "0.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::tanh),
};
