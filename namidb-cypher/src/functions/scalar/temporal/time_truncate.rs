//! `time.truncate(unit, value, components)`.

use super::kind::{Kind, TRUNCATE};
use crate::functions::scalar::prelude::*;

pub(super) const TIME_TRUNCATE: ScalarFunction = ScalarFunction {
    name: "time.truncate",
    doc: "A time of day with an offset: the beginning of the unit that a value lies in, then with the components of a map.",
    example: "RETURN time.truncate('hour', time('12:31:14+01:00'))",
    answer: "time('12:00+01:00')",
    signature: TRUNCATE,
    deterministic: true,
    kernel: |call| Kind::Time.truncate(call),
};
