//! `base:A:B`: all labels of a node, or the type of a relationship.

use super::{bits, errors};
use crate::Error;
use crate::vector::{Vector, VectorBuilder};
use namidb_core::graph::{Bitmap, GraphState};
use namidb_core::{NodeId, RelId, Value};
use std::sync::Arc;

/// Whether each row has all of the labels; null on null.
pub(crate) fn has_labels(base: &Vector, names: &[Arc<str>], state: &GraphState) -> Result<Vector, Error> {
    let len = base.len();
    match base {
        Vector::Constant(value, _) => Ok(Vector::constant(of_value(value, names, state)?, len)),
        Vector::Node(nodes) => {
            let validity = nodes.validity.clone();
            let Some(bitmaps) = bitmaps(names, state) else {
                return Ok(bits::booleans_or_null(len, validity, |_| false));
            };
            let ids: &[u64] = &nodes.values;
            Ok(bits::booleans_or_null(len, validity, |row| bitmaps.iter().all(|b| b.contains(ids[row]))))
        }
        other => {
            let mut builder = VectorBuilder::with_capacity(len);
            for value in other.values() {
                builder.push(of_value(&value, names, state)?);
            }
            Ok(builder.finish())
        }
    }
}

/// The nodes of each label; none if a label was never used.
fn bitmaps<'a>(names: &[Arc<str>], state: &'a GraphState) -> Option<Vec<&'a Bitmap>> {
    names.iter().map(|name| state.label_nodes(state.catalog().label(name)?)).collect()
}

fn of_value(value: &Value, names: &[Arc<str>], state: &GraphState) -> Result<Value, Error> {
    Ok(Value::Boolean(match value {
        Value::Null => return Ok(Value::Null),
        Value::Node(node) => has_all(*node, names, state),
        Value::Relationship(relationship) => has_type(*relationship, names, state),
        other => {
            return Err(errors::unexpected_type("a label predicate", "a node or a relationship", other));
        }
    }))
}

fn has_all(node: NodeId, names: &[Arc<str>], state: &GraphState) -> bool {
    names.iter().all(|name| state.catalog().label(name).is_some_and(|label| state.has_label(node, label)))
}

fn has_type(relationship: RelId, names: &[Arc<str>], state: &GraphState) -> bool {
    let of = state.relationship_types().get(relationship.0);
    names
        .iter()
        .all(|name| state.catalog().rel_type(name).is_some_and(|rel_type| of == Some(u64::from(rel_type.0))))
}
