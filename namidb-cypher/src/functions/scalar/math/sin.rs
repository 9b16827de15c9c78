//! `sin(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const SIN: ScalarFunction = ScalarFunction {
    name: "sin",
    doc: "The sine of an angle.",
    example: "RETURN sin(0)",
    answer: "0.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::sin),
};
