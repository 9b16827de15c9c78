//! `localtime.realtime(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const LOCALTIME_REALTIME: ScalarFunction = ScalarFunction {
    name: "localtime.realtime",
    doc: "A time of day without an offset now, which is later from call to call.",
    example: "RETURN localtime.realtime() IS NOT NULL",
    answer: "true",
    signature: CLOCK,
    deterministic: false,
    kernel: |call| Kind::LocalTime.running_clock(call),
};
