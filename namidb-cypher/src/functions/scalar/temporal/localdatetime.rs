//! `localdatetime(value)`.

use super::kind::{CONSTRUCTOR, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const LOCALDATETIME: ScalarFunction = ScalarFunction {
    name: "localdatetime",
    doc: "A date and time of day without an offset: of a text, of a map of components, of another temporal value, or when the statement began.",
    example: "RETURN localdatetime({year: 1984, ordinalDay: 202, hour: 12})",
    answer: "localdatetime('1984-07-20T12:00')",
    signature: CONSTRUCTOR,
    deterministic: true,
    kernel: |call| Kind::LocalDateTime.construct(call),
};

/// GQL's name.
pub(super) const LOCAL_DATETIME_ALIAS: ScalarFunction = ScalarFunction {
    name: "local_datetime",
    example: "RETURN local_datetime('2026-05-01T12:00')",
    answer: "localdatetime('2026-05-01T12:00')",
    ..LOCALDATETIME
};
