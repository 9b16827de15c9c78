//! `db.schema.visualization()`.

use crate::exec::Ticks;
use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};
use crate::logical::display::name;
use namidb_core::value::Map;
use namidb_core::{RelId, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) const SCHEMA_VISUALIZATION: BuiltIn = BuiltIn {
    name: "db.schema.visualization",
    doc: "The labels, and between which labels there are relationships of which types: maps, since they are no \
          nodes and relationships of the graph.",
    example: "CALL db.schema.visualization() YIELD relationships RETURN relationships",
    answer: "[{name: 'KNOWS', from: 'Person', to: 'Person'}]",
    fields: Fields::gives(&[("nodes", T::LIST), ("relationships", T::LIST)]),
    body: |_, call| {
        let state = call.state;
        let catalog = state.catalog();
        let labels: BTreeSet<&Arc<str>> = catalog
            .labels()
            .filter(|(label, _)| state.label_count(*label) > 0)
            .map(|(_, name)| name)
            .collect();
        let mut ends: BTreeSet<(Arc<str>, Arc<str>, Arc<str>)> = BTreeSet::new();
        let mut ticks = Ticks::new();
        for relationship in state.live_relationships().iter().map(RelId) {
            ticks.tick(call.cx)?;
            let Some(record) = state.relationship(relationship) else { continue };
            let of = catalog.rel_type_name(record.rel_type);
            for source in state.labels(record.source) {
                for target in state.labels(record.target) {
                    let end = |label| Arc::clone(catalog.label_name(label));
                    ends.insert((Arc::clone(of), end(source), end(target)));
                }
            }
        }
        let map = |entries: Vec<(&str, Value)>| Value::from(Map::from_iter(entries));
        let text = |text: &Arc<str>| Value::String(Arc::clone(text));
        let nodes = labels
            .iter()
            .map(|label| map(vec![("name", text(label)), ("label", name(label).as_str().into())]));
        let relationships = ends.iter().map(|(of, source, target)| {
            map(vec![("name", text(of)), ("from", text(source)), ("to", text(target))])
        });
        Ok(vec![vec![nodes.collect(), relationships.collect()]])
    },
};
