//! `date.statement(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const DATE_STATEMENT: ScalarFunction = ScalarFunction {
    name: "date.statement",
    doc: "A day when the statement began, in UTC or in the zone of the argument.",
    example: "RETURN date.statement() = date()",
    answer: "true",
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::Date.statement_clock(call),
};
