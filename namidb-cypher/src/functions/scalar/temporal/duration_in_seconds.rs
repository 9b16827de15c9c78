//! `duration.inSeconds(from, to)`.

use super::span::{TWO, between};
use crate::functions::scalar::prelude::*;

pub(super) const DURATION_IN_SECONDS: ScalarFunction = ScalarFunction {
    name: "duration.inSeconds",
    doc: "The seconds from one temporal value to another.",
    example: "RETURN duration.inSeconds(localtime('14:30'), localtime('16:30'))",
    answer: "duration('PT2H')",
    signature: TWO,
    deterministic: true,
    kernel: |call| between(call, |span| span.in_seconds()),
};
