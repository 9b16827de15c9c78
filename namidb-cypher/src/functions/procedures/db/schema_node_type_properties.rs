//! `db.schema.nodeTypeProperties()`.

use super::shape::{Shape, quoted};
use crate::error::Error;
use crate::exec::{ExecutionContext, Ticks};
use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};
use namidb_core::graph::GraphState;
use namidb_core::{NodeId, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const SCHEMA_NODE_TYPE_PROPERTIES: BuiltIn = BuiltIn {
    name: "db.schema.nodeTypeProperties",
    doc: "The properties of the nodes of each combination of labels, with their types, and whether all of them have it.",
    example: "CALL db.schema.nodeTypeProperties() YIELD nodeLabels, propertyName RETURN collect([nodeLabels, propertyName])",
    answer: "[[['Person'], 'born'], [['Person'], 'name']]",
    fields: Fields::gives(&[
        ("nodeType", T::STRING),
        ("nodeLabels", T::LIST),
        ("propertyName", T::STRING),
        ("propertyTypes", T::LIST),
        ("mandatory", T::BOOLEAN),
    ]),
    body: |_, call| {
        let mut rows = Vec::new();
        for (labels, shape) in of_nodes(call.state, call.cx)? {
            let node_type = Value::from(quoted(labels.iter()).as_str());
            rows.extend(shape.rows(&[node_type, labels.into_iter().map(Value::String).collect()]));
        }
        Ok(rows)
    },
};

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
