//! `db.*`: what is in the graph.

pub(super) mod await_indexes;
pub(super) mod clear_query_caches;
pub(super) mod info;
pub(super) mod labels;
pub(super) mod ping;
pub(super) mod property_keys;
pub(super) mod relationship_types;
pub(super) mod schema;

use namidb_core::Value;
use std::sync::Arc;

/// A row of one text for each name, in the order of the alphabet.
fn rows<'a>(names: impl Iterator<Item = &'a Arc<str>>) -> Vec<Vec<Value>> {
    let mut names: Vec<&Arc<str>> = names.collect();
    names.sort();
    names.into_iter().map(|name| vec![Value::String(Arc::clone(name))]).collect()
}
