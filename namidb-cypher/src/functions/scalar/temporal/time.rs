//! `time(…)`, its clocks and its truncation.

use super::kind::{CLOCK, CONSTRUCTOR, Kind, TRUNCATE as TRUNCATE_SIGNATURE};
use crate::functions::scalar::prelude::*;

/// `time(value)`.
pub(in crate::functions) const TIME: ScalarFunction = ScalarFunction {
    name: "time",
    doc: "A time of day with an offset: of a text, of a map of components, of another temporal value, or when the statement began.",
    example: Some("time({hour: 12, timezone: '+01:00'}) = time('12:00+01:00')"),
    signature: CONSTRUCTOR,
    deterministic: true,
    kernel: |call| Kind::Time.construct(call),
};

/// `zoned_time(..)`: GQL's name.
pub(in crate::functions) const ZONED_TIME: ScalarFunction = ScalarFunction {
    name: "zoned_time",
    example: Some("zoned_time('12:31+01:00') = time('12:31+01:00')"),
    ..TIME
};

/// `time.transaction(zone)`.
pub(in crate::functions) const TRANSACTION: ScalarFunction = ScalarFunction {
    name: "time.transaction",
    doc: "A time of day with an offset when the statement began, in UTC or in the zone of the argument.",
    example: Some("time.transaction() = time()"),
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::Time.statement_clock(call),
};

/// `time.statement(zone)`.
pub(in crate::functions) const STATEMENT: ScalarFunction =
    ScalarFunction { name: "time.statement", example: Some("time.statement() = time()"), ..TRANSACTION };

/// `time.realtime(zone)`.
pub(in crate::functions) const REALTIME: ScalarFunction = ScalarFunction {
    name: "time.realtime",
    doc: "A time of day with an offset now, which is later from call to call.",
    example: Some("time.realtime() IS NOT NULL"),
    signature: CLOCK,
    deterministic: false,
    kernel: |call| Kind::Time.running_clock(call),
};

/// `time.truncate(unit, value, components)`.
pub(in crate::functions) const TRUNCATE: ScalarFunction = ScalarFunction {
    name: "time.truncate",
    doc: "A time of day with an offset: the beginning of the unit that a value lies in, then with the components of a map.",
    example: Some("time.truncate('hour', time('12:31:14+01:00')) = time('12:00+01:00')"),
    signature: TRUNCATE_SIGNATURE,
    deterministic: true,
    kernel: |call| Kind::Time.truncate(call),
};
