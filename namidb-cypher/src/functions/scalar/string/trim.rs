//! `trim(text)`.

use super::trimmed::{TEXT, trimmed};
use crate::functions::scalar::prelude::*;

pub(super) const TRIM: ScalarFunction = ScalarFunction {
    name: "trim",
    doc: "The text without white space, or without the characters of the second argument, at its ends. Also written \
          `trim(BOTH 'x' FROM text)`, and so with LEADING or TRAILING for one end.",
    example: "RETURN trim('  a b ')",
    answer: "'a b'",
    signature: TEXT,
    deterministic: true,
    kernel: |call| trimmed(call, str::trim, |text, characters| text.trim_matches(characters)),
};

pub(super) const BTRIM: ScalarFunction = ScalarFunction {
    name: "bTrim",
    doc: "The text without white space, or without the characters of the second argument, at its ends.",
    example: "RETURN bTrim('xyxhellox', 'xy')",
    answer: "'hello'",
    ..TRIM
};
