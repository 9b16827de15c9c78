//! `localtime(…)`, its clocks and its truncation.

use super::kind::{CLOCK, CONSTRUCTOR, Kind, TRUNCATE as TRUNCATE_SIGNATURE};
use crate::functions::scalar::prelude::*;

/// `localtime(value)`.
pub(in crate::functions) const LOCAL_TIME: ScalarFunction = ScalarFunction {
    name: "localtime",
    doc: "A time of day without an offset: of a text, of a map of components, of another temporal value, or when the statement began.",
    example: Some("localtime({hour: 12, minute: 31}) = localtime('12:31')"),
    signature: CONSTRUCTOR,
    deterministic: true,
    kernel: |call| Kind::LocalTime.construct(call),
};

/// `local_time(..)`: GQL's name.
pub(in crate::functions) const LOCAL_TIME_ALIAS: ScalarFunction = ScalarFunction {
    name: "local_time",
    example: Some("local_time('12:31') = localtime('12:31')"),
    ..LOCAL_TIME
};

/// `localtime.transaction(zone)`.
pub(in crate::functions) const TRANSACTION: ScalarFunction = ScalarFunction {
    name: "localtime.transaction",
    doc: "A time of day without an offset when the statement began, in UTC or in the zone of the argument.",
    example: Some("localtime.transaction() = localtime()"),
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::LocalTime.statement_clock(call),
};

/// `localtime.statement(zone)`.
pub(in crate::functions) const STATEMENT: ScalarFunction = ScalarFunction {
    name: "localtime.statement",
    example: Some("localtime.statement() = localtime()"),
    ..TRANSACTION
};

/// `localtime.realtime(zone)`.
pub(in crate::functions) const REALTIME: ScalarFunction = ScalarFunction {
    name: "localtime.realtime",
    doc: "A time of day without an offset now, which is later from call to call.",
    example: Some("localtime.realtime() IS NOT NULL"),
    signature: CLOCK,
    deterministic: false,
    kernel: |call| Kind::LocalTime.running_clock(call),
};

/// `localtime.truncate(unit, value, components)`.
pub(in crate::functions) const TRUNCATE: ScalarFunction = ScalarFunction {
    name: "localtime.truncate",
    doc: "A time of day without an offset: the beginning of the unit that a value lies in, then with the components of a map.",
    example: Some("localtime.truncate('hour', localtime('12:31:14')) = localtime('12:00')"),
    signature: TRUNCATE_SIGNATURE,
    deterministic: true,
    kernel: |call| Kind::LocalTime.truncate(call),
};
