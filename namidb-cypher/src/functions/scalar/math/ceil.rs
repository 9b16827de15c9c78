//! `ceil(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const CEIL: ScalarFunction = ScalarFunction {
    name: "ceil",
    doc: "The smallest whole number that is not less.",
    example: "RETURN ceil(0.1)",
    answer: "1.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::ceil),
};

pub(super) const CEILING: ScalarFunction =
    ScalarFunction { name: "ceiling", example: "RETURN ceiling(0.1)", answer: "1.0", ..CEIL };
