//! White space at the ends of a text.

use crate::functions::scalar::prelude::*;

const TEXT: Signature = Signature::new(&[T::STRING], T::STRING);

/// `trim(text)`.
pub(in crate::functions) const TRIM: ScalarFunction = ScalarFunction {
    name: "trim",
    doc: "The text without white space at its ends.",
    example: Some("trim('  a b ') = 'a b'"),
    signature: TEXT,
    deterministic: true,
    kernel: |call| call.texts(|text, trimmed| trimmed.push_str(text.trim())),
};

/// `lTrim(text)`.
pub(in crate::functions) const LTRIM: ScalarFunction = ScalarFunction {
    name: "lTrim",
    doc: "The text without white space at its beginning.",
    example: Some("lTrim('  a ') = 'a '"),
    signature: TEXT,
    deterministic: true,
    kernel: |call| call.texts(|text, trimmed| trimmed.push_str(text.trim_start())),
};

/// `rTrim(text)`.
pub(in crate::functions) const RTRIM: ScalarFunction = ScalarFunction {
    name: "rTrim",
    doc: "The text without white space at its end.",
    example: Some("rTrim(' a  ') = ' a'"),
    signature: TEXT,
    deterministic: true,
    kernel: |call| call.texts(|text, trimmed| trimmed.push_str(text.trim_end())),
};
