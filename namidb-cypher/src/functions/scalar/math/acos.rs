//! `acos(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const ACOS: ScalarFunction = ScalarFunction {
    name: "acos",
    doc: "The angle of a cosine; NaN beyond -1 and 1.",
    example: "RETURN acos(1)",
    answer: "0.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::acos),
};
