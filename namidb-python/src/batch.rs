//! A staging area of its own.

use crate::runtime;
use crate::staging::{self, Rows, Staging};
use namidb::blocking::Database;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::sync::Arc;

/// Rows that are staged apart from those of the client. As a context manager it commits at the end of the block, and
/// discards the rows if the block raises.
#[pyclass(frozen, weakref, module = "namidb._namidb")]
pub(crate) struct Batch {
    database: Database,
    staging: Arc<Staging>,
}

impl Batch {
    pub(crate) fn new(database: Database) -> Batch {
        Batch { database, staging: Arc::default() }
    }

    fn stage(&self, py: Python<'_>, rows: Rows) -> PyResult<()> {
        self.staging.stage(py, rows).map(drop)
    }
}

#[pymethods]
impl Batch {
    /// Stages a node's whole record.
    fn upsert_node(&self, label: &str, id: &Bound<'_, PyAny>, properties: &Bound<'_, PyAny>) -> PyResult<()> {
        self.stage(id.py(), Rows::node([Ok(label.into())], id, properties)?)
    }

    /// Stages a node's whole record with any number of labels.
    fn upsert_node_with_labels(
        &self,
        labels: &Bound<'_, PyAny>,
        id: &Bound<'_, PyAny>,
        properties: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        self.stage(id.py(), Rows::node(staging::labels(labels)?, id, properties)?)
    }

    /// Stages the whole record of the one edge of this type between two nodes.
    fn upsert_edge(
        &self,
        edge_type: &str,
        src: &Bound<'_, PyAny>,
        dst: &Bound<'_, PyAny>,
        properties: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        self.stage(src.py(), Rows::edge(edge_type, src, dst, properties)?)
    }

    /// Stages the removal of a node and of its relationships.
    fn tombstone_node(&self, label: &str, id: &Bound<'_, PyAny>) -> PyResult<()> {
        self.stage(id.py(), Rows::no_node(label, id)?)
    }

    /// Stages the removal of the one edge of this type between two nodes.
    fn tombstone_edge(
        &self,
        edge_type: &str,
        src: &Bound<'_, PyAny>,
        dst: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        self.stage(src.py(), Rows::no_edge(edge_type, src, dst)?)
    }

    /// Stages many nodes, as `Client.merge_nodes` does.
    #[pyo3(signature = (label, rows, *, id = "id"))]
    fn merge_nodes(&self, label: &str, rows: &Bound<'_, PyAny>, id: &str) -> PyResult<usize> {
        self.staging.stage(rows.py(), Rows::nodes(label, rows, id)?)
    }

    /// Stages many edges, as `Client.merge_edges` does.
    #[pyo3(signature = (edge_type, rows, *, src = "src", dst = "dst"))]
    fn merge_edges(&self, edge_type: &str, rows: &Bound<'_, PyAny>, src: &str, dst: &str) -> PyResult<usize> {
        self.staging.stage(rows.py(), Rows::edges(edge_type, rows, src, dst)?)
    }

    /// Commits what is staged, as `Client.commit` does.
    fn commit(&self, py: Python<'_>) -> PyResult<Option<u64>> {
        let seq = runtime::call(py, None, |cancel| self.staging.commit(&self.database.cancelled_by(cancel)))?;
        Ok(seq.map(|seq| seq.0))
    }

    /// Discards what is staged; gives how many rows that was.
    fn rollback(&self, py: Python<'_>) -> usize {
        self.staging.rollback(py)
    }

    /// How many rows are staged.
    #[getter]
    fn pending(&self, py: Python<'_>) -> usize {
        self.staging.pending(py)
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*exception))]
    fn __exit__(&self, py: Python<'_>, exception: &Bound<'_, PyTuple>) -> PyResult<()> {
        if exception.get_item(0)?.is_none() {
            self.commit(py)?;
        } else {
            self.rollback(py);
        }
        Ok(())
    }
}
