//! `asin(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const ASIN: ScalarFunction = ScalarFunction {
    name: "asin",
    doc: "The angle of a sine; NaN beyond -1 and 1.",
    example: "RETURN asin(0)",
    answer: "0.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::asin),
};
