//! `duration.inDays(from, to)`.

use super::span::{TWO, between};
use crate::functions::scalar::prelude::*;

pub(super) const DURATION_IN_DAYS: ScalarFunction = ScalarFunction {
    name: "duration.inDays",
    doc: "The whole days from one temporal value to another.",
    example: "RETURN duration.inDays(date('1984-10-11'), date('2015-06-24'))",
    answer: "duration('P11213D')",
    signature: TWO,
    deterministic: true,
    kernel: |call| between(call, |span| Some(span.in_days())),
};
