//! Paths from the variables of a pattern.

use super::errors;
use crate::Error;
use crate::vector::{Vector, VectorBuilder};
use namidb_core::graph::GraphState;
use namidb_core::value::Path;
use namidb_core::{NodeId, RelId, Value};

/// The path through a node, then a relationship or list of them and a node by turns; null where any is null.
pub(crate) fn build(columns: &[Vector], len: usize, state: &GraphState) -> Result<Vector, Error> {
    let mut builder = VectorBuilder::with_capacity(len);
    for row in 0..len {
        let values: Vec<Value> = columns.iter().map(|column| column.value(row)).collect();
        if values.iter().any(Value::is_null) {
            builder.push_null();
        } else {
            builder.push(Value::from(path(&values, state)?));
        }
    }
    Ok(builder.finish())
}

fn path(values: &[Value], state: &GraphState) -> Result<Path, Error> {
    let mut path = Path { nodes: Vec::with_capacity(values.len() / 2 + 1), relationships: Vec::new() };
    for value in values {
        match value {
            // After a list the walk stands at its last node already.
            Value::Node(node) if path.nodes.len() > path.relationships.len() => {
                if path.nodes.last() != Some(node) {
                    return Err(errors::internal("the parts of a path do not meet"));
                }
            }
            Value::Node(node) => path.nodes.push(*node),
            Value::Relationship(relationship) => path.relationships.push(*relationship),
            Value::List(steps) => {
                for step in steps.iter() {
                    let (Value::Relationship(step), Some(at)) = (step, path.nodes.last()) else {
                        return Err(errors::internal("a path is made of nodes and relationships"));
                    };
                    let next = other_end(*step, *at, state)
                        .ok_or_else(|| errors::internal("the steps of a path do not meet"))?;
                    path.relationships.push(*step);
                    path.nodes.push(next);
                }
            }
            _ => return Err(errors::internal("a path is made of nodes and relationships")),
        }
    }
    Ok(path)
}

/// Where a relationship leads from one of its ends, also if it was deleted meanwhile.
fn other_end(relationship: RelId, from: NodeId, state: &GraphState) -> Option<NodeId> {
    let source = NodeId(state.relationship_sources().get(relationship.0)?);
    let target = NodeId(state.relationship_targets().get(relationship.0)?);
    match from {
        from if from == source => Some(target),
        from if from == target => Some(source),
        _ => None,
    }
}
