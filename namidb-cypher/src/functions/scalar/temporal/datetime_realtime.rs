//! `datetime.realtime(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const DATETIME_REALTIME: ScalarFunction = ScalarFunction {
    name: "datetime.realtime",
    doc: "A date and time of day in a zone now, which is later from call to call.",
    example: "RETURN datetime.realtime() >= datetime()",
    answer: "true",
    signature: CLOCK,
    deterministic: false,
    kernel: |call| Kind::DateTime.running_clock(call),
};
