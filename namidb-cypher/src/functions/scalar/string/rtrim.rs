//! `rTrim(text)`.

use super::trimmed::{TEXT, trimmed};
use crate::functions::scalar::prelude::*;

pub(super) const RTRIM: ScalarFunction = ScalarFunction {
    name: "rTrim",
    doc: "The text without white space, or without the characters of the second argument, at its end.",
    example: "RETURN rTrim(' a  ')",
    answer: "' a'",
    signature: TEXT,
    deterministic: true,
    kernel: |call| trimmed(call, str::trim_end, |text, characters| text.trim_end_matches(characters)),
};
