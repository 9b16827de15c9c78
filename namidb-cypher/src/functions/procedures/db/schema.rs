//! `db.schema.nodeTypeProperties()`, `db.schema.relTypeProperties()` and `db.schema.visualization()`: which properties and
//! connections there are. They look at all of the graph.

use crate::error::Error;
use crate::eval::value_test;
use crate::exec::{ExecutionContext, Ticks};
use crate::functions::TypeSet;
use crate::functions::procedures::{Procedure, ProcedureSignature, procedure};
use crate::logical::display::name;
use namidb_core::graph::GraphState;
use namidb_core::value::Map;
use namidb_core::{NodeId, PropertyKeyId, RelId, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is known of the entities with the same labels, or of the same type.
#[derive(Default)]
struct Shape {
    count: u64,
    /// By property: how many have it, and the types of its values.
    properties: BTreeMap<Arc<str>, (u64, BTreeSet<String>)>,
}

impl Shape {
    fn add(&mut self, state: &GraphState, properties: Vec<(PropertyKeyId, Value)>) {
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
    fn rows(&self, first: &[Value]) -> Vec<Vec<Value>> {
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

/// Nodes by their labels, in the order of the alphabet.
fn of_nodes(state: &GraphState, cx: &ExecutionContext) -> Result<BTreeMap<Vec<Arc<str>>, Shape>, Error> {
    let mut shapes: BTreeMap<Vec<Arc<str>>, Shape> = BTreeMap::new();
    let mut ticks = Ticks::new();
    for node in state.live_nodes().iter().map(NodeId) {
        ticks.tick(cx)?;
        let labels = state.labels(node);
        let mut labels: Vec<Arc<str>> =
            labels.iter().map(|label| Arc::clone(state.catalog().label_name(*label))).collect();
        labels.sort();
        shapes.entry(labels).or_default().add(state, state.node_properties(node));
    }
    Ok(shapes)
}

fn quoted<'a>(names: impl Iterator<Item = &'a Arc<str>>) -> String {
    names.map(|of| format!(":`{}`", of.replace('`', "``"))).collect()
}

pub(in crate::functions::procedures) fn node_type_properties() -> Arc<dyn Procedure> {
    let doc = "The properties of the nodes of each combination of labels, with their types, and whether all of them have it.";
    let signature = ProcedureSignature::new("db.schema.nodeTypeProperties", doc)
        .example("CALL db.schema.nodeTypeProperties() YIELD nodeLabels, propertyName RETURN nodeLabels, propertyName")
        .gives("nodeType", TypeSet::STRING)
        .gives("nodeLabels", TypeSet::LIST)
        .gives("propertyName", TypeSet::STRING)
        .gives("propertyTypes", TypeSet::LIST)
        .gives("mandatory", TypeSet::BOOLEAN);
    procedure(signature, |_, call| {
        let mut rows = Vec::new();
        for (labels, shape) in of_nodes(call.state, call.cx)? {
            let node_type = Value::from(quoted(labels.iter()).as_str());
            rows.extend(shape.rows(&[node_type, labels.into_iter().map(Value::String).collect()]));
        }
        Ok(rows)
    })
}

pub(in crate::functions::procedures) fn rel_type_properties() -> Arc<dyn Procedure> {
    let doc = "The properties of the relationships of each type, with their types, and whether all of them have it.";
    let signature = ProcedureSignature::new("db.schema.relTypeProperties", doc)
        .example(
            "CALL db.schema.relTypeProperties() YIELD relType, propertyName RETURN relType, propertyName",
        )
        .gives("relType", TypeSet::STRING)
        .gives("propertyName", TypeSet::STRING)
        .gives("propertyTypes", TypeSet::LIST)
        .gives("mandatory", TypeSet::BOOLEAN);
    procedure(signature, |_, call| {
        let state = call.state;
        let mut shapes: BTreeMap<Arc<str>, Shape> = BTreeMap::new();
        let mut ticks = Ticks::new();
        for relationship in state.live_relationships().iter().map(RelId) {
            ticks.tick(call.cx)?;
            let Some(record) = state.relationship(relationship) else { continue };
            let of = Arc::clone(state.catalog().rel_type_name(record.rel_type));
            shapes.entry(of).or_default().add(state, state.relationship_properties(relationship));
        }
        let rows = shapes
            .iter()
            .flat_map(|(of, shape)| shape.rows(&[Value::from(quoted(std::iter::once(of)).as_str())]));
        Ok(rows.collect())
    })
}

pub(in crate::functions::procedures) fn visualization() -> Arc<dyn Procedure> {
    let doc = "The labels, and between which labels there are relationships of which types: maps, since they are no \
               nodes and relationships of the graph.";
    let signature = ProcedureSignature::new("db.schema.visualization", doc)
        .example("CALL db.schema.visualization() YIELD nodes RETURN size(nodes) AS labels")
        .gives("nodes", TypeSet::LIST)
        .gives("relationships", TypeSet::LIST);
    procedure(signature, |_, call| {
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
    })
}
