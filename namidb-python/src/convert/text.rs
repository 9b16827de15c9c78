//! Texts that are arguments of their own: queries, labels, types.

use super::keys::text_of;
use crate::errors;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::ops::Deref;

/// A `str` argument. One with a lone surrogate, which has no UTF-8, is a `ParameterError`.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a>(&'a str);

impl<'a, 'py> FromPyObject<'a, 'py> for Text<'a> {
    type Error = PyErr;

    fn extract(argument: Borrowed<'a, 'py, PyAny>) -> PyResult<Text<'a>> {
        argument.extract::<&'a str>().map(Text).map_err(|raised| {
            let refused = argument.cast::<PyString>().ok().and_then(|text| text_of(&text).err());
            refused.map_or(raised, |error| errors::unmappable(argument.py(), error))
        })
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}
