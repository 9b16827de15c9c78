//! Names that repeat from row to row, converted once.

use super::unmappable::Unmappable;
use namidb_core::hash::HashMap;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::sync::Arc;

/// Beyond this many keys a row is a dictionary with keys of its own, and remembering them costs more than it saves.
const KEYS_MAX: usize = 1_024;

/// The keys of dicts met so far, by the identity of the string object: Python interns the keys of literals and of
/// parsed JSON, so the same few objects come again in every row.
#[derive(Default)]
pub(crate) struct Keys<'py> {
    known: HashMap<usize, (Bound<'py, PyString>, Arc<str>)>,
}

impl<'py> Keys<'py> {
    /// The text of a key.
    pub(crate) fn get(&mut self, key: &Bound<'py, PyString>) -> Result<Arc<str>, Unmappable> {
        // The entry keeps the object alive, so that no other can come to the same address.
        let address = key.as_ptr() as usize;
        if let Some((_, text)) = self.known.get(&address) {
            return Ok(Arc::clone(text));
        }
        let text: Arc<str> = Arc::from(text_of(key)?);
        if self.known.len() < KEYS_MAX {
            self.known.insert(address, (key.clone(), Arc::clone(&text)));
        }
        Ok(text)
    }
}

/// The text of a string. Lone surrogates have no UTF-8.
pub(crate) fn text_of<'a>(text: &'a Bound<'_, PyString>) -> Result<&'a str, Unmappable> {
    text.to_str().map_err(|raised| {
        let index = raised.value(text.py()).getattr("start").and_then(|at| at.extract::<usize>());
        match index {
            Ok(index) => Unmappable::new(format!("the string has a lone surrogate at index {index}"))
                .with_hint("Encode it with errors='replace' or pass it as bytes"),
            Err(_) => Unmappable::Raised(raised),
        }
    })
}
