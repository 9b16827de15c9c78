//! `split(text, delimiter)`.

use crate::functions::scalar::prelude::*;

pub(super) const SPLIT: ScalarFunction = ScalarFunction {
    name: "split",
    doc: "The parts of a text between occurrences of a delimiter, or of any of a list of them. An empty \
          delimiter parts the characters.",
    example: "RETURN split('one,two', ',')",
    answer: "['one', 'two']",
    signature: Signature::new(&[T::STRING, T::STRING.or(T::LIST)], T::LIST),
    deterministic: true,
    kernel: split,
};

fn split(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let text = call.text(&values[0])?;
        let delimiters: Vec<&str> = match &values[1] {
            Value::List(items) if items.iter().any(Value::is_null) => return Ok(Value::Null),
            Value::List(items) => items.iter().map(|item| call.text(item)).collect::<Result<_, _>>()?,
            delimiter => vec![call.text(delimiter)?],
        };
        call.check_bytes(text.len() as u64 * size_of::<Value>() as u64)?;
        Ok(parts(text, &delimiters).into_iter().map(Value::from).collect())
    })
}

fn parts<'t>(text: &'t str, delimiters: &[&str]) -> Vec<&'t str> {
    if delimiters.contains(&"") {
        return match text {
            "" => vec![""],
            text => text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]).collect(),
        };
    }
    if let [delimiter] = delimiters {
        return text.split(delimiter).collect();
    }
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        match delimiters.iter().find(|d| text[at..].starts_with(**d)) {
            Some(delimiter) => {
                parts.push(&text[start..at]);
                at += delimiter.len();
                start = at;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    parts.push(&text[start..]);
    parts
}
