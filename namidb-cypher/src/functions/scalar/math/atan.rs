//! `atan(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const ATAN: ScalarFunction = ScalarFunction {
    name: "atan",
    doc: "The angle of a tangent.",
    example: "RETURN atan(0)",
    answer: "0.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::atan),
};
