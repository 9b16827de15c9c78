//! `base.key`, and comparisons of a property with a constant without fetching the property first.

use super::gather::{self, Located, Run};
use super::{compare, component, errors};
use crate::Error;
use crate::binder::bound::CompareOp;
use crate::vector::{Primitive, Vector, VectorBuilder};
use namidb_core::graph::{Chunk, ChunkData, Column, GraphState, StringData};
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
    let mut selected = Vec::with_capacity(ids.values.len());
    let located = Located::new(column, &ids.values);
    match &located {
        Located::Runs(runs) => {
            for run in runs {
                select_run(run, &Test::of(run.chunk, op, constant), ids, &mut selected);
            }
        }
        table @ Located::Table { .. } => {
            let validity = ids.validity.as_ref().filter(|v| v.null_count() > 0);
            table.for_each(
                &ids.values,
                |chunk| Test::of(chunk, op, constant),
                |row, id, test| {
                    if test.holds(gather::offset(id)) && validity.is_none_or(|v| v.is_valid(row)) {
                        selected.push(row as u32);
                    }
                },
            );
        }
    }
    Some(selected)
}

/// A comparison with a constant, prepared for the values of one chunk.
struct Test<'a> {
    presence: Option<&'a [u64]>,
    len: usize,
    values: TestedValues<'a>,
    op: CompareOp,
}

/// The values of a chunk, and what they are compared with.
enum TestedValues<'a> {
    Integers(&'a [i64], i64),
    Floats(&'a [f64], f64),
    /// Equality, or inequality, with one string of a dictionary, or with none of them.
    Codes(&'a [u16], Option<u16>),
    Strings(&'a StringData, &'a str),
    Any(&'a Chunk, &'a Value),
}

impl<'a> Test<'a> {
    /// A test that no offset passes, for a chunk without values.
    fn none(op: CompareOp) -> Test<'a> {
        Test { presence: None, len: 0, values: TestedValues::Integers(&[], 0), op }
    }

    fn of(chunk: Option<&'a Chunk>, op: CompareOp, constant: &'a Value) -> Test<'a> {
        let Some(chunk) = chunk else { return Test::none(op) };
        let values = match (chunk.data(), constant) {
            (ChunkData::Integer(values), Value::Integer(number)) => TestedValues::Integers(values, *number),
            (ChunkData::Float(values), Value::Float(number)) => TestedValues::Floats(values, *number),
            // Small integers are floats exactly.
            (ChunkData::Float(values), Value::Integer(number)) if compare::is_exact(*number) => {
                TestedValues::Floats(values, *number as f64)
            }
            (ChunkData::String(values), Value::String(text)) => match values.dictionary() {
                Some(dictionary) if matches!(op, CompareOp::Equal | CompareOp::NotEqual) => {
                    TestedValues::Codes(dictionary.codes(), dictionary.find(text))
                }
                _ => TestedValues::Strings(values, text),
            },
            _ => TestedValues::Any(chunk, constant),
        };
        Test { presence: chunk.presence(), len: chunk.len(), values, op }
    }

    /// Whether the value at an offset is present and passes.
    #[inline]
    fn holds(&self, at: usize) -> bool {
        gather::is_present(self.presence, self.len, at)
            && match &self.values {
                TestedValues::Integers(values, number) => compare::native(self.op, &values[at], number),
                TestedValues::Floats(values, number) => compare::native(self.op, &values[at], number),
                TestedValues::Codes(codes, code) => {
                    (Some(codes[at]) == *code) == (self.op == CompareOp::Equal)
                }
                TestedValues::Strings(values, text) => compare::native(self.op, &values.get(at), text),
                TestedValues::Any(chunk, value) => {
                    compare::scalar(self.op, &chunk.get(at), value) == Some(true)
                }
            }
    }
}

/// The rows of a run that pass, in a loop for each type and comparison.
fn select_run(run: &Run<'_>, test: &Test<'_>, ids: &Primitive<u64>, selected: &mut Vec<u32>) {
    let rows = &ids.values[run.start..run.end];
    let highest = match run.ascends {
        true => rows.last().map_or(0, |id| gather::offset(*id)),
        false => rows.iter().map(|id| gather::offset(*id)).max().unwrap_or(0),
    };
    let all_valid = ids.validity.as_ref().is_none_or(|v| v.null_count() == 0);
    if !all_valid || test.presence.is_some() || highest >= test.len {
        for (row, id) in rows.iter().enumerate() {
            let row = run.start + row;
            if test.holds(gather::offset(*id)) && !ids.is_null(row) {
                selected.push(row as u32);
            }
        }
        return;
    }
    let mut keep = |passes: &dyn Fn(usize) -> bool| {
        for (row, id) in rows.iter().enumerate() {
            if passes(gather::offset(*id)) {
                selected.push((run.start + row) as u32);
            }
        }
    };
    match &test.values {
        TestedValues::Integers(values, number) => {
            select_native(run, rows, values, test.op, *number, selected);
        }
        TestedValues::Floats(values, number) => {
            select_native(run, rows, values, test.op, *number, selected);
        }
        TestedValues::Codes(codes, code) => {
            // No code is as large as this, so that it stands for a string that the chunk does not have.
            let code = code.map_or(u32::MAX, u32::from);
            if test.op == CompareOp::Equal {
                select_where(run, rows, selected, |at| u32::from(codes[at]) == code);
            } else {
                select_where(run, rows, selected, |at| u32::from(codes[at]) != code);
            }
        }
        TestedValues::Strings(values, text) => match test.op {
            CompareOp::Equal => select_where(run, rows, selected, |at| values.get(at) == *text),
            op => keep(&|at| compare::native(op, &values.get(at), text)),
        },
        TestedValues::Any(..) => keep(&|at| test.holds(at)),
    }
}

/// Keeps the rows whose offset passes.
fn select_where(run: &Run<'_>, rows: &[u64], selected: &mut Vec<u32>, test: impl Fn(usize) -> bool) {
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
}

fn select_native<T: PartialOrd + Copy>(
    run: &Run<'_>,
    rows: &[u64],
    values: &[T],
    op: CompareOp,
    constant: T,
    selected: &mut Vec<u32>,
) {
    match op {
        CompareOp::Equal => select_where(run, rows, selected, |at| values[at] == constant),
        CompareOp::NotEqual => select_where(run, rows, selected, |at| values[at] != constant),
        CompareOp::Less => select_where(run, rows, selected, |at| values[at] < constant),
        CompareOp::LessOrEqual => select_where(run, rows, selected, |at| values[at] <= constant),
        CompareOp::Greater => select_where(run, rows, selected, |at| values[at] > constant),
        CompareOp::GreaterOrEqual => select_where(run, rows, selected, |at| values[at] >= constant),
    }
}
