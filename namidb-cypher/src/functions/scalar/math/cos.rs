//! `cos(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const COS: ScalarFunction = ScalarFunction {
    name: "cos",
    doc: "The cosine of an angle.",
    example: "RETURN cos(0)",
    answer: "1.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::cos),
};
