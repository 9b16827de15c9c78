//! `e()`.

use crate::functions::scalar::prelude::*;

pub(super) const E: ScalarFunction = ScalarFunction {
    name: "e",
    doc: "The base of the natural logarithm.",
    example: "RETURN round(e(), 2)",
    answer: "2.72",
    signature: Signature::new(&[], T::FLOAT),
    deterministic: true,
    kernel: |call| Ok(Vector::constant(Value::Float(std::f64::consts::E), call.len)),
};
