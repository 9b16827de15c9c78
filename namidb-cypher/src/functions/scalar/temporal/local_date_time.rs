//! `localdatetime(…)`, its clocks and its truncation.

use super::kind::{CLOCK, CONSTRUCTOR, Kind, TRUNCATE as TRUNCATE_SIGNATURE};
use crate::functions::scalar::prelude::*;

/// `localdatetime(value)`.
pub(in crate::functions) const LOCAL_DATE_TIME: ScalarFunction = ScalarFunction {
    name: "localdatetime",
    doc: "A date and time of day without an offset: of a text, of a map of components, of another temporal value, or when the statement began.",
    example: Some(
        "localdatetime({year: 1984, ordinalDay: 202, hour: 12}) = localdatetime('1984-07-20T12:00')",
    ),
    signature: CONSTRUCTOR,
    deterministic: true,
    kernel: |call| Kind::LocalDateTime.construct(call),
};

/// `local_datetime(..)`: GQL's name.
pub(in crate::functions) const LOCAL_DATETIME_ALIAS: ScalarFunction = ScalarFunction {
    name: "local_datetime",
    example: Some("local_datetime('2026-05-01T12:00') = localdatetime('2026-05-01T12:00')"),
    ..LOCAL_DATE_TIME
};

/// `localdatetime.transaction(zone)`.
pub(in crate::functions) const TRANSACTION: ScalarFunction = ScalarFunction {
    name: "localdatetime.transaction",
    doc: "A date and time of day without an offset when the statement began, in UTC or in the zone of the argument.",
    example: Some("localdatetime.transaction() = localdatetime()"),
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::LocalDateTime.statement_clock(call),
};

/// `localdatetime.statement(zone)`.
pub(in crate::functions) const STATEMENT: ScalarFunction = ScalarFunction {
    name: "localdatetime.statement",
    example: Some("localdatetime.statement() = localdatetime()"),
    ..TRANSACTION
};

/// `localdatetime.realtime(zone)`.
pub(in crate::functions) const REALTIME: ScalarFunction = ScalarFunction {
    name: "localdatetime.realtime",
    doc: "A date and time of day without an offset now, which is later from call to call.",
    example: Some("localdatetime.realtime() >= localdatetime()"),
    signature: CLOCK,
    deterministic: false,
    kernel: |call| Kind::LocalDateTime.running_clock(call),
};

/// `localdatetime.truncate(unit, value, components)`.
pub(in crate::functions) const TRUNCATE: ScalarFunction = ScalarFunction {
    name: "localdatetime.truncate",
    doc: "A date and time of day without an offset: the beginning of the unit that a value lies in, then with the components of a map.",
    example: Some(
        "localdatetime.truncate('day', localdatetime('1984-10-11T12:31')) = localdatetime('1984-10-11')",
    ),
    signature: TRUNCATE_SIGNATURE,
    deterministic: true,
    kernel: |call| Kind::LocalDateTime.truncate(call),
};
