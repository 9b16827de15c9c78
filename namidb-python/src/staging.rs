//! Rows of the staging API: ids and properties as Python gives them.

use crate::convert::FromPy;
use crate::convert::keys::text_of;
use crate::convert::unmappable::{Step, Unmappable};
use crate::errors;
use crate::exclusive::Exclusive;
use crate::runtime;
use namidb::blocking::Database;
use namidb::{EdgeRecord, NodeRecord, Result, StagedBatch};
use namidb_core::{ErrorCode, Seq, Uuid, Value};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Other threads of Python may run after so many rows: about a millisecond.
pub(crate) const ROWS_AT_A_TIME: usize = 1_024;

/// As many of a table, whose rows pyarrow makes objects of without letting others run.
const TABLE_ROWS_AT_A_TIME: usize = 256;

/// A property and its value.
type Property = (Arc<str>, Value);

/// What one call stages, read from Python's objects.
pub(crate) enum Rows {
    /// A node's whole record.
    Node { labels: Vec<Arc<str>>, id: Uuid, record: Vec<Property> },
    /// An edge's whole record.
    Edge { edge_type: Arc<str>, source: Uuid, target: Uuid, record: Vec<Property> },
    /// The removal of a node.
    NoNode { label: Arc<str>, id: Uuid },
    /// The removal of an edge.
    NoEdge { edge_type: Arc<str>, source: Uuid, target: Uuid },
    /// Many nodes.
    Nodes { label: Arc<str>, records: Vec<NodeRecord> },
    /// Many edges.
    Edges { edge_type: Arc<str>, records: Vec<EdgeRecord> },
}

impl Rows {
    /// `upsert_node`, and `upsert_node_with_labels` with any iterable of names.
    pub(crate) fn node(
        labels: impl IntoIterator<Item = PyResult<Arc<str>>>,
        id: &Bound<'_, PyAny>,
        properties: &Bound<'_, PyAny>,
    ) -> PyResult<Rows> {
        let labels = labels.into_iter().collect::<PyResult<Vec<_>>>()?;
        Ok(Rows::Node { labels, id: id_argument("id", id)?, record: record_argument(properties)? })
    }

    /// `upsert_edge`.
    pub(crate) fn edge(
        edge_type: &str,
        src: &Bound<'_, PyAny>,
        dst: &Bound<'_, PyAny>,
        properties: &Bound<'_, PyAny>,
    ) -> PyResult<Rows> {
        Ok(Rows::Edge {
            edge_type: edge_type.into(),
            source: id_argument("src", src)?,
            target: id_argument("dst", dst)?,
            record: record_argument(properties)?,
        })
    }

    /// `tombstone_node`.
    pub(crate) fn no_node(label: &str, id: &Bound<'_, PyAny>) -> PyResult<Rows> {
        Ok(Rows::NoNode { label: label.into(), id: id_argument("id", id)? })
    }

    /// `tombstone_edge`.
    pub(crate) fn no_edge(edge_type: &str, src: &Bound<'_, PyAny>, dst: &Bound<'_, PyAny>) -> PyResult<Rows> {
        Ok(Rows::NoEdge {
            edge_type: edge_type.into(),
            source: id_argument("src", src)?,
            target: id_argument("dst", dst)?,
        })
    }

    /// `merge_nodes`. All rows are read before any is staged.
    pub(crate) fn nodes(label: &str, rows: &Bound<'_, PyAny>, id_key: &str) -> PyResult<Rows> {
        Ok(Rows::Nodes { label: label.into(), records: node_records(rows, id_key)? })
    }

    /// `merge_edges`. All rows are read before any is staged.
    pub(crate) fn edges(
        edge_type: &str,
        rows: &Bound<'_, PyAny>,
        src_key: &str,
        dst_key: &str,
    ) -> PyResult<Rows> {
        Ok(Rows::Edges { edge_type: edge_type.into(), records: edge_records(rows, src_key, dst_key)? })
    }

    /// Stages all of it, or nothing; gives how many rows it is.
    pub(crate) fn stage(self, batch: &mut StagedBatch) -> namidb_core::Result<usize> {
        match self {
            Rows::Node { labels, id, record } => batch.upsert_node(&labels, id, &record)?,
            Rows::Edge { edge_type, source, target, record } => {
                batch.upsert_edge(&edge_type, source, target, &record)?;
            }
            Rows::NoNode { label, id } => batch.tombstone_node(&label, id)?,
            Rows::NoEdge { edge_type, source, target } => batch.tombstone_edge(&edge_type, source, target)?,
            Rows::Nodes { label, records } => return batch.merge_nodes(&[label], records),
            Rows::Edges { edge_type, records } => return batch.merge_edges(&edge_type, records),
        }
        Ok(1)
    }
}

