//! White space, or characters of choice, at the ends of a text.

use crate::functions::scalar::prelude::*;

const TEXT: Signature = Signature::new(&[T::STRING, T::STRING], T::STRING).required(1);

/// `trim(text)`.
pub(in crate::functions) const TRIM: ScalarFunction = ScalarFunction {
    name: "trim",
    doc: "The text without white space, or without the characters of the second argument, at its ends. Also written \
          `trim(BOTH 'x' FROM text)`, and so with LEADING or TRAILING for one end.",
    example: Some("trim('  a b ') = 'a b'"),
    signature: TEXT,
    deterministic: true,
    kernel: |call| trim(call, str::trim, |text, characters| text.trim_matches(characters)),
};

/// `bTrim(text)`.
pub(in crate::functions) const BTRIM: ScalarFunction = ScalarFunction {
    name: "bTrim",
    doc: "The text without white space, or without the characters of the second argument, at its ends.",
    example: Some("bTrim('xyxhellox', 'xy') = 'hello'"),
    ..TRIM
};

/// `lTrim(text)`.
pub(in crate::functions) const LTRIM: ScalarFunction = ScalarFunction {
    name: "lTrim",
    doc: "The text without white space, or without the characters of the second argument, at its beginning.",
    example: Some("lTrim('  a ') = 'a '"),
    signature: TEXT,
    deterministic: true,
    kernel: |call| trim(call, str::trim_start, |text, characters| text.trim_start_matches(characters)),
};

/// `rTrim(text)`.
pub(in crate::functions) const RTRIM: ScalarFunction = ScalarFunction {
    name: "rTrim",
    doc: "The text without white space, or without the characters of the second argument, at its end.",
    example: Some("rTrim(' a  ') = ' a'"),
    signature: TEXT,
    deterministic: true,
    kernel: |call| trim(call, str::trim_end, |text, characters| text.trim_end_matches(characters)),
};

fn trim(
    call: &Call<'_>,
    spaces: fn(&str) -> &str,
    of: for<'t> fn(&'t str, &[char]) -> &'t str,
) -> Result<Vector, Error> {
    if call.arguments.len() < 2 {
        return call.texts(|text, trimmed| trimmed.push_str(spaces(text)));
    }
    call.strict(|values| {
        let characters: Vec<char> = call.text(&values[1])?.chars().collect();
        Ok(Value::from(of(call.text(&values[0])?, &characters)))
    })
}
