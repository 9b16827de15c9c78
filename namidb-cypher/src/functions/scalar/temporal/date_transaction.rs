//! `date.transaction(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const DATE_TRANSACTION: ScalarFunction = ScalarFunction {
    name: "date.transaction",
    doc: "A day when the transaction began, in UTC or in the zone of the argument.",
    example: "RETURN date.transaction() = date()",
    answer: "true",
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::Date.transaction_clock(call),
};
