//! `time.transaction(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const TIME_TRANSACTION: ScalarFunction = ScalarFunction {
    name: "time.transaction",
    doc: "A time of day with an offset when the transaction began, in UTC or in the zone of the argument.",
    example: "RETURN time.transaction() = time()",
    answer: "true",
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::Time.transaction_clock(call),
};
