//! Rows of the staging API: ids and properties as Python gives them.
//!
//! `records` reads mappings, `table` reads columns of Arrow.

mod records;
mod table;

use crate::arrow;
use crate::convert::Text;
use crate::convert::keys::text_of;
use crate::convert::unmappable::{Step, Unmappable};
use crate::errors;
use crate::exclusive::Exclusive;
use crate::runtime;
use namidb::blocking::Database;
use namidb::{Columns, EdgeRecord, NodeRecord, OnExisting, Result, StagedBatch};
use namidb_core::{Seq, Uuid, Value};
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Other threads of Python may run after so many rows: about a millisecond.
pub(crate) const ROWS_AT_A_TIME: usize = 1_024;

/// A property and its value.
type Property = (Arc<str>, Value);

/// What one call stages, read from Python's objects: made before anything of it is staged.
#[pyclass(frozen, module = "namidb._namidb")]
pub(crate) struct StagedRows {
    rows: Mutex<Option<Rows>>,
}

impl StagedRows {
    fn new(rows: Rows) -> StagedRows {
        StagedRows { rows: Mutex::new(Some(rows)) }
    }

    /// The rows, once.
    pub(crate) fn take(&self) -> PyResult<Rows> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner).take();
        rows.ok_or_else(|| errors::argument("these rows were staged already"))
    }
}

#[pymethods]
impl StagedRows {
    /// A node's whole record, with any number of labels.
    #[staticmethod]
    fn node(
        labels: &Bound<'_, PyAny>,
        id: &Bound<'_, PyAny>,
        properties: &Bound<'_, PyAny>,
        decimals: bool,
    ) -> PyResult<StagedRows> {
        let labels = names(labels)?;
        let id = id_argument("id", id)?;
        Ok(StagedRows::new(Rows::Node { labels, id, record: records::argument(properties, decimals)? }))
    }

    /// An edge's whole record.
    #[staticmethod]
    fn edge(
        edge_type: Text<'_>,
        src: &Bound<'_, PyAny>,
        dst: &Bound<'_, PyAny>,
        properties: &Bound<'_, PyAny>,
        decimals: bool,
    ) -> PyResult<StagedRows> {
        Ok(StagedRows::new(Rows::Edge {
            edge_type: Arc::from(&*edge_type),
            source: id_argument("src", src)?,
            target: id_argument("dst", dst)?,
            record: records::argument(properties, decimals)?,
        }))
    }

    /// The removal of a node.
    #[staticmethod]
    fn no_node(label: Text<'_>, id: &Bound<'_, PyAny>) -> PyResult<StagedRows> {
        Ok(StagedRows::new(Rows::NoNode { label: Arc::from(&*label), id: id_argument("id", id)? }))
    }

    /// The removal of an edge.
    #[staticmethod]
    fn no_edge(edge_type: Text<'_>, src: &Bound<'_, PyAny>, dst: &Bound<'_, PyAny>) -> PyResult<StagedRows> {
        let (source, target) = (id_argument("src", src)?, id_argument("dst", dst)?);
        Ok(StagedRows::new(Rows::NoEdge { edge_type: Arc::from(&*edge_type), source, target }))
    }

    /// Many nodes. All rows are read before any is staged.
    #[staticmethod]
    fn nodes(
        label: Text<'_>,
        rows: &Bound<'_, PyAny>,
        id: Text<'_>,
        on_existing: Text<'_>,
        decimals: bool,
    ) -> PyResult<StagedRows> {
        let existing = OnExisting::parse(&on_existing);
        let existing = existing.map_err(|error| errors::exception(rows.py(), &error.into(), None))?;
        Ok(StagedRows::new(Rows::Nodes {
            label: Arc::from(&*label),
            existing,
            records: match arrow::reader(rows)? {
                Some(reader) => Records::Columns(table::read(rows.py(), reader, [&*id])?),
                None => Records::Rows(records::nodes(rows, &id, decimals)?),
            },
        }))
    }

    /// Many edges. All rows are read before any is staged.
    #[staticmethod]
    fn edges(
        edge_type: Text<'_>,
        rows: &Bound<'_, PyAny>,
        src: Text<'_>,
        dst: Text<'_>,
        decimals: bool,
    ) -> PyResult<StagedRows> {
        let records = match arrow::reader(rows)? {
            Some(reader) => Records::Columns(table::read(rows.py(), reader, [&*src, &*dst])?),
            None => Records::Rows(records::edges(rows, (&src, &dst), decimals)?),
        };
        Ok(StagedRows::new(Rows::Edges { edge_type: Arc::from(&*edge_type), records }))
    }
}

/// Many records: made of mappings one by one, or of columns of Arrow in pieces, each row with so many ids.
pub(crate) enum Records<T, Id> {
    Rows(Vec<T>),
    Columns(Vec<(Vec<Id>, Columns)>),
}

/// What one call stages.
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
    Nodes { label: Arc<str>, existing: OnExisting, records: Records<NodeRecord, [Uuid; 1]> },
    /// Many edges.
    Edges { edge_type: Arc<str>, records: Records<EdgeRecord, [Uuid; 2]> },
}

