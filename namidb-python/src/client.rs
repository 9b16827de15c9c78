//! An open namespace.

use crate::batch::Batch;
use crate::convert::{FromPy, Zones};
use crate::errors;
use crate::job::{self, Job};
use crate::options;
use crate::reads::{self, Reads};
use crate::reports;
use crate::result::QueryResult;
use crate::running::Running;
use crate::runtime;
use crate::staging::{self, Rows, Staging};
use crate::transaction::Transaction;
use arc_swap::ArcSwap;
use namidb::blocking::Database;
use namidb::{OpenOptions, QueryOptions, Result, Snapshot, StorageOptions};
use namidb_core::ErrorCode;
use namidb_core::graph::Direction;
use namidb_core::uri::{Durability, OpenMode};
use namidb_cypher::exec::CancelToken;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What belongs to this process alone: the child of a fork begins with nothing staged and nothing running.
struct Local {
    generation: u64,
    staging: Staging,
    running: Running,
}

impl Local {
    fn new() -> Local {
        Local { generation: runtime::generation(), staging: Staging::default(), running: Running::default() }
    }
}

/// An open namespace.
#[pyclass(frozen, subclass, weakref, module = "namidb._namidb")]
pub(crate) struct Client {
    database: Database,
    zones: Zones,
    local: ArcSwap<Local>,
    closed: AtomicBool,
}

impl Client {
    /// The database and what belongs to this process.
    fn enter(&self, py: Python<'_>) -> PyResult<Arc<Local>> {
        if self.closed.load(Ordering::Acquire) {
            return Err(errors::coded(py, ErrorCode::Closed, "the client is closed. Open another one"));
        }
        Ok(self.local())
    }

    fn local(&self) -> Arc<Local> {
        let local = self.local.load_full();
        if local.generation == runtime::generation() {
            return local;
        }
        let new = Arc::new(Local::new());
        // A thread of the parent may have held its locks: what it guards is not even dropped.
        std::mem::forget(self.local.swap(Arc::clone(&new)));
        std::mem::forget(local);
        new
    }

    fn stage(&self, py: Python<'_>, rows: Rows) -> PyResult<()> {
        self.enter(py)?.staging.stage(py, rows).map(drop)
    }

    /// What the database knows of itself, without a request.
    fn known<T: Send>(&self, py: Python<'_>, ask: impl FnOnce(&Database) -> Result<T> + Send) -> PyResult<T> {
        runtime::call(py, None, |_| ask(&self.database))
    }

    fn snapshot(&self, py: Python<'_>) -> PyResult<Snapshot> {
        self.enter(py)?;
        runtime::call(py, None, |cancel| self.database.cancelled_by(cancel).snapshot())
    }

    fn read<T>(&self, py: Python<'_>, read: impl FnOnce(&mut Reads<'_, '_>) -> PyResult<T>) -> PyResult<T> {
        let snapshot = self.snapshot(py)?;
        read(&mut Reads::new(py, snapshot.view().state(), self.zones))
    }
}

/// The options of a query.
pub(crate) fn query_options(timeout: Option<&Bound<'_, PyAny>>, read_only: bool) -> PyResult<QueryOptions> {
    let timeout = timeout.map(|timeout| options::duration("timeout", timeout)).transpose()?;
    Ok(QueryOptions { timeout, read_only, ..QueryOptions::default() })
}

