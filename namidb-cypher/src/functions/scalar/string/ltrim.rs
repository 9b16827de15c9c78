//! `lTrim(text)`.

use super::trimmed::{TEXT, trimmed};
use crate::functions::scalar::prelude::*;

pub(super) const LTRIM: ScalarFunction = ScalarFunction {
    name: "lTrim",
    doc: "The text without white space, or without the characters of the second argument, at its beginning.",
    example: "RETURN lTrim('  a ')",
    answer: "'a '",
    signature: TEXT,
    deterministic: true,
    kernel: |call| trimmed(call, str::trim_start, |text, characters| text.trim_start_matches(characters)),
};
