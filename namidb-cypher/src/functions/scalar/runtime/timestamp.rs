//! `timestamp()`. One statement has one time, but its plan may run again at another.

use crate::functions::scalar::prelude::*;

pub(super) const TIMESTAMP: ScalarFunction = ScalarFunction {
    name: "timestamp",
    doc: "Milliseconds since 1970-01-01 UTC when the statement began, the same in every row.",
    example: "RETURN timestamp() = datetime().epochMillis",
    answer: "true",
    signature: Signature::new(&[], T::INTEGER),
    deterministic: false,
    kernel: |call| Ok(Vector::constant(Value::Integer(call.cx.time.div_euclid(1_000)), call.len)),
};