impl Drop for Client {
    fn drop(&mut self) {
        if self.local.load().generation != runtime::generation() {
            // The parent's threads do not exist here, and its locks may be held for ever.
            std::mem::forget((self.database.clone(), self.local.load_full()));
        }
    }
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (
        uri, cache_bytes = None, *, mode = None, read_only = None, max_staleness = None, query_timeout = None,
        memory_limit = None, durability = None, zones = "utc", commit_delay_ms = 0.0, storage_options = None,
        plan_cache = None
    ))]
    #[allow(clippy::too_many_arguments, reason = "they are the keywords of the class")]
    fn new(
        py: Python<'_>,
        uri: &Bound<'_, PyAny>,
        cache_bytes: Option<&Bound<'_, PyAny>>,
        mode: Option<&str>,
        read_only: Option<bool>,
        max_staleness: Option<&Bound<'_, PyAny>>,
        query_timeout: Option<&Bound<'_, PyAny>>,
        memory_limit: Option<&Bound<'_, PyAny>>,
        durability: Option<&str>,
        zones: &str,
        commit_delay_ms: f64,
        storage_options: Option<BTreeMap<String, String>>,
        plan_cache: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Client> {
        let uri = options::uri(uri)?;
        let zones = Zones::parse(zones)?;
        let mut open = OpenOptions::new();
        let engine = |error: namidb_core::Error| errors::exception(py, &error.into(), None);
        if let Some(bytes) = cache_bytes {
            open = open.cache_bytes(options::size("cache_bytes", bytes)?);
        }
        if let Some(mode) = mode {
            open = open.mode(OpenMode::parse(mode).map_err(engine)?);
        }
        if let Some(read_only) = read_only {
            open = open.read_only(read_only);
        }
        if let Some(staleness) = max_staleness {
            open = open.max_staleness(options::duration("max_staleness", staleness)?);
        }
        if let Some(timeout) = query_timeout {
            open = open.query_timeout(options::duration("query_timeout", timeout)?);
        }
        if let Some(limit) = memory_limit {
            open = open.memory_limit(options::size("memory_limit", limit)?);
        }
        if let Some(durability) = durability {
            open = open.durability(Durability::parse(durability).map_err(engine)?);
        }
        if commit_delay_ms != 0.0 {
            let delay = Duration::try_from_secs_f64(commit_delay_ms / 1e3);
            open = open.commit_delay(
                delay.map_err(|_| errors::argument("commit_delay_ms is not a length of time"))?,
            );
        }
        if let Some(given) = storage_options {
            let mut storage = StorageOptions::new();
            for (name, value) in given {
                storage.set(name, value);
            }
            open = open.storage_options(storage);
        }
        if let Some(plans) = plan_cache {
            let plans = plans.extract::<u32>();
            open = open.plan_cache(
                plans.map_err(|_| errors::argument("plan_cache is not a number of plans"))? as usize,
            );
        }
        let database = runtime::call(py, None, |_| Database::open_with(uri, open))?;
        Ok(Client {
            database,
            zones,
            local: ArcSwap::from_pointee(Local::new()),
            closed: AtomicBool::new(false),
        })
    }

    /// Runs one statement; what it writes is durable when it returns.
    #[pyo3(signature = (query, params = None, *, timeout = None, read_only = false))]
    fn cypher(
        &self,
        py: Python<'_>,
        query: &str,
        params: Option<&Bound<'_, PyAny>>,
        timeout: Option<&Bound<'_, PyAny>>,
        read_only: bool,
    ) -> PyResult<QueryResult> {
        let params = FromPy::new(py)?.params(params)?;
        let mut options = query_options(timeout, read_only)?;
        let local = self.enter(py)?;
        let result = runtime::call(py, Some(query), |cancel| {
            let _running = local.running.enter(&cancel);
            options.cancel = cancel;
            self.database.cypher_with(query, params, &options)
        })?;
        Ok(QueryResult::new(py, result, query.to_owned(), self.zones))
    }

    fn _submit_cypher(
        &self,
        py: Python<'_>,
        query: String,
        params: Option<&Bound<'_, PyAny>>,
        timeout: Option<&Bound<'_, PyAny>>,
        read_only: bool,
        callback: Py<PyAny>,
    ) -> PyResult<Job> {
        let params = FromPy::new(py)?.params(params)?;
        let mut options = query_options(timeout, read_only)?;
        let local = self.enter(py)?;
        let (database, zones, text) = (self.database.clone(), self.zones, query.clone());
        let call = move |cancel: CancelToken| {
            let _running = local.running.enter(&cancel);
            options.cancel = cancel;
            database.cypher_with(&text, params, &options)
        };
        let shown = query.clone();
        job::submit(py, Some(query), callback, call, move |py, result| {
            Ok(Py::new(py, QueryResult::new(py, result, shown, zones))?.into_any())
        })
    }

    /// Stops every statement that runs on this client now; tells how many those were.
    fn cancel(&self) -> usize {
        self.local().running.cancel()
    }

    /// Stages a node's whole record: properties that it does not name will be gone.
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

    /// Stages the removal of a node and of its relationships; nothing happens if it does not have the label.
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

    /// Stages many nodes: an iterable of mappings, or a table of Arrow, pandas or polars. Each row has the UUID
    /// under the key `id`, and properties. If a row is refused, none is staged. Gives how many were.
    #[pyo3(signature = (label, rows, *, id = "id"))]
    fn merge_nodes(&self, py: Python<'_>, label: &str, rows: &Bound<'_, PyAny>, id: &str) -> PyResult<usize> {
        let local = self.enter(py)?;
        local.staging.stage(py, Rows::nodes(label, rows, id)?)
    }

    /// Stages many edges, as `merge_nodes` does nodes. Each row has two UUIDs under the keys `src` and `dst`.
    /// The nodes may be staged later; they must exist when the batch is committed.
    #[pyo3(signature = (edge_type, rows, *, src = "src", dst = "dst"))]
    fn merge_edges(
        &self,
        py: Python<'_>,
        edge_type: &str,
        rows: &Bound<'_, PyAny>,
        src: &str,
        dst: &str,
    ) -> PyResult<usize> {
        let local = self.enter(py)?;
        local.staging.stage(py, Rows::edges(edge_type, rows, src, dst)?)
    }

    /// Commits what is staged, durably. Gives the sequence number of the commit, or None if nothing was staged or changed.
    /// If it raises, everything stays staged.
    fn commit(&self, py: Python<'_>) -> PyResult<Option<u64>> {
        let local = self.enter(py)?;
        let seq =
            runtime::call(py, None, |cancel| local.staging.commit(&self.database.cancelled_by(cancel)))?;
        Ok(seq.map(|seq| seq.0))
    }

    fn _submit_commit(&self, py: Python<'_>, callback: Py<PyAny>) -> PyResult<Job> {
        let (local, database) = (self.enter(py)?, self.database.clone());
        let call = move |cancel| local.staging.commit(&database.cancelled_by(cancel));
        job::submit(py, None, callback, call, |py, seq| {
            Ok(seq.map(|seq| seq.0).into_pyobject(py)?.into_any().unbind())
        })
    }

    /// Discards what is staged; gives how many rows that was.
    fn rollback(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.enter(py)?.staging.rollback(py))
    }

    /// How many rows are staged.
    #[getter]
    fn pending(&self, py: Python<'_>) -> usize {
        self.local().staging.pending(py)
    }

    /// A batch of its own: `with client.batch() as batch:` commits at the end of the block.
    fn batch(&self, py: Python<'_>) -> PyResult<Batch> {
        self.enter(py)?;
        Ok(Batch::new(self.database.clone()))
    }

    /// Begins a transaction: it sees one snapshot and its own writes, and the first of two that touch the same commits.
    #[pyo3(signature = (*, read_only = false))]
    fn begin(&self, py: Python<'_>, read_only: bool) -> PyResult<Transaction> {
        let local = self.enter(py)?;
        let begun = runtime::call(py, None, |cancel| self.database.cancelled_by(cancel).begin())?;
        Ok(Transaction::new(begun, self.zones, read_only, local.running.clone()))
    }

    /// Writes a checkpoint of what is committed. Commits do not need it to be durable; opening becomes quicker.
    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        self.enter(py)?;
        runtime::call(py, None, |cancel| self.database.cancelled_by(cancel).flush()).map(drop)
    }

    fn _submit_flush(&self, py: Python<'_>, callback: Py<PyAny>) -> PyResult<Job> {
        self.enter(py)?;
        let database = self.database.clone();
        job::submit(
            py,
            None,
            callback,
            move |cancel| database.cancelled_by(cancel).flush(),
            |py, _| Ok(py.None()),
        )
    }

    /// Looks at the log now, however fresh the last look; gives the newest sequence number.
    fn refresh(&self, py: Python<'_>) -> PyResult<u64> {
        self.enter(py)?;
        runtime::call(py, None, |cancel| self.database.cancelled_by(cancel).refresh()).map(|seq| seq.0)
    }

    fn _submit_refresh(&self, py: Python<'_>, callback: Py<PyAny>) -> PyResult<Job> {
        self.enter(py)?;
        let database = self.database.clone();
        job::submit(
            py,
            None,
            callback,
            move |cancel| database.cancelled_by(cancel).refresh(),
            |py, seq| Ok(seq.0.into_pyobject(py)?.into_any().unbind()),
        )
    }

    /// Discards what is staged, waits for commits in flight, and releases everything. Twice is fine.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        if self.closed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        self.local().staging.rollback(py);
        runtime::call(py, None, |cancel| self.database.cancelled_by(cancel).close())
    }

    fn _submit_close(&self, py: Python<'_>, callback: Py<PyAny>) -> PyResult<Job> {
        let open = !self.closed.swap(true, Ordering::AcqRel);
        self.local().staging.rollback(py);
        let database = self.database.clone();
        let call = move |cancel| if open { database.cancelled_by(cancel).close() } else { Ok(()) };
        job::submit(py, None, callback, call, |py, ()| Ok(py.None()))
    }

    /// Whether it was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// The URI, without the values of its options.
    #[getter]
    fn uri(&self) -> String {
        self.database.uri().map(ToString::to_string).unwrap_or_default()
    }

    /// The namespace.
    #[getter]
    fn namespace(&self) -> String {
        self.database.uri().map(|uri| uri.namespace().to_owned()).unwrap_or_default()
    }

    /// How many nodes there are.
    #[getter]
    fn node_count(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.snapshot(py)?.view().node_count())
    }

    /// How many relationships there are.
    #[getter]
    fn relationship_count(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.snapshot(py)?.view().relationship_count())
    }

    /// The node with this id, or None if there is none with this label.
    fn lookup_node<'py>(
        &self,
        py: Python<'py>,
        label: &str,
        id: &Bound<'py, PyAny>,
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

    /// The nodes with a label as a `pyarrow.Table`: `id`, `label`, `lsn`, `schema_version`, then the properties.
    #[pyo3(signature = (label, *, include_labels = false))]
    fn scan_label_arrow<'py>(
        &self,
        py: Python<'py>,
        label: &str,
        include_labels: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let snapshot = self.snapshot(py)?;
        reads::label_table(py, snapshot.view().state(), label, include_labels)
    }

    /// Numbers of the cache: a tuple of hits, misses, inserts and bytes in use, which can also be asked by name.
    fn cache_stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.enter(py)?;
        reports::cache_stats(py)
    }

    /// Requests to the store by kind, and bytes, of this client.
    fn request_stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.enter(py)?;
        reports::requests(py, &self.known(py, |database| database.request_counts())?)
    }

    /// What became of the commits of this client.
    fn commit_metrics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.enter(py)?;
        reports::commits(py, &self.known(py, |database| database.commit_metrics())?)
    }

    /// What the database is, and where it stands.
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.enter(py)?;
        let scheme = self.database.uri().map_or("", |uri| uri.scheme());
        reports::info(py, &self.known(py, |database| database.info())?, scheme)
    }

    /// The path of the namespace in its store.
    fn namespace_prefix(&self) -> String {
        self.database.namespace_prefix()
    }

    /// The store in one line, without secrets and data.
    fn store_repr(&self) -> String {
        self.uri()
    }

    fn _register_procedure(
        &self,
        py: Python<'_>,
        name: &str,
        inputs: &Bound<'_, PyAny>,
        outputs: &Bound<'_, PyAny>,
        rows: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let _ = (inputs, outputs, rows);
        Err(errors::coded(
            py,
            ErrorCode::Unsupported,
            &format!("procedures are not supported, {name} neither"),
        ))
    }

    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        slf.get().enter(slf.py())?;
        Ok(slf)
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, pyo3::types::PyTuple>) -> PyResult<()> {
        self.close(py)
    }

    fn __repr__(&self) -> String {
        let state = if self.closed() { " closed" } else { "" };
        format!("<namidb.Client {}{state}>", self.uri())
    }
}
