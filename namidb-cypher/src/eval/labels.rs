//! `base:A:B` and `base:$(names)`: labels of a node, or the type of a relationship.

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

/// Whether each row has all or any of the labels that a value names; null on null, and where what is null decides.
pub(crate) fn has_computed(
    base: &Vector,
    names: &Vector,
    any: bool,
    state: &GraphState,
) -> Result<Vector, Error> {
    if let (Vector::Constant(names, _), false) = (names, any)
        && let Some(names) = all_named(names)?
    {
        return has_labels(base, &names, state);
    }
    let mut answers = VectorBuilder::with_capacity(base.len());
    for row in 0..base.len() {
        answers.push(match (base.value(row), named(&names.value(row))?) {
            (Value::Null, _) | (_, None) => Value::Null,
            (base, Some(names)) => has_some(&base, names, any, state)?,
        });
    }
    Ok(answers.finish())
}

/// The names that a value stands for; none if it is null.
fn named(value: &Value) -> Result<Option<&[Value]>, Error> {
    match value {
        Value::Null => Ok(None),
        Value::String(_) => Ok(Some(std::slice::from_ref(value))),
        Value::List(items) => Ok(Some(items)),
        other => Err(errors::unexpected_type("a computed label", "a name or a list of names", other)),
    }
}

/// The labels that a value asks for if all count; none if nothing can have them all, or it is not known.
///
/// # Errors
/// If it is neither a text nor a list.
pub(crate) fn all_named(value: &Value) -> Result<Option<Vec<Arc<str>>>, Error> {
    let name = |item: &Value| match item {
        Value::String(name) => Some(Arc::clone(name)),
        _ => None,
    };
    Ok(named(value)?.and_then(|names| names.iter().map(name).collect()))
}

fn has_some(base: &Value, names: &[Value], any: bool, state: &GraphState) -> Result<Value, Error> {
    let mut answer = Value::Boolean(!any);
    for name in names {
        let has = match name {
            Value::Null => Value::Null,
            Value::String(name) => of_value(base, std::slice::from_ref(name), state)?,
            _ => Value::Boolean(false),
        };
        match has {
            Value::Boolean(has) if has == any => return Ok(Value::Boolean(any)),
            Value::Null => answer = Value::Null,
            _ => {}
        }
    }
    Ok(answer)
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
