//! `duration.between(from, to)`.

use super::span::{TWO, between};
use crate::functions::scalar::prelude::*;

pub(super) const DURATION_BETWEEN: ScalarFunction = ScalarFunction {
    name: "duration.between",
    doc: "The duration from one temporal value to another in whole months, then whole days, then seconds.",
    example: "RETURN duration.between(date('1984-10-11'), date('2015-06-24'))",
    answer: "duration('P30Y8M13D')",
    signature: TWO,
    deterministic: true,
    kernel: |call| between(call, |span| span.between()),
};

/// GQL's name.
pub(super) const DURATION_BETWEEN_ALIAS: ScalarFunction = ScalarFunction {
    name: "duration_between",
    example: "RETURN duration_between(date('2026-01-01'), date('2026-02-01'))",
    answer: "duration('P1M')",
    ..DURATION_BETWEEN
};
