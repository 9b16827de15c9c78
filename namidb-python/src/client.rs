//! An open namespace.

use crate::callables;
use crate::convert::{FromPy, Text, Zones};
use crate::errors;
use crate::options::{self, Opening};
use crate::plan::Plan;
use crate::procedures;
use crate::process::{Local, PerProcess};
use crate::reports;
use crate::result::QueryResult;
use crate::running::Running;
use crate::runtime;
use crate::snapshot_file::{Source, Target};
use crate::staging::StagedRows;
use crate::state::State;
use namidb::blocking::Database;
use namidb::{QueryOptions, Result};
use namidb_core::ErrorCode;
use namidb_cypher::exec::CancelToken;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// An open namespace.
#[pyclass(frozen, subclass, weakref, module = "namidb._namidb")]
pub(crate) struct Client {
    database: Database,
    zones: Zones,
    decimals_as_floats: bool,
    process: PerProcess,
    closed: AtomicBool,
}

impl Client {
    /// The database and what belongs to this process.
    fn enter(&self, py: Python<'_>) -> PyResult<Arc<Local>> {
        if self.closed.load(Ordering::Acquire) {
            return Err(errors::coded(py, ErrorCode::Closed, "the client is closed. Open another one"));
        }
        Ok(self.process.local())
    }

    /// The database.
    pub(crate) fn database(&self, py: Python<'_>) -> PyResult<Database> {
        self.enter(py)?;
        Ok(self.database.clone())
    }

    pub(crate) fn zones(&self) -> Zones {
        self.zones
    }

    /// Whether decimals may become floats.
    pub(crate) fn decimals_as_floats(&self) -> bool {
        self.decimals_as_floats
    }

