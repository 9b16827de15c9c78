//! `datetime.truncate(unit, value, components)`.

use super::kind::{Kind, TRUNCATE};
use crate::functions::scalar::prelude::*;

pub(super) const DATETIME_TRUNCATE: ScalarFunction = ScalarFunction {
    name: "datetime.truncate",
    doc: "A date and time of day in a zone: the beginning of the unit that a value lies in, then with the components of a map.",
    example: "RETURN datetime.truncate('day', datetime('1984-10-11T12:31+01:00'))",
    answer: "datetime('1984-10-11T00:00+01:00')",
    signature: TRUNCATE,
    deterministic: true,
    kernel: |call| Kind::DateTime.truncate(call),
};
