//! `localtime.statement(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const LOCALTIME_STATEMENT: ScalarFunction = ScalarFunction {
    name: "localtime.statement",
    doc: "A time of day without an offset when the statement began, in UTC or in the zone of the argument.",
    example: "RETURN localtime.statement() = localtime()",
    answer: "true",
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::LocalTime.statement_clock(call),
};
