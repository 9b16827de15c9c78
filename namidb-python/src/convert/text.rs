//! Texts that are arguments of their own: queries, labels, types.

use super::keys::text_of;
use crate::errors;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::ops::Deref;

/// A `str` argument. One with a lone surrogate, which has no UTF-8, is a `ParameterError`.
pub(crate) struct Text<'a> {
    text: &'a str,
    object: Py<PyString>,
}

impl Text<'_> {
    /// The object that it came as.
    pub(crate) fn object(self) -> Py<PyString> {
        self.object
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Text<'a> {
    type Error = PyErr;

    fn extract(argument: Borrowed<'a, 'py, PyAny>) -> PyResult<Text<'a>> {
        let text = |text| Ok(Text { text, object: argument.cast::<PyString>()?.to_owned().unbind() });
        argument.extract::<&'a str>().and_then(text).map_err(|raised| {
            let refused = argument.cast::<PyString>().ok().and_then(|text| text_of(&text).err());
            refused.map_or(raised, |error| errors::unmappable(argument.py(), error))
        })
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.text
    }
}
