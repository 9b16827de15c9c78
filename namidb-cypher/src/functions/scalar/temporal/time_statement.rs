//! `time.statement(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const TIME_STATEMENT: ScalarFunction = ScalarFunction {
    name: "time.statement",
    doc: "A time of day with an offset when the statement began, in UTC or in the zone of the argument.",
    example: "RETURN time.statement() = time()",
    answer: "true",
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::Time.statement_clock(call),
};
