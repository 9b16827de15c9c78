//! `exp(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const EXP: ScalarFunction = ScalarFunction {
    name: "exp",
    doc: "The base of the natural logarithm to the power of a number.",
    example: "RETURN exp(0)",
    answer: "1.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::exp),
};
