//! `base.key`, and comparisons of a property with a constant without fetching the property first.

use super::gather::{self, Run};
use super::{compare, component, errors};
use crate::Error;
use crate::binder::bound::CompareOp;
use crate::vector::{Primitive, Vector, VectorBuilder};
use namidb_core::graph::{Chunk, Column, GraphState, StringData};
use namidb_core::{NodeId, RelId, Value};

/// Which of the two id spaces ids belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Space {
    Nodes,
    Relationships,
}

impl Space {
    fn column<'a>(self, state: &'a GraphState, key: &str) -> Option<&'a Column> {
        let key = state.catalog().property_key(key)?;
        match self {
            Space::Nodes => state.node_column(key),
            Space::Relationships => state.relationship_column(key),
        }
    }

    /// Whether any id of the space was ever deleted.
    fn has_deleted(self, state: &GraphState) -> bool {
        match self {
            Space::Nodes => state.live_nodes().count() != state.next_node_id().0,
            Space::Relationships => state.live_relationships().count() != state.next_relationship_id().0,
        }
    }

    fn check_alive(self, state: &GraphState, id: u64) -> Result<(), Error> {
        match self {
            Space::Nodes => check_node(state, NodeId(id)),
            Space::Relationships => check_relationship(state, RelId(id)),
        }
    }
}

/// Refuses a node that was deleted.
pub(crate) fn check_node(state: &GraphState, node: NodeId) -> Result<(), Error> {
    if state.has_node(node) { Ok(()) } else { Err(errors::deleted_entity("node")) }
}

/// Refuses a relationship that was deleted.
pub(crate) fn check_relationship(state: &GraphState, relationship: RelId) -> Result<(), Error> {
    if state.has_relationship(relationship) { Ok(()) } else { Err(errors::deleted_entity("relationship")) }
}

fn ids_of(base: &Vector) -> Option<(Space, &Primitive<u64>)> {
    match base {
        Vector::Node(ids) => Some((Space::Nodes, ids)),
        Vector::Relationship(ids) => Some((Space::Relationships, ids)),
        _ => None,
    }
}

/// `base.key`, row by row.
pub(crate) fn evaluate(base: &Vector, key: &str, state: &GraphState) -> Result<Vector, Error> {
    let len = base.len();
    if let Vector::Constant(value, _) = base {
        return Ok(Vector::constant(of_value(value, key, state)?, len));
    }
    if let Some((space, ids)) = ids_of(base) {
        let values = match space.column(state, key) {
            Some(column) => gather::gather(column, ids),
            None => Vector::nulls(len),
        };
        // What was deleted has no properties left, so only nulls have to be looked at.
        if values.has_nulls() && space.has_deleted(state) {
            for row in 0..len {
                if values.is_null(row)
                    && let Some(id) = ids.get(row)
                {
                    space.check_alive(state, id)?;
                }
            }
        }
        return Ok(values);
    }
    let mut builder = VectorBuilder::with_capacity(len);
    for value in base.values() {
        builder.push(of_value(&value, key, state)?);
    }
    Ok(builder.finish())
}

/// `value.key`.
pub(crate) fn of_value(value: &Value, key: &str, state: &GraphState) -> Result<Value, Error> {
    match value {
        Value::Node(node) => {
            check_node(state, *node)?;
            let key = state.catalog().property_key(key);
            Ok(key.map_or(Value::Null, |key| state.node_property(*node, key)))
        }
        Value::Relationship(relationship) => {
            check_relationship(state, *relationship)?;
            let key = state.catalog().property_key(key);
            Ok(key.map_or(Value::Null, |key| state.relationship_property(*relationship, key)))
        }
        other => component::component(other, key),
    }
}

/// The rows for which `base.key op constant` is true, in ascending order; none if this has to be computed
/// the long way: `base` holds no ids, or something was deleted that reading might have to refuse.
pub(crate) fn select(
    base: &Vector,
    key: &str,
    op: CompareOp,
    constant: &Value,
    state: &GraphState,
) -> Option<Vec<u32>> {
    let (space, ids) = ids_of(base)?;
    if space.has_deleted(state) || constant.is_null() {
        return None;
    }
    let Some(column) = space.column(state, key) else { return Some(Vec::new()) };
    let rows: &[u64] = &ids.values;
    let mut selected = Vec::with_capacity(rows.len());
    for run in gather::runs(column, rows) {
        if let Some(chunk) = run.chunk {
            select_run(&run, chunk, ids, op, constant, &mut selected);
        }
    }
    Some(selected)
}

