//! `pi()` and `e()`.

use crate::functions::scalar::prelude::*;

/// `pi()`.
pub(in crate::functions) const PI: ScalarFunction = ScalarFunction {
    name: "pi",
    doc: "The circumference of a circle by its diameter.",
    example: Some("round(pi(), 2) = 3.14"),
    signature: Signature::new(&[], T::FLOAT),
    deterministic: true,
    kernel: |call| Ok(Vector::constant(Value::Float(std::f64::consts::PI), call.len)),
};

/// `e()`.
pub(in crate::functions) const E: ScalarFunction = ScalarFunction {
    name: "e",
    doc: "The base of the natural logarithm.",
    example: Some("round(e(), 2) = 2.72"),
    signature: Signature::new(&[], T::FLOAT),
    deterministic: true,
    kernel: |call| Ok(Vector::constant(Value::Float(std::f64::consts::E), call.len)),
};
