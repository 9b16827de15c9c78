//! `localtime.transaction(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const LOCALTIME_TRANSACTION: ScalarFunction = ScalarFunction {
    name: "localtime.transaction",
    doc: "A time of day without an offset when the transaction began, in UTC or in the zone of the argument.",
    example: "RETURN localtime.transaction() = localtime()",
    answer: "true",
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::LocalTime.transaction_clock(call),
};
