//! `datetime.statement(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const DATETIME_STATEMENT: ScalarFunction = ScalarFunction {
    name: "datetime.statement",
    doc: "A date and time of day in a zone when the statement began, in UTC or in the zone of the argument.",
    example: "RETURN datetime.statement() = datetime()",
    answer: "true",
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::DateTime.statement_clock(call),
};
