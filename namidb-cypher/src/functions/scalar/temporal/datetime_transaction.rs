//! `datetime.transaction(zone)`.

use super::kind::{CLOCK, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const DATETIME_TRANSACTION: ScalarFunction = ScalarFunction {
    name: "datetime.transaction",
    doc: "A date and time of day in a zone when the transaction began, in UTC or in the zone of the argument.",
    example: "RETURN datetime.transaction() = datetime()",
    answer: "true",
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::DateTime.transaction_clock(call),
};
