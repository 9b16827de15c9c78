//! `localdatetime.truncate(unit, value, components)`.

use super::kind::{Kind, TRUNCATE};
use crate::functions::scalar::prelude::*;

pub(super) const LOCALDATETIME_TRUNCATE: ScalarFunction = ScalarFunction {
    name: "localdatetime.truncate",
    doc: "A date and time of day without an offset: the beginning of the unit that a value lies in, then with the components of a map.",
    example: "RETURN localdatetime.truncate('day', localdatetime('1984-10-11T12:31'))",
    answer: "localdatetime('1984-10-11')",
    signature: TRUNCATE,
    deterministic: true,
    kernel: |call| Kind::LocalDateTime.truncate(call),
};
