//! Reads what the entities in a result consist of, so that whoever shows them finds it in memory.

use super::operator::Resident;
use crate::error::Error;
use crate::factor::Batch;
use crate::vector::Vector;
use namidb_core::graph::{CHUNK_IDS, GraphState};
use namidb_core::hash::HashSet;
use namidb_core::{NodeId, RelId, Value};

/// Reads the labels and properties of every node and relationship of a flat batch, and the public ids of the ends of
/// relationships: once for each chunk that they lie in.
pub(super) fn touch(batch: &Batch, at: Resident<'_>) -> Result<(), Error> {
    let mut touched =
        Touched { state: at.state, nodes: HashSet::default(), relationships: HashSet::default() };
    for (_, column) in batch.group(0).columns() {
        at.cx.check()?;
        match column {
            Vector::Node(ids) => {
                (0..ids.values.len()).filter_map(|row| ids.get(row)).for_each(|id| touched.node(NodeId(id)));
            }
            Vector::Relationship(ids) => {
                (0..ids.values.len())
                    .filter_map(|row| ids.get(row))
                    .for_each(|id| touched.relationship(RelId(id)));
            }
            Vector::Constant(value, _) => touched.value(value),
            Vector::Any(values) => values.as_slice().iter().for_each(|value| touched.value(value)),
            _ => {}
        }
    }
    Ok(())
}

/// The chunks, by their first ids, that were read already.
struct Touched<'a> {
    state: &'a GraphState,
    nodes: HashSet<u64>,
    relationships: HashSet<u64>,
}

impl Touched<'_> {
    /// Values nest at most as deep as the query that made them, which the parser limits, and stored ones as their
    /// codec lets them.
    fn value(&mut self, value: &Value) {
        match value {
            Value::Node(node) => self.node(*node),
            Value::Relationship(relationship) => self.relationship(*relationship),
            Value::Path(path) => {
                path.nodes.iter().for_each(|node| self.node(*node));
                path.relationships.iter().for_each(|relationship| self.relationship(*relationship));
            }
            Value::List(items) => items.iter().for_each(|item| self.value(item)),
            Value::Map(map) => map.iter().for_each(|(_, item)| self.value(item)),
            _ => {}
        }
    }

    fn node(&mut self, node: NodeId) {
        if self.nodes.insert(node.0 / CHUNK_IDS as u64) {
            self.state.node_uuid(node);
            self.state.labels(node);
            self.state.node_properties(node);
            self.state.node_seq(node);
        }
    }

    fn relationship(&mut self, relationship: RelId) {
        if self.relationships.insert(relationship.0 / CHUNK_IDS as u64) {
            self.state.relationship_properties(relationship);
            self.state.relationship_seq(relationship);
        }
        if let Some(record) = self.state.relationship(relationship) {
            self.node_id(record.source);
            self.node_id(record.target);
        }
    }

    /// Reads a node's public id alone.
    fn node_id(&mut self, node: NodeId) {
        if !self.nodes.contains(&(node.0 / CHUNK_IDS as u64)) {
            self.state.node_uuid(node);
        }
    }
}
