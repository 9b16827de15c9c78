//! An explicit transaction.

use crate::client::query_options;
use crate::convert::{FromPy, Zones};
use crate::errors;
use crate::exclusive::{Exclusive, Guard};
use crate::reads::{self, Reads};
use crate::result::QueryResult;
use crate::running::Running;
use crate::runtime;
use crate::staging::{self, Rows};
use namidb::{Error, Result, blocking};
use namidb_core::ErrorCode;
use namidb_core::graph::{Direction, GraphState};
use namidb_core::transaction::StagedBatch;
use namidb_cypher::exec::CancelToken;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

/// Several statements that see one snapshot and each other's writes, and are committed together or not at all.
///
/// The first of two transactions that touch the same commits; the other raises a `ConflictError`. As a context
/// manager it commits at the end of the block, and rolls back if the block raises.
#[pyclass(frozen, weakref, module = "namidb._namidb")]
pub(crate) struct Transaction {
    state: Exclusive<State>,
    generation: u64,
    zones: Zones,
    read_only: bool,
    running: Running,
}

enum State {
    Open(Box<blocking::Transaction>),
    Committed,
    RolledBack,
    /// The commit failed.
    Failed,
}

impl State {
    fn name(&self) -> &'static str {
        match self {
            State::Open(_) => "open",
            State::Committed => "committed",
            State::RolledBack => "rolled_back",
            State::Failed => "failed",
        }
    }
}

impl Transaction {
    pub(crate) fn new(
        transaction: blocking::Transaction,
        zones: Zones,
        read_only: bool,
        running: Running,
    ) -> Transaction {
        let state = Exclusive::new(State::Open(Box::new(transaction)));
        Transaction { state, generation: runtime::generation(), zones, read_only, running }
    }

    /// The state, for one thread at a time. Not asked for by a thread that holds the interpreter's lock.
    fn lock(&self) -> Result<Guard<'_, State>> {
        if self.generation != runtime::generation() {
            return Err(Error::new(
                ErrorCode::TransactionClosed,
                "the transaction belongs to the process that forked",
            ));
        }
        self.state.lock()
    }

    /// Does something in the transaction, with the interpreter's lock released.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        text: Option<&str>,
        work: impl FnOnce(&mut blocking::Transaction, CancelToken) -> Result<T> + Send,
    ) -> PyResult<T> {
        runtime::call(py, text, |cancel| {
            let _running = self.running.enter(&cancel);
            match &mut *self.lock()? {
                State::Open(transaction) => work(transaction, cancel),
                ended => Err(closed(ended.name())),
            }
        })
    }

    /// Applies rows.
    fn stage(&self, py: Python<'_>, rows: Rows) -> PyResult<usize> {
        if self.read_only {
            return Err(errors::coded(py, ErrorCode::ReadOnly, "the transaction is read-only"));
        }
        self.with(py, None, |transaction, _| {
            let mut batch = StagedBatch::new();
            let staged = rows.stage(&mut batch)?;
            transaction.apply(&batch)?;
            Ok(staged)
        })
    }

    fn graph(&self, py: Python<'_>) -> PyResult<GraphState> {
        self.with(py, None, |transaction, _| Ok(transaction.view().state().clone()))
    }

    fn read<T>(&self, py: Python<'_>, read: impl FnOnce(&mut Reads<'_, '_>) -> PyResult<T>) -> PyResult<T> {
        let graph = self.graph(py)?;
        read(&mut Reads::new(py, &graph, self.zones))
    }
}

fn closed(name: &str) -> Error {
    let name = name.replace('_', " ");
    let message = format!("the transaction is {name}. Begin another one");
    Error::new(ErrorCode::TransactionClosed, message)
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.generation != runtime::generation() {
            // It counts on threads of the parent, and its locks may be held for ever.
            std::mem::forget(std::mem::replace(&mut self.state, Exclusive::new(State::RolledBack)));
        }
    }
}

