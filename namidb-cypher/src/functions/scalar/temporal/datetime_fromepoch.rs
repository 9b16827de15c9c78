//! `datetime.fromepoch(seconds, nanoseconds)`.

use crate::functions::scalar::prelude::*;
use namidb_core::value::DateTime;
use namidb_core::value::temporal::SECOND_NANOS;

pub(super) const DATETIME_FROMEPOCH: ScalarFunction = ScalarFunction {
    name: "datetime.fromepoch",
    doc: "The instant so many seconds and nanoseconds after 1970-01-01T00:00:00Z.",
    example: "RETURN datetime.fromepoch(416779, 999999999)",
    answer: "datetime('1970-01-05T19:46:19.999999999Z')",
    signature: Signature::new(&[T::INTEGER, T::INTEGER], T::TEMPORAL),
    deterministic: true,
    kernel: |call| call.strict(|values| from_epoch(call.integer(&values[0])?, call.integer(&values[1])?)),
};

/// The instant so long after the beginning of 1970.
pub(super) fn from_epoch(seconds: i64, nanos: i64) -> Result<Value, Error> {
    let instant = seconds
        .checked_add(nanos.div_euclid(SECOND_NANOS))
        .and_then(|seconds| DateTime::from_epoch(seconds, nanos.rem_euclid(SECOND_NANOS) as u32));
    instant.map(Value::from).ok_or_else(|| errors::temporal_overflow("the instant"))
}
