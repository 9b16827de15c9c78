//! `floor(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const FLOOR: ScalarFunction = ScalarFunction {
    name: "floor",
    doc: "The greatest whole number that is not more.",
    example: "RETURN floor(0.9)",
    answer: "0.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::floor),
};