/// Names of labels, from any iterable of strings.
pub(crate) fn labels<'py>(
    labels: &Bound<'py, PyAny>,
) -> PyResult<impl Iterator<Item = PyResult<Arc<str>>> + use<'py>> {
    if labels.is_instance_of::<PyString>() {
        return Err(errors::argument("labels is an iterable of names, not one name"));
    }
    Ok(labels.try_iter()?.map(|label| Ok(Arc::from(label?.extract::<String>()?))))
}

/// Rows that wait for a commit.
#[derive(Default)]
pub(crate) struct Staging {
    waiting: Mutex<Waiting>,
    /// Held during a commit, so that no row is in two.
    committing: Exclusive<()>,
}

#[derive(Default)]
struct Waiting {
    batch: StagedBatch,
    /// How often all rows were discarded.
    discarded: u64,
}

impl Staging {
    /// The rows. Not asked for by a thread that holds the interpreter's lock: another may be in the middle of
    /// staging many.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stages what a call gave; gives how many rows that is.
    pub(crate) fn stage(&self, py: Python<'_>, rows: Rows) -> PyResult<usize> {
        let staged = py.detach(|| rows.stage(&mut self.lock().batch));
        staged.map_err(|error| errors::exception(py, &error.into(), None))
    }

    /// How many rows wait.
    pub(crate) fn pending(&self, py: Python<'_>) -> usize {
        py.detach(|| self.lock().batch.len())
    }

    /// Discards the rows; gives how many those were.
    pub(crate) fn rollback(&self, py: Python<'_>) -> usize {
        py.detach(|| {
            let mut waiting = self.lock();
            waiting.discarded += 1;
            std::mem::take(&mut waiting.batch).len()
        })
    }

    /// Commits the rows that wait now. If that fails they go on waiting, and rows staged meanwhile in any case.
    pub(crate) fn commit(&self, database: &Database) -> Result<Option<Seq>> {
        let _alone = self.committing.lock()?;
        // Also with nothing to commit: in the child of a fork, memory is gone.
        database.latest()?;
        let mut batch = database.batch();
        let (mark, discarded) = {
            let waiting = self.lock();
            *batch.rows() = waiting.batch.clone();
            (waiting.batch.mark(), waiting.discarded)
        };
        let seq = batch.commit()?;
        let mut waiting = self.lock();
        if waiting.discarded == discarded {
            waiting.batch.discard_before(mark);
        }
        Ok(seq)
    }
}

/// A public id: a UUID as text in any of its forms, or a `uuid.UUID`.
fn id(value: &Bound<'_, PyAny>) -> Result<Uuid, Unmappable> {
    if let Ok(text) = value.cast::<PyString>() {
        let text = text_of(text)?;
        return Uuid::parse_str(text).map_err(|error| {
            let shown: String = text.chars().take(80).collect();
            Unmappable::new(format!("invalid UUID {shown:?}: {error}"))
        });
    }
    let own = crate::convert::classes::Classes::get(value.py())?.uuid.bind(value.py());
    if value.is_instance(own)? {
        return Ok(Uuid::from_u128(value.getattr("int")?.extract()?));
    }
    Err(Unmappable::new(format!("an id is a UUID, not {}", value.get_type().qualname()?)))
}

