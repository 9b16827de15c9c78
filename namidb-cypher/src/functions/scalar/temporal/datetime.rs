//! `datetime(value)`.

use super::kind::{CONSTRUCTOR, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const DATETIME: ScalarFunction = ScalarFunction {
    name: "datetime",
    doc: "A date and time of day in a zone: of a text, of a map of components, of another temporal value, or when the statement began.",
    example: "RETURN datetime({year: 2015, month: 7, day: 21, timezone: 'Europe/London'})",
    answer: "datetime('2015-07-21T00:00[Europe/London]')",
    signature: CONSTRUCTOR,
    deterministic: true,
    kernel: |call| Kind::DateTime.construct(call),
};

/// GQL's name.
pub(super) const ZONED_DATETIME: ScalarFunction = ScalarFunction {
    name: "zoned_datetime",
    example: "RETURN zoned_datetime('2026-05-01T12:00Z')",
    answer: "datetime('2026-05-01T12:00Z')",
    ..DATETIME
};
