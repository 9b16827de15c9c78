//! `localdatetime.transaction(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const LOCALDATETIME_TRANSACTION: ScalarFunction = ScalarFunction {
    name: "localdatetime.transaction",
    doc: "A date and time of day without an offset when the transaction began, in UTC or in the zone of the argument.",
    example: "RETURN localdatetime.transaction() = localdatetime()",
    answer: "true",
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::LocalDateTime.transaction_clock(call),
};
