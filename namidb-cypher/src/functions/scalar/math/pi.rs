//! `pi()`.

use crate::functions::scalar::prelude::*;

pub(super) const PI: ScalarFunction = ScalarFunction {
    name: "pi",
    doc: "The circumference of a circle by its diameter.",
    example: "RETURN round(pi(), 2)",
    answer: "3.14",
    signature: Signature::new(&[], T::FLOAT),
    deterministic: true,
    kernel: |call| Ok(Vector::constant(Value::Float(std::f64::consts::PI), call.len)),
};
