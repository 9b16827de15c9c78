//! `localtime.truncate(unit, value, components)`.

use super::kind::{Kind, TRUNCATE};
use crate::functions::scalar::prelude::*;

pub(super) const LOCALTIME_TRUNCATE: ScalarFunction = ScalarFunction {
    name: "localtime.truncate",
    doc: "A time of day without an offset: the beginning of the unit that a value lies in, then with the components of a map.",
    example: "RETURN localtime.truncate('hour', localtime('12:31:14'))",
    answer: "localtime('12:00')",
    signature: TRUNCATE,
    deterministic: true,
    kernel: |call| Kind::LocalTime.truncate(call),
};
