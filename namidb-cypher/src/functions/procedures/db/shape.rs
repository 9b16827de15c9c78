//! Which properties the entities of one kind have, with which types. Looking takes a walk over the graph.

use crate::eval::value_test;
use namidb_core::graph::GraphState;
use namidb_core::{PropertyKeyId, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is known of the entities with the same labels, or of the same type.
#[derive(Default)]
pub(super) struct Shape {
    count: u64,
    /// By property: how many have it, and the types of its values.
    properties: BTreeMap<Arc<str>, (u64, BTreeSet<String>)>,
}

impl Shape {
    pub(super) fn add(&mut self, state: &GraphState, properties: Vec<(PropertyKeyId, Value)>) {
        self.count += 1;
        for (key, value) in properties {
            let key = Arc::clone(state.catalog().property_key_name(key));
            let (count, types) = self.properties.entry(key).or_default();
            *count += 1;
            let mut of = value_test::type_of(&value);
            of.not_null = false;
            let of = of.to_string();
            if !types.contains(&of) {
                types.insert(of);
            }
        }
    }

    /// A row for each property, or one without any: its name, its types, whether all have it.
    pub(super) fn rows(&self, first: &[Value]) -> Vec<Vec<Value>> {
        let row = |name: Value, types: Value, mandatory: bool| {
            let last = [name, types, mandatory.into()];
            first.iter().cloned().chain(last).collect::<Vec<Value>>()
        };
        if self.properties.is_empty() {
            return vec![row(Value::Null, Value::Null, false)];
        }
        let rows = self.properties.iter().map(|(key, (count, types))| {
            let types = types.iter().map(|of| Value::from(of.as_str())).collect();
            row(Value::String(Arc::clone(key)), types, *count == self.count)
        });
        rows.collect()
    }
}

/// Names as they are written behind a variable: :`Person`:`Author`.
pub(super) fn quoted<'a>(names: impl Iterator<Item = &'a Arc<str>>) -> String {
    names.map(|of| format!(":`{}`", of.replace('`', "``"))).collect()
}
