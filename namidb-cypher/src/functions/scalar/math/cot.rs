//! `cot(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const COT: ScalarFunction = ScalarFunction {
    name: "cot",
    doc: "The cotangent of an angle.",
    example: "RETURN round(cot(0.5), 3)",
    answer: "1.83",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(|x| 1.0 / x.tan()),
};