    /// What converts values for it.
    pub(crate) fn converter<'py>(&self, py: Python<'py>) -> PyResult<FromPy<'py>> {
        Ok(FromPy::new(py)?.decimals_as_floats(self.decimals_as_floats))
    }

    /// The statements that run on it.
    pub(crate) fn running(&self) -> Running {
        self.process.local().running.clone()
    }

    /// The transactions that have not ended.
    pub(crate) fn transactions(&self) -> Running {
        self.process.local().transactions.clone()
    }

    /// A view that is fresh enough.
    pub(crate) fn snapshot(&self, py: Python<'_>) -> PyResult<namidb::Snapshot> {
        self.waiting(py, Database::snapshot)
    }

    /// Runs a statement.
    fn run(
        &self,
        py: Python<'_>,
        query: Text<'_>,
        params: Option<&Bound<'_, PyAny>>,
        options: impl FnOnce(CancelToken) -> QueryOptions + Send,
    ) -> PyResult<QueryResult> {
        let params = self.converter(py)?.params(params)?;
        let local = self.enter(py)?;
        let result = runtime::call(py, Some(&query), |cancel| {
            let _running = local.running.enter(&cancel);
            self.database.cypher_with(&query, params, &options(cancel))
        })?;
        Ok(QueryResult::new(result, query.object(), self.zones))
    }

    /// Runs a call that waits for the store.
    fn waiting<T: Send>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&Database) -> Result<T> + Send,
    ) -> PyResult<T> {
        let local = self.enter(py)?;
        runtime::call(py, None, |cancel| {
            let _running = local.running.enter(&cancel);
            call(&self.database.cancelled_by(cancel))
        })
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if self.process.is_inherited() {
            // The parent's threads do not exist here, and its locks may be held for ever.
            std::mem::forget(self.database.clone());
        }
    }
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (
        uri, cache_bytes = None, *, mode = None, read_only = None, max_staleness = None, query_timeout = None,
        memory_limit = None, durability = None, zones = "utc", decimal = "error", commit_delay_ms = 0.0, storage_options = None,
        plan_cache = None, load_from = None, _snapshot = None
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
        decimal: &str,
        commit_delay_ms: f64,
        storage_options: Option<&Bound<'_, PyAny>>,
        plan_cache: Option<&Bound<'_, PyAny>>,
        load_from: Option<&Bound<'_, PyAny>>,
        _snapshot: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Client> {
        let uri = options::uri(uri)?;
        let zones = Zones::parse(zones)?;
        let decimals_as_floats = options::decimals_as_floats(decimal)?;
        let open = Opening {
            cache_bytes,
            mode,
            read_only,
            max_staleness,
            query_timeout,
            memory_limit,
            durability,
            commit_delay_ms,
            storage_options,
            plan_cache,
            load_from,
        }
        .options(py)?;
        let database = match _snapshot.map(Source::new).transpose()? {
            None => runtime::call(py, None, |cancel| Database::open_cancelled_by(uri, open, cancel))?,
            Some(mut source) => {
                let opened = runtime::call(py, None, |cancel| source.open(&uri, open, cancel));
                source.outcome(opened)?
            }
        };
        Ok(Client {
            database,
            zones,
            decimals_as_floats,
            process: PerProcess::new(),
            closed: AtomicBool::new(false),
        })
    }

    /// Runs one statement; what it writes is durable when it returns.
    ///
    /// >>> client.cypher("CREATE (p:Person {name: $name}) RETURN p.name AS name", {"name": "Ada"}).rows()
    /// [{'name': 'Ada'}]
    ///
    /// Under a `token` a write is done once, however often and by whomever it is asked for: a repetition, after an error or
    /// a crash, changes nothing and gives what the first gave: its counters, its sequence number, and its rows, if those
    /// take at most 1,024 bytes; nodes and relationships in them are as they are now. The newest 65,536 tokens of a
    /// namespace are remembered. A statement that only reads has no use for one.
    ///
    /// >>> pay = "CREATE (p:Payment {order: 17}) RETURN p.order AS paid"
    /// >>> [client.cypher(pay, token="order 17").scalar() for _ in range(3)]
    /// [17, 17, 17]
    /// >>> len(client.scan_label("Payment"))
    /// 1
    #[pyo3(signature = (query, params = None, *, timeout = None, read_only = false, token = None))]
    fn cypher(
        &self,
        py: Python<'_>,
        query: Text<'_>,
        params: Option<&Bound<'_, PyAny>>,
        timeout: Option<&Bound<'_, PyAny>>,
        read_only: bool,
        token: Option<Text<'_>>,
    ) -> PyResult<QueryResult> {
        let (timeout, token) = (options::timeout(timeout)?, token.map(|token| Arc::from(&*token)));
        self.run(py, query, params, move |cancel| QueryOptions {
            timeout,
            read_only,
            token,
            ..QueryOptions::cancelled_by(cancel)
        })
    }

    /// The plan of a statement, with estimates. Nothing runs, and parameters need not be given.
    ///
    /// >>> print(client.explain("MATCH (p:Person) RETURN p.name AS name"))  # doctest: +ELLIPSIS
    /// operator  ...
    /// Project   ...
    /// NodeScan  ...
    #[pyo3(signature = (query, params = None))]
    fn explain(&self, py: Python<'_>, query: Text<'_>, params: Option<&Bound<'_, PyAny>>) -> PyResult<Plan> {
        // Plans do not depend on them; what could not be run is told all the same.
        self.converter(py)?.params(params)?;
        self.enter(py)?;
        runtime::call(py, Some(&query), |_| self.database.explain(&query)).map(Plan::new)
    }

    /// What a statement is: its kind, its columns, the parameters that it needs, and the names that it reads and writes by.
    /// Nothing runs.
    ///
    /// >>> contract = client.describe("MATCH (p:Person {name: $name}) SET p.seen = true RETURN p.age AS age")
    /// >>> contract.kind, contract.columns, contract.parameters, contract.read_only
    /// ('rw', ['age'], ['name'], False)
    /// >>> contract.reads, contract.writes.property_keys
    /// (Names(labels=['Person'], edge_types=[], property_keys=['age', 'name']), ['seen'])
    fn describe<'py>(&self, py: Python<'py>, query: Text<'_>) -> PyResult<Bound<'py, PyAny>> {
        self.enter(py)?;
        let contract = runtime::call(py, Some(&query), |_| self.database.describe(&query))?;
        reports::contract(py, &contract)
    }

    fn _profile(
        &self,
        py: Python<'_>,
        query: Text<'_>,
        params: Option<&Bound<'_, PyAny>>,
        timeout: Option<&Bound<'_, PyAny>>,
        read_only: bool,
    ) -> PyResult<QueryResult> {
        let timeout = options::timeout(timeout)?;
        self.run(py, query, params, move |cancel| QueryOptions {
            timeout,
            read_only,
            profile: true,
            ..QueryOptions::cancelled_by(cancel)
        })
    }

    fn _cypher_many<'py>(
        &self,
        py: Python<'py>,
        query: Text<'_>,
        params: &Bound<'py, PyAny>,
        timeout: Option<&Bound<'py, PyAny>>,
        token: Option<Text<'_>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let bindings = self.converter(py)?.many_params(params)?;
        let (timeout, token) = (options::timeout(timeout)?, token.map(|token| Arc::from(&*token)));
        let statements = bindings.len();
        let local = self.enter(py)?;
        let summary = runtime::call(py, Some(&query), |cancel| {
            let _running = local.running.enter(&cancel);
            let options = QueryOptions { timeout, token, ..QueryOptions::cancelled_by(cancel) };
            self.database.cypher_many(&query, bindings, &options)
        })?;
        reports::write_summary(py, &summary, &query, statements)
    }

    fn _clear(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.waiting(py, Database::clear)?.nodes_deleted)
    }

    /// Stops every statement that runs on this client now; tells how many those were.
    ///
    /// >>> client.cancel()
    /// 0
    fn cancel(&self) -> usize {
        self.process.local().running.cancel()
    }

    #[getter]
    fn _decimals(&self) -> bool {
        self.decimals_as_floats
    }

    fn _stage(&self, py: Python<'_>, rows: &StagedRows) -> PyResult<usize> {
        self.enter(py)?.staging.stage(py, rows.take()?)
    }

    fn _state(&self, py: Python<'_>) -> PyResult<State> {
        Ok(State::newest(&self.snapshot(py)?, &self.database, self.zones))
    }

    /// Commits what is staged, durably. Gives the sequence number of the commit, or None if nothing was staged or changed.
    /// If it raises, everything stays staged.
    ///
    /// Under a `token` it is done once: if rows were committed under it before, by whomever, those that are staged now are
    /// taken for the same and discarded, and the first commit's number is given.
    ///
    /// >>> client.upsert_node("Person", alice, {"name": "Alice"})
    /// >>> client.commit(), client.commit()
    /// (1, None)
    /// >>> for _ in range(2):
    /// ...     client.upsert_node("Person", alice, {"name": "Alice", "age": 30})
    /// ...     client.commit(token="import 2024-02-29")
    /// 2
    /// 2
    #[pyo3(signature = (*, token = None))]
    fn commit(&self, py: Python<'_>, token: Option<Text<'_>>) -> PyResult<Option<u64>> {
        let local = self.enter(py)?;
        let token = token.as_deref();
        Ok(self.waiting(py, |database| local.staging.commit(database, token))?.map(|seq| seq.0))
    }

    /// Discards what is staged; gives how many rows that was.
    ///
    /// >>> client.upsert_node("Person", alice, {"name": "Alice"})
    /// >>> client.rollback()
    /// 1
    fn rollback(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.enter(py)?.staging.rollback(py))
    }

    /// How many rows are staged.
    ///
    /// >>> client.upsert_node("Person", alice, {"name": "Alice"})
    /// >>> client.pending
    /// 1
    #[getter]
    fn pending(&self, py: Python<'_>) -> usize {
        self.process.local().staging.pending(py)
    }

    /// Whether a transaction that was begun on this client has not ended.
    ///
    /// >>> with client.transaction():
    /// ...     client.in_transaction
    /// True
    #[getter]
    fn in_transaction(&self) -> bool {
        !self.process.local().transactions.is_empty()
    }

    /// Writes a checkpoint of what is committed. Commits do not need it to be durable; opening becomes quicker.
    ///
    /// >>> client.flush()
    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        self.waiting(py, |database| database.flush().map(drop))
    }

    /// Merges the runs that checkpoints have written, so that opening and cold reads ask for fewer objects.
    ///
    /// >>> client.compact().runs_after
    /// 0
    fn compact<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        reports::compaction(py, &self.waiting(py, Database::compact)?)
    }

    /// Reads everything that is durable, past every cache, and compares it with all that it must agree with. What cannot be
    /// opened is verified by `namidb.verify`.
    ///
    /// With `deep=False` the blocks that the graph lies in are not read: that is quick, and sees what is missing, but not what
    /// is damaged inside a block.
    ///
    /// >>> client.verify().ok, client.verify(deep=False).ok
    /// (True, True)
    #[pyo3(signature = (*, deep = true))]
    fn verify<'py>(&self, py: Python<'py>, deep: bool) -> PyResult<Bound<'py, PyAny>> {
        let verify = if deep { Database::verify } else { Database::verify_shallow };
        let report = self.waiting(py, verify)?;
        reports::verified(py, &report)
    }

    /// Copies what is committed now to another namespace, in whatever store: consistent, while others write. There must be no
    /// database yet; the copy is one of its own, to be opened by its URI.
    ///
    /// >>> _ = client.cypher("CREATE (:Person {name: 'Ada'})")
    /// >>> client.backup("memory://copy?shared=true").sequence
    /// 1
    /// >>> with namidb.Client("memory://copy?shared=true") as copy:
    /// ...     copy.node_count
    /// 1
    #[pyo3(signature = (to, *, storage_options = None))]
    fn backup<'py>(
        &self,
        py: Python<'py>,
        to: &Bound<'py, PyAny>,
        storage_options: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let to = options::uri(to)?;
        let storage = storage_options.map(options::storage).transpose()?.unwrap_or_default();
        let report = self.waiting(py, |database| database.backup(&to, storage))?;
        reports::backup(py, &report)
    }

    /// Writes what is committed now to one file, to be carried elsewhere: consistent, while others write. A path gets the
    /// whole file or none; a binary file object is written to in pieces of a few MiB.
    ///
    /// >>> import io
    /// >>> _ = client.cypher("CREATE (:Person {name: 'Ada'})")
    /// >>> file = io.BytesIO()
    /// >>> client.snapshot_to(file).node_count
    /// 1
    /// >>> _ = file.seek(0)
    /// >>> with namidb.Client.from_snapshot(file) as copy:
    /// ...     copy.cypher("MATCH (p:Person) RETURN p.name").scalar()
    /// 'Ada'
    fn snapshot_to<'py>(&self, py: Python<'py>, target: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let mut target = Target::new(target)?;
        let written = self.waiting(py, |database| target.write(database));
        reports::snapshot(py, &target.outcome(written)?)
    }

    /// Looks at the log now, however fresh the last look; gives the newest sequence number.
    ///
    /// >>> client.refresh()
    /// 0
    fn refresh(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.waiting(py, Database::refresh)?.0)
    }

    /// Discards what is staged, waits for commits in flight, and releases everything. Twice is fine.
    ///
    /// >>> client.close()
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        if self.closed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        self.process.local().staging.rollback(py);
        runtime::call(py, None, |cancel| self.database.cancelled_by(cancel).close())
    }

    /// Whether it was closed.
    ///
    /// >>> client.closed
    /// False
    #[getter]
    fn closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// The URI, without the values of its options.
    ///
    /// >>> client.uri
    /// 'memory://examples'
    #[getter]
    fn uri(&self) -> String {
        self.database.uri().map(ToString::to_string).unwrap_or_default()
    }

    /// The namespace.
    ///
    /// >>> client.namespace
    /// 'examples'
    #[getter]
    fn namespace(&self) -> String {
        self.database.uri().map(|uri| uri.namespace().to_owned()).unwrap_or_default()
    }

    /// Numbers of the cache: a tuple of hits, misses, inserts and bytes in use, which can also be asked by name.
    ///
    /// >>> client.cache_stats()["evict"]
    /// 0
    fn cache_stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        reports::cache_stats(py, &self.waiting(py, |database| database.cache_stats())?)
    }

    /// Requests to the store by kind, and bytes, of this client.
    ///
    /// >>> stats = client.request_stats()
    /// >>> stats.put > 0, stats["put"] == stats.put, stats.retries
    /// (True, True, 0)
    fn request_stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        reports::requests(py, &self.waiting(py, |database| database.request_counts())?)
    }

    /// What became of the commits of this client: writes that wait now (`queue_depth`), that were let in, committed or failed;
    /// `puts` of records that they shared, and for how many microseconds they have waited together (`wait_us`); what the log
    /// and its upkeep took besides.
    ///
    /// >>> client.commit_metrics()["committed"]
    /// 0
    fn commit_metrics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        reports::commits(py, &self.waiting(py, |database| database.commit_metrics())?)
    }

    /// What the database is, and where it stands.
    ///
    /// >>> client.info()["backend"]
    /// 'memory'
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let scheme = self.database.uri().map_or("", |uri| uri.scheme());
        reports::info(py, &self.waiting(py, |database| database.info())?, scheme)
    }

    /// The path of the namespace in its store.
    ///
    /// >>> client.namespace_prefix()
    /// 'examples'
    fn namespace_prefix(&self) -> String {
        self.database.namespace_prefix()
    }

    /// The store in one line, without secrets and data.
    ///
    /// >>> client.store_repr()
    /// 'memory://examples'
    fn store_repr(&self) -> String {
        self.uri()
    }

    /// Adds a function that statements may call: it is called with their values, and gives one. Its `arguments` are names and
    /// types, those of its own signature and of any type if they are left out; `returns` is the type that it gives. One that is
    /// `deterministic` is not called again for the same constants. It may be called on any thread, and again for the same row.
    /// Whoever else opens the database adds it too.
    ///
    /// >>> client.register_function("my.twice", lambda n: 2 * n)
    /// >>> client.cypher("RETURN my.twice(21) AS n").scalar()
    /// 42
    #[pyo3(signature = (name, function, *, arguments = None, returns = "ANY", deterministic = false))]
    fn register_function(
        &self,
        py: Python<'_>,
        name: &str,
        function: &Bound<'_, PyAny>,
        arguments: Option<callables::Fields>,
        returns: &str,
        deterministic: bool,
    ) -> PyResult<()> {
        let function = callables::function(name, function, arguments, returns, deterministic)?;
        self.waiting(py, |database| database.register_function(function))
    }

    /// Adds a procedure that statements may call: it is called with their values, and gives rows, which are mappings of its
    /// `results` or tuples of them. `results` and `arguments` are names and types.
    ///
    /// >>> words = lambda text: [(word,) for word in text.split()]
    /// >>> client.register_procedure("my.words", words, results=[("word", "STRING")])
    /// >>> client.cypher("CALL my.words('a b') YIELD word RETURN collect(word) AS words").scalar()
    /// ['a', 'b']
    #[pyo3(signature = (name, procedure, *, results, arguments = None))]
    fn register_procedure(
        &self,
        py: Python<'_>,
        name: &str,
        procedure: &Bound<'_, PyAny>,
        results: callables::Fields,
        arguments: Option<callables::Fields>,
    ) -> PyResult<()> {
        let procedure = callables::procedure(name, procedure, arguments, results)?;
        self.waiting(py, |database| database.register_procedure(procedure))
    }

    /// Adds a procedure that gives the rows of a table whose inputs are its arguments, for tests.
    fn _register_procedure(
        &self,
        py: Python<'_>,
        name: &str,
        inputs: Vec<(String, String)>,
        outputs: Vec<(String, String)>,
        rows: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let table = procedures::table(py, name, &inputs, &outputs, &rows)?;
        self.waiting(py, |database| database.register_procedure(table))
    }

    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        slf.get().enter(slf.py())?;
        Ok(slf)
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.close(py)
    }

    fn __repr__(&self) -> String {
        let state = if self.closed() { " closed" } else { "" };
        format!("<namidb.Client {}{state}>", self.uri())
    }
}
