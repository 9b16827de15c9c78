//! `time(value)`.

use super::kind::{CONSTRUCTOR, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const TIME: ScalarFunction = ScalarFunction {
    name: "time",
    doc: "A time of day with an offset: of a text, of a map of components, of another temporal value, or when the statement began.",
    example: "RETURN time({hour: 12, timezone: '+01:00'})",
    answer: "time('12:00+01:00')",
    signature: CONSTRUCTOR,
    deterministic: true,
    kernel: |call| Kind::Time.construct(call),
};

/// GQL's name.
pub(super) const ZONED_TIME: ScalarFunction = ScalarFunction {
    name: "zoned_time",
    example: "RETURN zoned_time('12:31+01:00')",
    answer: "time('12:31+01:00')",
    ..TIME
};
