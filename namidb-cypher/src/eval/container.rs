//! Lists and maps: literals, projections, elements and slices.

use super::{errors, property};
use crate::Error;
use crate::vector::{Values, Vector, VectorBuilder};
use namidb_core::Value;
use namidb_core::graph::GraphState;
use namidb_core::value::Map;
use std::sync::Arc;

/// `[a, b]`, row by row.
pub(crate) fn list(items: &[Vector], len: usize) -> Vector {
    let row_of = |row: usize| -> Value { items.iter().map(|item| item.value(row)).collect() };
    if items.iter().all(|item| matches!(item, Vector::Constant(..))) {
        return Vector::constant(row_of(0), len);
    }
    Vector::Any(Values::new((0..len).map(row_of).collect()))
}

/// `{k: v}`, row by row.
pub(crate) fn map(entries: &[(Arc<str>, Vector)], len: usize) -> Vector {
    let row_of = |row: usize| {
        let entries = entries.iter().map(|(key, item)| (Arc::clone(key), item.value(row)));
        Value::from(Map::from_entries(entries.collect()))
    };
    if entries.iter().all(|(_, item)| matches!(item, Vector::Constant(..))) {
        return Vector::constant(row_of(0), len);
    }
    Vector::Any(Values::new((0..len).map(row_of).collect()))
}

/// `base {.*, .a, k: v}`, row by row; null on null.
pub(crate) fn projection(
    base: &Vector,
    all_properties: bool,
    items: &[(Arc<str>, Vector)],
    state: &GraphState,
) -> Result<Vector, Error> {
    let len = base.len();
    let mut builder = VectorBuilder::with_capacity(len);
    for row in 0..len {
        let base = base.value(row);
        if base.is_null() {
            builder.push_null();
            continue;
        }
        let mut entries = if all_properties { properties(&base, state)?.into_entries() } else { Vec::new() };
        entries.extend(items.iter().map(|(key, item)| (Arc::clone(key), item.value(row))));
        builder.push(Value::from(Map::from_entries(entries)));
    }
    Ok(builder.finish())
}

/// The properties of a node or relationship, or a map itself.
pub(crate) fn properties(value: &Value, state: &GraphState) -> Result<Map, Error> {
    let named = |properties: Vec<(namidb_core::PropertyKeyId, Value)>| {
        let named = properties
            .into_iter()
            .map(|(key, value)| (Arc::clone(state.catalog().property_key_name(key)), value));
        Map::from_entries(named.collect())
    };
    match value {
        Value::Map(map) => Ok((**map).clone()),
        Value::Node(node) => {
            property::check_node(state, *node)?;
            Ok(named(state.node_properties(*node)))
        }
        Value::Relationship(relationship) => {
            property::check_relationship(state, *relationship)?;
            Ok(named(state.relationship_properties(*relationship)))
        }
        other => {
            Err(errors::unexpected_value("reading all properties", "a node, a relationship or a map", other))
        }
    }
}

/// `base[index]`, row by row.
pub(crate) fn index(base: &Vector, index: &Vector, state: &GraphState) -> Result<Vector, Error> {
    let len = base.len();
    if let (Vector::Constant(base, _), Vector::Constant(index, _)) = (base, index) {
        return Ok(Vector::constant(element(base, index, state)?, len));
    }
    // One key for all rows of entities: this is a property.
    if let (Vector::Node(_) | Vector::Relationship(_), Vector::Constant(Value::String(key), _)) =
        (base, index)
    {
        return property::evaluate(base, key, state);
    }
    let mut builder = VectorBuilder::with_capacity(len);
    for row in 0..len {
        builder.push(match base {
            Vector::Constant(base, _) => element(base, &index.value(row), state)?,
            base => element(&base.value(row), &index.value(row), state)?,
        });
    }
    Ok(builder.finish())
}

fn element(base: &Value, index: &Value, state: &GraphState) -> Result<Value, Error> {
    match (base, index) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::List(items), Value::Integer(at)) => {
            Ok(position(*at, items.len()).and_then(|at| items.get(at)).cloned().unwrap_or_default())
        }
        (Value::List(_), other) => Err(errors::unexpected_type("an element of a list", "an integer", other)),
        (Value::Map(_) | Value::Node(_) | Value::Relationship(_), Value::String(key)) => {
            property::of_value(base, key, state)
        }
        (Value::Map(_) | Value::Node(_) | Value::Relationship(_), other) => Err(errors::type_error(
            "MapElementAccessByNonString",
            format!("the key of an element is a string, and was given as {}", other.type_name()),
        )),
        (
            Value::Date(_)
            | Value::Time(_)
            | Value::LocalTime(_)
            | Value::DateTime(_)
            | Value::LocalDateTime(_)
            | Value::Duration(_)
            | Value::Point(_),
            Value::String(key),
        ) => property::of_value(base, key, state),
        (other, _) => Err(errors::unexpected_type("[]", "a list, a map, a node or a relationship", other)),
    }
}

/// A position from the front, or from the back if it is negative.
fn position(at: i64, len: usize) -> Option<usize> {
    let at = if at < 0 { at.checked_add(i64::try_from(len).ok()?)? } else { at };
    usize::try_from(at).ok()
}

/// `base[from..to]`, row by row.
pub(crate) fn slice(base: &Vector, from: Option<&Vector>, to: Option<&Vector>) -> Result<Vector, Error> {
    let len = base.len();
    let constant = [Some(base), from, to].into_iter().flatten().all(|v| matches!(v, Vector::Constant(..)));
    let rows = if constant { len.min(1) } else { len };
    let mut builder = VectorBuilder::with_capacity(rows);
    for row in 0..rows {
        let bound = |bound: Option<&Vector>| bound.map(|vector| vector.value(row));
        builder.push(part(&base.value(row), bound(from), bound(to))?);
    }
    let parts = builder.finish();
    Ok(if constant { Vector::constant(parts.value(0), len) } else { parts })
}

fn part(base: &Value, from: Option<Value>, to: Option<Value>) -> Result<Value, Error> {
    let items = match base {
        Value::Null => return Ok(Value::Null),
        Value::List(items) => items,
        other => return Err(errors::unexpected_type("[..]", "a list", other)),
    };
    let len = items.len();
    // Bounds beyond the list are its ends.
    let bound = |bound: Option<Value>, absent: usize| match bound {
        None => Ok(Some(absent)),
        Some(Value::Null) => Ok(None),
        Some(Value::Integer(at)) => Ok(Some(if at < 0 {
            len.saturating_sub(usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX))
        } else {
            usize::try_from(at).unwrap_or(usize::MAX).min(len)
        })),
        Some(other) => Err(errors::unexpected_type("a bound of a slice", "an integer", &other)),
    };
    Ok(match (bound(from, 0)?, bound(to, len)?) {
        (Some(from), Some(to)) if from < to => items[from..to].iter().cloned().collect(),
        (Some(_), Some(_)) => Value::from_iter([]),
        _ => Value::Null,
    })
}
