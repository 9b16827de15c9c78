//! `degrees(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const DEGREES: ScalarFunction = ScalarFunction {
    name: "degrees",
    doc: "An angle in degrees.",
    example: "RETURN degrees(pi())",
    answer: "180.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::to_degrees),
};
