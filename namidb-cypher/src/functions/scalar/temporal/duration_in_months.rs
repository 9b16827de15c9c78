//! `duration.inMonths(from, to)`.

use super::span::{TWO, between};
use crate::functions::scalar::prelude::*;

pub(super) const DURATION_IN_MONTHS: ScalarFunction = ScalarFunction {
    name: "duration.inMonths",
    doc: "The whole months from one temporal value to another.",
    example: "RETURN duration.inMonths(date('1984-10-11'), date('2015-06-24'))",
    answer: "duration('P30Y8M')",
    signature: TWO,
    deterministic: true,
    kernel: |call| between(call, |span| Some(span.in_months())),
};
