//! `date(value)`.

use super::kind::{CONSTRUCTOR, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const DATE: ScalarFunction = ScalarFunction {
    name: "date",
    doc: "A day: of a text, of a map of components, of another temporal value, or when the statement began.",
    example: "RETURN date({year: 1984, week: 10, dayOfWeek: 3})",
    answer: "date('1984-03-07')",
    signature: CONSTRUCTOR,
    deterministic: true,
    kernel: |call| Kind::Date.construct(call),
};
