//! `time.realtime(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const TIME_REALTIME: ScalarFunction = ScalarFunction {
    name: "time.realtime",
    doc: "A time of day with an offset now, which is later from call to call.",
    example: "RETURN time.realtime() IS NOT NULL",
    answer: "true",
    signature: CLOCK,
    deterministic: false,
    kernel: |call| Kind::Time.running_clock(call),
};
