//! `localdatetime.realtime(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const LOCALDATETIME_REALTIME: ScalarFunction = ScalarFunction {
    name: "localdatetime.realtime",
    doc: "A date and time of day without an offset now, which is later from call to call.",
    example: "RETURN localdatetime.realtime() >= localdatetime()",
    answer: "true",
    signature: CLOCK,
    deterministic: false,
    kernel: |call| Kind::LocalDateTime.running_clock(call),
};
