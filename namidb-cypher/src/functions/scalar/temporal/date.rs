//! `date(…)`, its clocks and its truncation.

use super::kind::{CLOCK, CONSTRUCTOR, Kind, TRUNCATE as TRUNCATE_SIGNATURE};
use crate::functions::scalar::prelude::*;

/// `date(value)`.
pub(in crate::functions) const DATE: ScalarFunction = ScalarFunction {
    name: "date",
    doc: "A day: of a text, of a map of components, of another temporal value, or when the statement began.",
    example: Some("date({year: 1984, week: 10, dayOfWeek: 3}) = date('1984-03-07')"),
    signature: CONSTRUCTOR,
    deterministic: true,
    kernel: |call| Kind::Date.construct(call),
};

/// `date.transaction(zone)`.
pub(in crate::functions) const TRANSACTION: ScalarFunction = ScalarFunction {
    name: "date.transaction",
    doc: "A day when the statement began, in UTC or in the zone of the argument.",
    example: Some("date.transaction() = date()"),
    signature: CLOCK,
    deterministic: true,
    kernel: |call| Kind::Date.statement_clock(call),
};

/// `date.statement(zone)`.
pub(in crate::functions) const STATEMENT: ScalarFunction =
    ScalarFunction { name: "date.statement", example: Some("date.statement() = date()"), ..TRANSACTION };

/// `date.realtime(zone)`.
pub(in crate::functions) const REALTIME: ScalarFunction = ScalarFunction {
    name: "date.realtime",
    doc: "A day now, which is later from call to call.",
    example: Some("date.realtime() >= date()"),
    signature: CLOCK,
    deterministic: false,
    kernel: |call| Kind::Date.running_clock(call),
};

/// `date.truncate(unit, value, components)`.
pub(in crate::functions) const TRUNCATE: ScalarFunction = ScalarFunction {
    name: "date.truncate",
    doc: "A day: the beginning of the unit that a value lies in, then with the components of a map.",
    example: Some("date.truncate('month', date('1984-10-11')) = date('1984-10-01')"),
    signature: TRUNCATE_SIGNATURE,
    deterministic: true,
    kernel: |call| Kind::Date.truncate(call),
};
