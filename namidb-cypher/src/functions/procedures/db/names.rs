//! Names as rows.

use namidb_core::Value;
use std::sync::Arc;

/// A row of one text for each name, in the order of the alphabet.
pub(super) fn names<'a>(names: impl Iterator<Item = &'a Arc<str>>) -> Vec<Vec<Value>> {
    let mut names: Vec<&Arc<str>> = names.collect();
    names.sort();
    names.into_iter().map(|name| vec![Value::String(Arc::clone(name))]).collect()
}
