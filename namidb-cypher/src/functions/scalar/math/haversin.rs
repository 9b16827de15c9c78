//! `haversin(number)`.

use crate::functions::scalar::prelude::*;

pub(super) const HAVERSIN: ScalarFunction = ScalarFunction {
    name: "haversin",
    doc: "Half of one minus the cosine of an angle.",
    example: "RETURN haversin(0)",
    answer: "0.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: |call| call.floats(|x| (1.0 - x.cos()) / 2.0),
};
