//! `cosh(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const COSH: ScalarFunction = ScalarFunction {
    name: "cosh",
    doc: "The hyperbolic cosine.",
    example: "RETURN cosh(0)",
    answer: "1.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::cosh),
};
