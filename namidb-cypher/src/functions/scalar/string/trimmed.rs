//! Texts without some characters at their ends.

use crate::functions::scalar::prelude::*;

pub(super) const TEXT: Signature = Signature::new(&[T::STRING, T::STRING], T::STRING).required(1);

pub(super) fn trimmed(
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
