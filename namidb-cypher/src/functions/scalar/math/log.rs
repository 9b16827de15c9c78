//! `log(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const LOG: ScalarFunction = ScalarFunction {
    name: "log",
    doc: "The natural logarithm; NaN of a negative number.",
    example: "RETURN log(1)",
    answer: "0.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::ln),
};

pub(super) const LN: ScalarFunction =
    ScalarFunction { name: "ln", example: "RETURN ln(1)", answer: "0.0", ..LOG };
