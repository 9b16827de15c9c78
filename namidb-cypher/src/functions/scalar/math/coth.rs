//! `coth(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const COTH: ScalarFunction = ScalarFunction {
    name: "coth",
    doc: "The hyperbolic cotangent; NaN of 0.",
    example: "RETURN round(coth(0.5), 3)",
    answer: "2.164",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(|x| if x == 0.0 { f64::NAN } else { 1.0 / x.tanh() }),
};