fn select_run(
    run: &Run<'_>,
    chunk: &Chunk,
    ids: &Primitive<u64>,
    op: CompareOp,
    constant: &Value,
    selected: &mut Vec<u32>,
) {
    match constant {
        Value::Integer(number) => {
            if let Some((data, _)) = chunk.integers() {
                return select_native(run, chunk, ids, data, op, *number, selected);
            }
            if let Some((data, _)) = chunk.floats().filter(|_| compare::is_exact(*number)) {
                return select_native(run, chunk, ids, data, op, *number as f64, selected);
            }
        }
        Value::Float(number) => {
            if let Some((data, _)) = chunk.floats() {
                return select_native(run, chunk, ids, data, op, *number, selected);
            }
        }
        Value::String(text) => {
            if let Some((data, _)) = chunk.strings() {
                return select_strings(run, chunk, ids, data, op, text, selected);
            }
        }
        _ => {}
    }
    select_where(run, chunk, ids, selected, |at| compare::scalar(op, &chunk.get(at), constant) == Some(true));
}

/// Keeps the rows whose value passes a test of its offset.
fn select_where(
    run: &Run<'_>,
    chunk: &Chunk,
    ids: &Primitive<u64>,
    selected: &mut Vec<u32>,
    test: impl Fn(usize) -> bool,
) {
    let rows = &ids.values[run.start..run.end];
    let validity = ids.validity.as_ref().filter(|v| v.null_count() > 0);
    let (presence, len) = (chunk.presence(), chunk.len());
    if validity.is_none() && presence.is_none() && rows.iter().all(|id| gather::offset(*id) < len) {
        // Writes every row and moves on only past those that pass: no branch to mispredict.
        let before = selected.len();
        selected.resize(before + rows.len(), 0);
        let room = &mut selected[before..];
        let mut kept = 0;
        for (row, id) in rows.iter().enumerate() {
            room[kept] = (run.start + row) as u32;
            kept += usize::from(test(gather::offset(*id)));
        }
        selected.truncate(before + kept);
        return;
    }
    for (row, id) in rows.iter().enumerate() {
        let at = gather::offset(*id);
        let row = run.start + row;
        if validity.is_none_or(|v| v.is_valid(row)) && gather::is_present(presence, len, at) && test(at) {
            selected.push(row as u32);
        }
    }
}

fn select_native<T: PartialOrd + Copy>(
    run: &Run<'_>,
    chunk: &Chunk,
    ids: &Primitive<u64>,
    data: &[T],
    op: CompareOp,
    constant: T,
    selected: &mut Vec<u32>,
) {
    match op {
        CompareOp::Equal => select_where(run, chunk, ids, selected, |at| data[at] == constant),
        CompareOp::NotEqual => select_where(run, chunk, ids, selected, |at| data[at] != constant),
        CompareOp::Less => select_where(run, chunk, ids, selected, |at| data[at] < constant),
        CompareOp::LessOrEqual => select_where(run, chunk, ids, selected, |at| data[at] <= constant),
        CompareOp::Greater => select_where(run, chunk, ids, selected, |at| data[at] > constant),
        CompareOp::GreaterOrEqual => select_where(run, chunk, ids, selected, |at| data[at] >= constant),
    }
}

fn select_strings(
    run: &Run<'_>,
    chunk: &Chunk,
    ids: &Primitive<u64>,
    data: &StringData,
    op: CompareOp,
    text: &str,
    selected: &mut Vec<u32>,
) {
    let Some(dictionary) = data.dictionary() else {
        return match op {
            CompareOp::Equal => select_where(run, chunk, ids, selected, |at| data.get(at) == text),
            CompareOp::NotEqual => select_where(run, chunk, ids, selected, |at| data.get(at) != text),
            op => select_where(run, chunk, ids, selected, |at| compare::holds(op, data.get(at).cmp(text))),
        };
    };
    let codes = dictionary.codes();
    match (op, dictionary.find(text)) {
        (CompareOp::Equal, None) => {}
        (CompareOp::Equal, Some(code)) => {
            select_where(run, chunk, ids, selected, |at| codes[at] == code);
        }
        (CompareOp::NotEqual, found) => {
            let code = found.map_or(u32::MAX, u32::from);
            select_where(run, chunk, ids, selected, |at| u32::from(codes[at]) != code);
        }
        (op, _) => {
            let values = dictionary.values();
            select_where(run, chunk, ids, selected, |at| {
                compare::holds(op, values.get(usize::from(codes[at])).cmp(text))
            });
        }
    }
}
