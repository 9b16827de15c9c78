//! `datetime(…)`, its clocks and its truncation.

use super::kind::{CLOCK, CONSTRUCTOR, Kind, TRUNCATE as TRUNCATE_SIGNATURE};
use crate::functions::scalar::prelude::*;
use namidb_core::value::DateTime;
use namidb_core::value::temporal::SECOND_NANOS;

/// `datetime(value)`.
pub(in crate::functions) const DATE_TIME: ScalarFunction = ScalarFunction {
    name: "datetime",
    doc: "A date and time of day in a zone: of a text, of a map of components, of another temporal value, or when the statement began.",
    example: Some(
        "datetime({year: 2015, month: 7, day: 21, timezone: 'Europe/London'}) = datetime('2015-07-21T00:00[Europe/London]')",
    ),
    signature: CONSTRUCTOR,
    deterministic: true,
    kernel: |call| Kind::DateTime.construct(call),
};

/// `zoned_datetime(..)`: GQL's name.
pub(in crate::functions) const ZONED_DATETIME: ScalarFunction = ScalarFunction {
    name: "zoned_datetime",
    example: Some("zoned_datetime('2026-05-01T12:00Z') = datetime('2026-05-01T12:00Z')"),
    ..DATE_TIME
};

/// `datetime.transaction(zone)`.
pub(in crate::functions) const TRANSACTION: ScalarFunction = ScalarFunction {
    name: "datetime.transaction",
    doc: "A date and time of day in a zone when the statement began, in UTC or in the zone of the argument.",
    example: Some("datetime.transaction() = datetime()"),
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::DateTime.statement_clock(call),
};

/// `datetime.statement(zone)`.
pub(in crate::functions) const STATEMENT: ScalarFunction = ScalarFunction {
    name: "datetime.statement",
    example: Some("datetime.statement() = datetime()"),
    ..TRANSACTION
};

/// `datetime.realtime(zone)`.
pub(in crate::functions) const REALTIME: ScalarFunction = ScalarFunction {
    name: "datetime.realtime",
    doc: "A date and time of day in a zone now, which is later from call to call.",
    example: Some("datetime.realtime() >= datetime()"),
    signature: CLOCK,
    deterministic: false,
    kernel: |call| Kind::DateTime.running_clock(call),
};

/// `datetime.truncate(unit, value, components)`.
pub(in crate::functions) const TRUNCATE: ScalarFunction = ScalarFunction {
    name: "datetime.truncate",
    doc: "A date and time of day in a zone: the beginning of the unit that a value lies in, then with the components of a map.",
    example: Some(
        "datetime.truncate('day', datetime('1984-10-11T12:31+01:00')) = datetime('1984-10-11T00:00+01:00')",
    ),
    signature: TRUNCATE_SIGNATURE,
    deterministic: true,
    kernel: |call| Kind::DateTime.truncate(call),
};

/// `datetime.fromepoch(seconds, nanoseconds)`.
pub(in crate::functions) const FROM_EPOCH: ScalarFunction = ScalarFunction {
    name: "datetime.fromepoch",
    doc: "The instant so many seconds and nanoseconds after 1970-01-01T00:00:00Z.",
    example: Some("datetime.fromepoch(416779, 999999999) = datetime('1970-01-05T19:46:19.999999999Z')"),
    signature: Signature::new(&[T::INTEGER, T::INTEGER], T::TEMPORAL),
    deterministic: true,
    kernel: |call| call.strict(|values| from_epoch(call.integer(&values[0])?, call.integer(&values[1])?)),
};

/// `datetime.fromepochmillis(milliseconds)`.
pub(in crate::functions) const FROM_EPOCH_MILLIS: ScalarFunction = ScalarFunction {
    name: "datetime.fromepochmillis",
    doc: "The instant so many milliseconds after 1970-01-01T00:00:00Z.",
    example: Some("datetime.fromepochmillis(237821673987) = datetime('1977-07-15T13:34:33.987Z')"),
    signature: Signature::new(&[T::INTEGER], T::TEMPORAL),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let millis = call.integer(&values[0])?;
            from_epoch(millis.div_euclid(1_000), millis.rem_euclid(1_000) * 1_000_000)
        })
    },
};

fn from_epoch(seconds: i64, nanos: i64) -> Result<Value, Error> {
    let instant = seconds
        .checked_add(nanos.div_euclid(SECOND_NANOS))
        .and_then(|seconds| DateTime::from_epoch(seconds, nanos.rem_euclid(SECOND_NANOS) as u32));
    instant.map(Value::from).ok_or_else(|| errors::temporal_overflow("the instant"))
}
