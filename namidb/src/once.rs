//! Writes under a token: whoever repeats one is told what the first was told, as far as that is kept.

use crate::chunks;
use crate::error::{Error, Result};
use crate::opened::Opened;
use crate::query::Began;
use crate::result::{QueryResult, Summary};
use namidb_core::engine::Snapshot;
use namidb_core::graph::{CommitToken, GraphState, Remembered};
use namidb_core::transaction::{ANSWER_ROWS_MAX, Answer, Changes, OnlyOnce, Restage};
use namidb_core::{ErrorCode, Value};
use namidb_cypher::binder::bound::VarId;
use namidb_cypher::exec::QueryOutput;
use namidb_cypher::factor::Batch;
use namidb_cypher::logical::PlannedStatement;
use namidb_cypher::vector::Vector;
use std::sync::Arc;

/// What staged rows are called, where a statement is called by its text.
pub(crate) const BATCH: &str = "batch";

/// What an explicit transaction is called.
pub(crate) const TRANSACTION: &str = "transaction";

/// A token has no more bytes.
const TOKEN_BYTES_MAX: usize = 1024;

/// The token of a text.
///
/// # Errors
/// `InvalidArgument` if it is empty, or longer than any that was made to tell one call from others.
pub(crate) fn token(text: &str) -> Result<CommitToken> {
    if text.is_empty() || text.len() > TOKEN_BYTES_MAX {
        let message = format!("a token has from 1 to {TOKEN_BYTES_MAX} bytes, not {}", text.len());
        return Err(Error::new(ErrorCode::InvalidArgument, message).with_hint("Take a UUID for each call"));
    }
    Ok(CommitToken::of(text))
}

/// What the first was told who asked this under a token.
///
/// # Errors
/// `InvalidArgument` if he asked something else.
pub(crate) fn told(first: &Remembered, request: &str) -> namidb_core::Result<Answer> {
    let answer = Answer::decode(&first.answer)?;
    if answer.request == Answer::new(request, answer.counters).request {
        return Ok(answer);
    }
    let message = format!("another write was committed under this token, in record {}", first.seq.0);
    let error = namidb_core::Error::new(ErrorCode::InvalidArgument, message);
    Err(error.with_hint("A token belongs to one call and its repetitions"))
}

/// Work that is done once under a token. Of what it gives, `rows` are kept.
pub(crate) fn once<W: Restage>(
    work: W,
    token: CommitToken,
    request: &str,
    rows: impl Fn(&W) -> Option<Vec<Vec<Value>>> + Send + 'static,
) -> OnlyOnce<W, impl FnMut(&mut W, &Changes) -> Answer + Send + 'static> {
    let request = Arc::<str>::from(request);
    OnlyOnce::new(work, token, move |work: &mut W, changes: &Changes| Answer {
        rows: rows(work),
        ..Answer::new(&request, changes.counters())
    })
}

/// The rows of an output; none if there are more than are kept.
pub(crate) fn rows(output: &QueryOutput) -> Option<Vec<Vec<Value>>> {
    let count: u64 = output.batches.iter().map(Batch::row_count).sum();
    if output.columns.is_empty() {
        return Some(Vec::new());
    }
    if count > ANSWER_ROWS_MAX as u64 {
        return None;
    }
    let flat = output.batches.iter().map(|batch| batch.clone().flatten());
    let rows = flat.flat_map(|batch| {
        let columns: Vec<Vector> = match batch.groups() {
            [group, ..] => group.columns().iter().map(|(_, vector)| vector.clone()).collect(),
            [] => Vec::new(),
        };
        let row = move |row| columns.iter().map(|column| column.value(row)).collect();
        (0..batch.row_count() as usize).map(row)
    });
    Some(rows.collect())
}

/// The result of a statement that was committed before. Nodes and relationships are as they are now, and null if they are
/// gone.
pub(crate) fn result(
    opened: &Opened,
    statement: &Arc<PlannedStatement>,
    first: &Remembered,
    answer: Answer,
    snapshot: &Snapshot,
    began: &Began,
) -> Result<QueryResult> {
    let state = snapshot.state();
    let kept = answer.rows.is_some();
    let rows = answer.rows.unwrap_or_default();
    let rows: Vec<Vec<Value>> = chunks::read(state, &opened.engine, || {
        rows.iter().map(|row| row.iter().map(|value| living(state, value)).collect()).collect()
    })?;
    let columns: Vec<Arc<str>> = statement.columns.iter().map(|(name, _)| Arc::clone(name)).collect();
    let column = |number: usize| {
        let values = rows.iter().map(|row| row.get(number).cloned().unwrap_or_default());
        (VarId(number as u32), Vector::from_values(values.collect()))
    };
    let batch = Batch::flat(rows.len(), (0..columns.len()).map(column).collect());
    let summary = began.summary(opened, statement.kind, answer.counters, first.seq);
    let summary = Summary { repeated: true, rows_kept: kept, ..summary };
    let state = (state.clone(), opened.engine.clone());
    Ok(QueryResult::new(columns, vec![batch], state, summary, None).of_statement(statement))
}

/// A value in which whatever is not there any more is null.
fn living(state: &GraphState, value: &Value) -> Value {
    match value {
        Value::Node(node) if !state.has_node(*node) => Value::Null,
        Value::Relationship(relationship) if !state.has_relationship(*relationship) => Value::Null,
        Value::Path(path) => {
            let nodes = path.nodes.iter().all(|node| state.has_node(*node));
            let all = nodes && path.relationships.iter().all(|id| state.has_relationship(*id));
            if all { value.clone() } else { Value::Null }
        }
        Value::List(items) => items.iter().map(|item| living(state, item)).collect(),
        Value::Map(map) => {
            let entries = map.iter().map(|(key, item)| (Arc::clone(key), living(state, item)));
            Value::from(namidb_core::value::Map::from_entries(entries.collect()))
        }
        plain => plain.clone(),
    }
}
