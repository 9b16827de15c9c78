//! `radians(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const RADIANS: ScalarFunction = ScalarFunction {
    name: "radians",
    doc: "An angle of so many degrees.",
    example: "RETURN radians(180)",
    answer: "3.141592653589793",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::to_radians),
};
