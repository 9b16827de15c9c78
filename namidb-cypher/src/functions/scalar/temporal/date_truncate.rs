//! `date.truncate(unit, value, components)`.

use super::kind::{Kind, TRUNCATE};
use crate::functions::scalar::prelude::*;

pub(super) const DATE_TRUNCATE: ScalarFunction = ScalarFunction {
    name: "date.truncate",
    doc: "A day: the beginning of the unit that a value lies in, then with the components of a map.",
    example: "RETURN date.truncate('month', date('1984-10-11'))",
    answer: "date('1984-10-01')",
    signature: TRUNCATE,
    deterministic: true,
    kernel: |call| Kind::Date.truncate(call),
};
