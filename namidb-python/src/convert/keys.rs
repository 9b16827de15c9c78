//! Names that repeat from row to row, converted once.

use super::unmappable::Unmappable;
use namidb_core::hash::HashMap;
use pyo3::prelude::*;
use pyo3::types::PyString;
use smallvec::SmallVec;
use std::sync::Arc;

/// Beyond this many keys a row is a dictionary with keys of its own, and remembering them costs more than it saves.
const KEYS_MAX: usize = 1_024;

/// The keys of dicts met so far, by the identity of the string object: Python interns the keys of literals and of
/// parsed JSON, so the same few objects come again in every row.
#[derive(Default)]
pub(crate) struct Keys<'py> {
    /// The first few, which is all there are in most rows and parameters.
    first: SmallVec<[Key<'py>; 6]>,
    /// The others, by address.
    others: HashMap<usize, Key<'py>>,
}

/// An object and its text. It keeps the object alive, so that no other can come to the same address.
type Key<'py> = (Bound<'py, PyString>, Arc<str>);

impl<'py> Keys<'py> {
    /// The text of a key.
    pub(crate) fn get(&mut self, key: &Bound<'py, PyString>) -> Result<Arc<str>, Unmappable> {
        let address = key.as_ptr() as usize;
        let first = self.first.iter().find(|(object, _)| object.is(key));
        if let Some((_, text)) = first.or_else(|| self.others.get(&address)) {
            return Ok(Arc::clone(text));
        }
        let text: Arc<str> = Arc::from(text_of(key)?);
        let known = (key.clone(), Arc::clone(&text));
        if self.first.len() < self.first.inline_size() {
            self.first.push(known);
        } else if self.others.len() < KEYS_MAX {
            self.others.insert(address, known);
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