impl Rows {
    /// Stages all of it, or nothing; gives how many rows it is.
    pub(crate) fn stage(self, batch: &mut StagedBatch) -> namidb_core::Result<usize> {
        match self {
            Rows::Node { labels, id, record } => batch.upsert_node(&labels, id, &record)?,
            Rows::Edge { edge_type, source, target, record } => {
                batch.upsert_edge(&edge_type, source, target, &record)?;
            }
            Rows::NoNode { label, id } => batch.tombstone_node(&label, id)?,
            Rows::NoEdge { edge_type, source, target } => batch.tombstone_edge(&edge_type, source, target)?,
            Rows::Nodes { label, existing, records: Records::Rows(records) } => {
                return batch.merge_nodes(&[label], existing, records);
            }
            Rows::Nodes { label, existing, records: Records::Columns(pieces) } => {
                return in_pieces(batch, pieces, |batch, ids, columns| {
                    let ids: Vec<Uuid> = ids.into_iter().map(|[id]| id).collect();
                    batch.merge_node_columns(std::slice::from_ref(&label), existing, &ids, columns)
                });
            }
            Rows::Edges { edge_type, records: Records::Rows(records) } => {
                return batch.merge_edges(&edge_type, records);
            }
            Rows::Edges { edge_type, records: Records::Columns(pieces) } => {
                return in_pieces(batch, pieces, |batch, ends, columns| {
                    let ends: Vec<(Uuid, Uuid)> = ends.into_iter().map(|[src, dst]| (src, dst)).collect();
                    batch.merge_edge_columns(&edge_type, &ends, columns)
                });
            }
        }
        Ok(1)
    }
}

/// Stages all pieces, or nothing. Rows are counted over all of them.
fn in_pieces<Id>(
    batch: &mut StagedBatch,
    pieces: Vec<(Vec<Id>, Columns)>,
    mut stage: impl FnMut(&mut StagedBatch, Vec<Id>, Columns) -> namidb_core::Result<usize>,
) -> namidb_core::Result<usize> {
    let mark = batch.mark();
    let mut staged = 0;
    for (ids, columns) in pieces {
        match stage(batch, ids, columns) {
            Ok(rows) => staged += rows,
            Err(error) => {
                batch.rollback_to(mark);
                let row = error.detail("row").and_then(|row| row.parse::<usize>().ok());
                return Err(match row {
                    Some(row) => error.with_detail("row", staged + row),
                    None => error,
                });
            }
        }
    }
    Ok(staged)
}

/// Names of labels, from any iterable of strings.
fn names(labels: &Bound<'_, PyAny>) -> PyResult<Vec<Arc<str>>> {
    if labels.is_instance_of::<PyString>() {
        return Err(errors::argument("labels is an iterable of names, not one name"));
    }
    labels.try_iter()?.map(|label| Ok(Arc::from(&*label?.extract::<Text<'_>>()?))).collect()
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
    pub(crate) fn commit(&self, database: &Database, token: Option<&str>) -> Result<Option<Seq>> {
        let _alone = self.committing.lock()?;
        // Also with nothing to commit: in the child of a fork, memory is gone.
        database.latest()?;
        let mut batch = database.batch();
        let (mark, discarded) = {
            let waiting = self.lock();
            *batch.rows() = waiting.batch.clone();
            (waiting.batch.mark(), waiting.discarded)
        };
        let seq = match token {
            None => batch.commit()?,
            Some(token) => batch.commit_once(token)?,
        };
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
        return id_of(text);
    }
    let own = crate::convert::classes::Classes::get(value.py())?.uuid.bind(value.py());
    if value.is_instance(own)? {
        return Ok(Uuid::from_u128(value.getattr("int")?.extract()?));
    }
    Err(no_id(value.get_type().qualname()?))
}

/// The refusal of a value that is no id; `kind` is what it is.
fn no_id(kind: impl std::fmt::Display) -> Unmappable {
    Unmappable::new(format!("an id is a UUID, not {kind}")).with_hint(
        "uuid.uuid5(namespace, str(key)) makes the same one of the same key; MERGE in a statement finds nodes by any property",
    )
}

/// A public id by its text.
fn id_of(text: &str) -> Result<Uuid, Unmappable> {
    Uuid::parse_str(text).map_err(|error| {
        let shown: String = text.chars().take(80).collect();
        Unmappable::new(format!("invalid UUID {shown:?}: {error}"))
    })
}

/// Where a row is, in the words of a message.
fn in_row(number: usize, error: Unmappable) -> Unmappable {
    error.within(Step::Index(number)).within(Step::Name("rows".to_owned()))
}

/// The message about a row without an id.
fn missing(number: usize, key: &str) -> String {
    format!("row #{number} is missing the required '{key}' key (UUID string)")
}

/// An id that is an argument of its own.
pub(crate) fn id_argument(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Uuid> {
    id(value).map_err(|error| errors::unmappable(value.py(), error.within(Step::Name(name.to_owned()))))
}

/// Ids in an iterable that is an argument of its own.
pub(crate) fn id_arguments(name: &str, values: &Bound<'_, PyAny>) -> PyResult<Vec<Uuid>> {
    let py = values.py();
    let place = |number, error: Unmappable| {
        errors::unmappable(py, error.within(Step::Index(number)).within(Step::Name(name.to_owned())))
    };
    let mut ids = Vec::new();
    for (number, value) in values.try_iter()?.enumerate() {
        if number % ROWS_AT_A_TIME == ROWS_AT_A_TIME - 1 {
            runtime::let_others_run(py)?;
        }
        ids.push(id(&value?).map_err(|error| place(number, error))?);
    }
    Ok(ids)
}
