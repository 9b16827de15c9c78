//! `sinh(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const SINH: ScalarFunction = ScalarFunction {
    name: "sinh",
    doc: "The hyperbolic sine.",
    example: "RETURN sinh(0)",
    answer: "0.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::sinh),
};