#[pymethods]
impl Transaction {
    /// Runs a statement in the transaction. One that fails leaves nothing behind, and the transaction goes on.
    #[pyo3(signature = (query, params = None, *, timeout = None))]
    fn cypher(
        &self,
        py: Python<'_>,
        query: &str,
        params: Option<&Bound<'_, PyAny>>,
        timeout: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<QueryResult> {
        let params = FromPy::new(py)?.params(params)?;
        let mut options = query_options(timeout, self.read_only)?;
        let result = self.with(py, Some(query), |transaction, cancel| {
            options.cancel = cancel;
            transaction.cypher_with(query, params, &options)
        })?;
        Ok(QueryResult::new(py, result, query.to_owned(), self.zones))
    }

    /// Makes a node's whole record this one.
    fn upsert_node(&self, label: &str, id: &Bound<'_, PyAny>, properties: &Bound<'_, PyAny>) -> PyResult<()> {
        self.stage(id.py(), Rows::node([Ok(label.into())], id, properties)?).map(drop)
    }

    /// Makes a node's whole record this one, with any number of labels.
    fn upsert_node_with_labels(
        &self,
        labels: &Bound<'_, PyAny>,
        id: &Bound<'_, PyAny>,
        properties: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        self.stage(id.py(), Rows::node(staging::labels(labels)?, id, properties)?).map(drop)
    }

    /// Makes the whole record of the one edge of this type between two nodes this one.
    fn upsert_edge(
        &self,
        edge_type: &str,
        src: &Bound<'_, PyAny>,
        dst: &Bound<'_, PyAny>,
        properties: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        self.stage(src.py(), Rows::edge(edge_type, src, dst, properties)?).map(drop)
    }

    /// Removes a node and its relationships; nothing happens if it does not have the label.
    fn tombstone_node(&self, label: &str, id: &Bound<'_, PyAny>) -> PyResult<()> {
        self.stage(id.py(), Rows::no_node(label, id)?).map(drop)
    }

    /// Removes the one edge of this type between two nodes.
    fn tombstone_edge(
        &self,
        edge_type: &str,
        src: &Bound<'_, PyAny>,
        dst: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        self.stage(src.py(), Rows::no_edge(edge_type, src, dst)?).map(drop)
    }

    /// Makes the records of many nodes, as `Client.merge_nodes` does.
    #[pyo3(signature = (label, rows, *, id = "id"))]
    fn merge_nodes(&self, label: &str, rows: &Bound<'_, PyAny>, id: &str) -> PyResult<usize> {
        self.stage(rows.py(), Rows::nodes(label, rows, id)?)
    }

    /// Makes the records of many edges, as `Client.merge_edges` does.
    #[pyo3(signature = (edge_type, rows, *, src = "src", dst = "dst"))]
    fn merge_edges(&self, edge_type: &str, rows: &Bound<'_, PyAny>, src: &str, dst: &str) -> PyResult<usize> {
        self.stage(rows.py(), Rows::edges(edge_type, rows, src, dst)?)
    }

    /// The node with this id, or None if there is none with this label.
    fn lookup_node(
        &self,
        py: Python<'_>,
        label: &str,
        id: &Bound<'_, PyAny>,
    ) -> PyResult<Option<Py<PyDict>>> {
        let id = staging::id_argument("id", id)?;
        self.read(py, |reads| Ok(reads.lookup_node(label, &id)?.map(Bound::unbind)))
    }

    /// The nodes with a label, in the order of their creation.
    fn scan_label(&self, py: Python<'_>, label: &str) -> PyResult<Py<PyList>> {
        self.read(py, |reads| Ok(reads.scan_label(label)?.unbind()))
    }

    /// The relationships of a type, in the order of their creation.
    fn scan_edge_type(&self, py: Python<'_>, edge_type: &str) -> PyResult<Py<PyList>> {
        self.read(py, |reads| Ok(reads.scan_edge_type(edge_type)?.unbind()))
    }

    /// The relationships of a type that start at a node.
    fn out_edges(&self, py: Python<'_>, edge_type: &str, src: &Bound<'_, PyAny>) -> PyResult<Py<PyList>> {
        let id = staging::id_argument("src", src)?;
        self.read(py, |reads| Ok(reads.edges(edge_type, &id, Direction::Outgoing)?.unbind()))
    }

    /// The relationships of a type that end at a node.
    fn in_edges(&self, py: Python<'_>, edge_type: &str, dst: &Bound<'_, PyAny>) -> PyResult<Py<PyList>> {
        let id = staging::id_argument("dst", dst)?;
        self.read(py, |reads| Ok(reads.edges(edge_type, &id, Direction::Incoming)?.unbind()))
    }

    /// The nodes with a label as a `pyarrow.Table`, as `Client.scan_label_arrow` gives it.
    #[pyo3(signature = (label, *, include_labels = false))]
    fn scan_label_arrow<'py>(
        &self,
        py: Python<'py>,
        label: &str,
        include_labels: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let graph = self.graph(py)?;
        reads::label_table(py, &graph, label, include_labels)
    }

    /// Commits. Gives the sequence number of the commit, or None if nothing was changed.
    fn commit(&self, py: Python<'_>) -> PyResult<Option<u64>> {
        let seq = runtime::call(py, None, |cancel| {
            let mut state = self.lock()?;
            let transaction = match std::mem::replace(&mut *state, State::Failed) {
                State::Open(transaction) => transaction,
                ended => {
                    let error = closed(ended.name());
                    *state = ended;
                    return Err(error);
                }
            };
            let seq = transaction.cancelled_by(cancel).commit()?;
            *state = State::Committed;
            Ok(seq)
        })?;
        Ok(seq.map(|seq| seq.0))
    }

    /// Ends it without any effect. After it has ended otherwise, this does nothing.
    fn rollback(&self, py: Python<'_>) -> PyResult<()> {
        runtime::call(py, None, |_| {
            let mut state = self.lock()?;
            if matches!(*state, State::Open(_)) {
                *state = State::RolledBack;
            }
            Ok(())
        })
    }

    /// `"open"`, `"committed"`, `"rolled_back"` or, after a commit that failed, `"failed"`.
    #[getter]
    fn status(&self, py: Python<'_>) -> PyResult<&'static str> {
        runtime::call(py, None, |_| Ok(self.lock()?.name()))
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*exception))]
    fn __exit__(&self, py: Python<'_>, exception: &Bound<'_, PyTuple>) -> PyResult<()> {
        if exception.get_item(0)?.is_none() {
            if self.status(py)? == "open" {
                self.commit(py)?;
            }
            return Ok(());
        }
        self.rollback(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<namidb.Transaction {}>", self.status(py)?))
    }
}