/// An id that is an argument of its own.
pub(crate) fn id_argument(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Uuid> {
    id(value).map_err(|error| errors::unmappable(value.py(), error.within(Step::Name(name.to_owned()))))
}

/// The properties of a record that is an argument of its own.
fn record_argument(value: &Bound<'_, PyAny>) -> PyResult<Vec<Property>> {
    let py = value.py();
    let mut from = FromPy::new(py)?;
    from.read(|from| Ok(record(from, value, &[])?.1))
}

/// The values of the keys that were looked for, where they are.
type Found<'py> = Vec<Option<Bound<'py, PyAny>>>;

/// Splits a record into the values of some keys, in their order, and the other entries.
fn record<'py>(
    from: &mut FromPy<'py>,
    row: &Bound<'py, PyAny>,
    keys: &[&str],
) -> Result<(Found<'py>, Vec<Property>), Unmappable> {
    let mut found = vec![None; keys.len()];
    let mut properties = Vec::new();
    let mut take = |from: &mut FromPy<'py>, key: Bound<'py, PyAny>, value: Bound<'py, PyAny>| {
        if !keys.is_empty()
            && let Ok(name) = key.cast::<PyString>()
        {
            let name = from.key(name)?;
            if let Some(at) = keys.iter().position(|key| *key == &*name) {
                found[at] = Some(value);
                return Ok(());
            }
        }
        properties.push(from.entry(&key, &value)?);
        Ok::<(), Unmappable>(())
    };
    if let Ok(dict) = row.cast::<PyDict>() {
        for (key, value) in dict.iter() {
            take(from, key, value)?;
        }
    } else if row.is_instance(from.classes.mapping.bind(row.py()))? {
        for pair in row.call_method0("items")?.try_iter()? {
            let (key, value) = pair?.extract::<(Bound<'py, PyAny>, Bound<'py, PyAny>)>()?;
            take(from, key, value)?;
        }
    } else {
        let kind = row.get_type().qualname()?;
        return Err(Unmappable::new(format!("a record is a mapping of names to values, not {kind}")));
    }
    Ok((found, properties))
}

/// The rows of anything that holds records: an iterable of mappings, a table of Arrow, pandas or polars.
fn each_row<'py>(
    rows: &Bound<'py, PyAny>,
    mut row: impl FnMut(usize, &Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    let py = rows.py();
    if !rows.is_instance_of::<PyList>() && rows.hasattr("__arrow_c_stream__")? {
        let pyarrow = py.import("pyarrow")?;
        let table = pyarrow.call_method1("table", (rows,))?;
        let mut number = 0;
        for batch in table.call_method1("to_batches", (TABLE_ROWS_AT_A_TIME,))?.try_iter()? {
            runtime::let_others_run(py);
            for record in batch?.call_method0("to_pylist")?.try_iter()? {
                row(number, &record?)?;
                number += 1;
            }
        }
        return Ok(());
    }
    for (number, record) in rows.try_iter()?.enumerate() {
        if number % ROWS_AT_A_TIME == ROWS_AT_A_TIME - 1 {
            runtime::let_others_run(py);
        }
        row(number, &record?)?;
    }
    Ok(())
}

/// Where a row is, in the words of a message.
fn in_row(number: usize, error: Unmappable) -> Unmappable {
    error.within(Step::Index(number)).within(Step::Name("rows".to_owned()))
}

fn needed<'py>(
    py: Python<'py>,
    number: usize,
    key: &str,
    value: Option<Bound<'py, PyAny>>,
) -> PyResult<Uuid> {
    let Some(value) = value else {
        let message = format!("row #{number} is missing the required '{key}' key (UUID string)");
        return Err(errors::coded(py, ErrorCode::InvalidParameter, &message));
    };
    id(&value)
        .map_err(|error| errors::unmappable(py, in_row(number, error.within(Step::Name(key.to_owned())))))
}

fn node_records(rows: &Bound<'_, PyAny>, id_key: &str) -> PyResult<Vec<NodeRecord>> {
    let py = rows.py();
    let mut from = FromPy::new(py)?;
    let mut records = Vec::new();
    each_row(rows, |number, row| {
        let (mut found, properties) =
            from.read(|from| record(from, row, &[id_key]).map_err(|error| in_row(number, error)))?;
        let id = needed(py, number, id_key, found.pop().flatten())?;
        records.push(NodeRecord { id, properties });
        Ok(())
    })?;
    Ok(records)
}

fn edge_records(rows: &Bound<'_, PyAny>, src_key: &str, dst_key: &str) -> PyResult<Vec<EdgeRecord>> {
    let py = rows.py();
    let mut from = FromPy::new(py)?;
    let mut records = Vec::new();
    each_row(rows, |number, row| {
        let (mut found, properties) =
            from.read(|from| record(from, row, &[src_key, dst_key]).map_err(|error| in_row(number, error)))?;
        let target = found.pop().flatten();
        let source = needed(py, number, src_key, found.pop().flatten())?;
        let target = needed(py, number, dst_key, target)?;
        records.push(EdgeRecord { source, target, properties });
        Ok(())
    })?;
    Ok(records)
}
