//! `log10(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const LOG10: ScalarFunction = ScalarFunction {
    name: "log10",
    doc: "The logarithm to base 10; NaN of a negative number.",
    example: "RETURN log10(1000)",
    answer: "3.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::log10),
};
