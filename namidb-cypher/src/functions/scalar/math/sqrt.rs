//! `sqrt(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const SQRT: ScalarFunction = ScalarFunction {
    name: "sqrt",
    doc: "The square root; NaN of a negative number.",
    example: "RETURN sqrt(12.96)",
    answer: "3.6",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(f64::sqrt),
};
