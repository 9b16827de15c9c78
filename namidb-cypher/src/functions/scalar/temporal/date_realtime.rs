//! `date.realtime(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const DATE_REALTIME: ScalarFunction = ScalarFunction {
    name: "date.realtime",
    doc: "A day now, which is later from call to call.",
    example: "RETURN date.realtime() >= date()",
    answer: "true",
    signature: CLOCK,
    deterministic: false,
    kernel: |call| Kind::Date.running_clock(call),
};
