//! `localdatetime.statement(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const LOCALDATETIME_STATEMENT: ScalarFunction = ScalarFunction {
    name: "localdatetime.statement",
    doc: "A date and time of day without an offset when the statement began, in UTC or in the zone of the argument.",
    example: "RETURN localdatetime.statement() = localdatetime()",
    answer: "true",
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::LocalDateTime.statement_clock(call),
};
