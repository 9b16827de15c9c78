//! The database: a namespace of a store, open.

use crate::backend::{StorageOptions, parse_uri};
use crate::batch::Batch;
use crate::blocking;
use crate::connect;
use crate::entity::{Node, Relationship};
use crate::error::{Error, Result};
use crate::opened::{Handle, Opened, Source, path};
use crate::options::{OpenOptions, QueryOptions, Resolved, TransactionOptions};
use crate::query;
use crate::reread::Rereads;
use crate::result::QueryResult;
use crate::retry::{Attempts, Retry};
use crate::runtime;
use crate::schema::Schema;
use crate::snapshot::Snapshot;
use crate::snapshot_file;
use crate::transaction::Transaction;
use crate::view::StateView;
use namidb_core::engine::{
    BackupReport, CommitMetrics, CompactionReport, FlushReport, Info, SnapshotMeta, VerifyReport,
};
use namidb_core::object_store::ObjectStore;
use namidb_core::object_store::layers::Counts;
use namidb_core::residency::CacheStats;
use namidb_core::uri::{OpenMode, Uri};
use namidb_core::{ErrorCode, Seq};
use namidb_cypher::Params;
use namidb_cypher::exec::CancelToken;
use namidb_cypher::explain::{Explanation, Plan};
use namidb_cypher::functions::UserFunction;
use namidb_cypher::functions::procedures::Procedure;
use namidb_cypher::logical::{StatementKind, Touched};
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;

/// A namespace of a store, open. Clones are the same database; all of it may be used from many threads and tasks.
///
/// Statements of the asynchronous calls run on a pool of threads of their own, so they hold up no executor.
/// [`blocking::Database`] runs them on the calling thread.
///
/// ```
/// # use namidb::{Database, params};
/// # async fn example() -> namidb::Result<()> {
/// let database = Database::open("memory://demo").await?;
/// database.cypher("CREATE (:Person {name: $name, age: 36})", params! { "name" => "Ada" }).await?;
/// let result = database.cypher("MATCH (p:Person) RETURN p.name AS name, p.age AS age", ()).await?;
/// assert_eq!(result.columns().len(), 2);
/// assert_eq!(result.single()?.get("name"), Some("Ada".into()));
/// # Ok(())
/// # }
/// # namidb::blocking::wait_for(example()).unwrap().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Database {
    handle: Arc<Handle>,
}

/// What is known of a statement before it runs.
#[derive(Clone, Debug)]
pub struct QueryContract {
    /// What it does to the graph.
    pub kind: StatementKind,
    /// The columns of its result, in order.
    pub columns: Vec<ColumnContract>,
    /// The parameters that it needs.
    pub parameters: Vec<Arc<str>>,
    /// The labels, types and property keys that it reads and writes by.
    pub touched: Touched,
}

/// What is known of a column before a statement runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ColumnContract {
    /// Its name.
    pub name: Arc<str>,
    /// The Cypher type of its values, which may be null as well; `ANY` where that is only known when it runs.
    pub type_name: &'static str,
}

impl Database {
    /// Opens the database that a URI names, and makes it if it is not there.
    ///
    /// # Errors
    /// `InvalidUri` if the URI is malformed, or nothing opens its scheme; otherwise what the store answers.
    pub async fn open(uri: impl AsRef<str>) -> Result<Database> {
        OpenOptions::new().open(uri).await
    }

    /// How else to open one.
    pub fn builder() -> OpenOptions {
        OpenOptions::new()
    }

    pub(crate) async fn open_uri(uri: Uri, storage: StorageOptions, options: Resolved) -> Result<Database> {
        Ok(Database { handle: Arc::new(Handle::open_uri(uri, storage, options).await?) })
    }

    pub(crate) async fn open_over(
        store: Arc<dyn ObjectStore>,
        uri: Uri,
        storage: StorageOptions,
        options: Resolved,
    ) -> Result<Database> {
        Ok(Database { handle: Arc::new(Handle::open_over(store, uri, storage, options).await?) })
    }

    pub(crate) async fn open_in(
        store: Arc<dyn ObjectStore>,
        prefix: &str,
        options: Resolved,
    ) -> Result<Database> {
        Ok(Database { handle: Arc::new(Handle::open_in(store, prefix, options).await?) })
    }

    /// The same database for threads that may block.
    pub fn blocking(&self) -> blocking::Database {
        blocking::Database::new(self.clone())
    }

    pub(crate) fn opened(&self) -> Result<Arc<Opened>> {
        self.handle.opened()
    }

    /// Ends the database for all clones; gives the engine that is to be closed.
    pub(crate) fn end(&self) -> Option<Arc<Opened>> {
        self.handle.close()
    }

    pub(crate) fn writable(&self) -> Result<Arc<Opened>> {
        let opened = self.opened()?;
        opened.check_writable(false)?;
        Ok(opened)
    }

    /// Runs one statement; what it writes is durable when it returns.
    ///
    /// # Errors
    /// Those of the statement, with the place in its text; those of the store.
    ///
    /// # Cancel safety
    /// If the future is dropped, the statement stops. What it writes may still be committed, if it had got so far.
    pub async fn cypher(&self, text: &str, params: impl Into<Params>) -> Result<QueryResult> {
        self.cypher_with(text, params, &QueryOptions::default()).await
    }

    /// As [`Database::cypher`], with options.
    ///
    /// With [`QueryOptions::token`] a write is done once, however often and by whomever it is asked for: a repetition changes
    /// nothing, and gives what the first gave: its counters, its sequence number, and its rows, if they take at most 1,024
    /// bytes ([`Summary::rows_kept`](crate::Summary::rows_kept)); nodes and relationships in them are as they are now. The newest
    /// 65,536 tokens of a database are remembered, in the log and in its checkpoints.
    ///
    /// ```
    /// # use namidb::{QueryOptions, blocking::Database};
    /// # let database = Database::open("memory://demo")?;
    /// let once = QueryOptions { token: Some("order 17".into()), ..QueryOptions::default() };
    /// for repeated in [false, true] {
    ///     let result = database.cypher_with("CREATE (o:Order {n: 17}) RETURN o.n AS n", (), &once)?;
    ///     assert_eq!((result.scalar()?, result.counters().nodes_created), (17.into(), 1));
    ///     assert_eq!(result.summary().repeated, repeated);
    /// }
    /// assert_eq!(database.latest()?.view().node_count(), 1);
    /// # Ok::<(), namidb::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Database::cypher`]; `InvalidArgument` if something else was committed under the token.
    pub async fn cypher_with(
        &self,
        text: &str,
        params: impl Into<Params>,
        options: &QueryOptions,
    ) -> Result<QueryResult> {
        let opened = self.opened()?;
        let (text, params) = (Arc::<str>::from(text), params.into());
        let options = options.for_one_call();
        let cancel = options.cancel.clone();
        runtime::computing(cancel, move || query::run(&opened, &text, params, &options)).await
    }

    /// The plan of a statement with its estimates. Nothing runs. With PROFILE in the statement, or
    /// [`QueryOptions::profile`], it runs, and [`QueryResult::plan`] also tells what each operator did.
    ///
    /// ```
    /// # use namidb::blocking::Database;
    /// # let database = Database::open("memory://demo")?;
    /// let plan = database.explain("MATCH (p:Person)-[:KNOWS]->(q) RETURN q.name")?;
    /// assert_eq!(plan.operator, "Project");
    /// assert_eq!(plan.lines().len(), 4);
    /// println!("{plan}");
    /// # Ok::<(), namidb::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the statement's text.
    pub fn explain(&self, text: &str) -> Result<Plan> {
        let opened = self.opened()?;
        let latest = opened.engine.latest();
        let statement = opened.plans.plan(text, latest.state());
        let statement = statement.map_err(|error| Error::of_query(error, text))?;
        Ok(match &statement.explanation {
            Explanation::Plan(plan) => Plan::clone(plan),
            Explanation::None | Explanation::Profile => statement.explain(latest.state()),
        })
    }

    /// Adds a procedure that statements of this database may CALL, in this process; one of the same name that was added
    /// before goes.
    ///
    /// ```
    /// # use namidb::{blocking::Database, procedures::{ProcedureSignature, TypeSet, procedure}};
    /// # let database = Database::open("memory://demo")?;
    /// let signature = ProcedureSignature::new("my.twice", "A number, doubled.")
    ///     .takes("number", TypeSet::INTEGER)
    ///     .gives("result", TypeSet::INTEGER);
    /// database.register_procedure(procedure(signature, |arguments, _| {
    ///     Ok(vec![vec![arguments[0].as_integer().map(|n| n * 2).into()]])
    /// }))?;
    /// let result = database.cypher("UNWIND [1, 2] AS n CALL my.twice(n) YIELD result RETURN sum(result) AS s", ())?;
    /// assert_eq!(result.scalar()?, 6.into());
    /// # Ok::<(), namidb::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Argument` if it has the name of a built-in procedure.
    pub fn register_procedure(&self, procedure: Arc<dyn Procedure>) -> Result<()> {
        let name = Arc::clone(&procedure.signature().name);
        self.opened()?.plans.register(procedure).map_err(|error| Error::of_query(error, &name))
    }

    /// Adds a function that statements may call. Whoever else has this database open has to add it too.
    ///
    /// ```
    /// # use namidb::{blocking::Database, functions::{FunctionSignature, TypeSet, function}};
    /// # let database = Database::open("memory://demo-function")?;
    /// let signature = FunctionSignature::new("my.twice", "A number, doubled.")
    ///     .takes("number", TypeSet::INTEGER)
    ///     .gives(TypeSet::INTEGER)
    ///     .deterministic();
    /// database.register_function(function(signature, |arguments, _| {
    ///     Ok(arguments[0].as_integer().map(|n| n * 2).into())
    /// }))?;
    /// let result = database.cypher("UNWIND [1, 2] AS n RETURN sum(my.twice(n)) AS s", ())?;
    /// assert_eq!(result.scalar()?, 6.into());
    /// # Ok::<(), namidb::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Argument` if it has the name of a built-in function.
    pub fn register_function(&self, function: Arc<dyn UserFunction>) -> Result<()> {
        let name = Arc::clone(&function.signature().name);
        self.opened()?.plans.register_function(function).map_err(|error| Error::of_query(error, &name))
    }

    /// What a statement is: its kind, its columns, the parameters that it needs. Nothing runs.
    ///
    /// # Errors
    /// Those of the statement's text.
    pub fn describe(&self, text: &str) -> Result<QueryContract> {
        let opened = self.opened()?;
        let statement = opened.plans.plan(text, opened.engine.latest().state());
        let statement = statement.map_err(|error| Error::of_query(error, text))?;
        Ok(QueryContract {
            kind: statement.kind,
            columns: statement
                .columns
                .iter()
                .zip(&statement.column_types)
                .map(|((name, _), types)| ColumnContract { name: Arc::clone(name), type_name: types.name() })
                .collect(),
            parameters: statement.parameters.clone(),
            touched: statement.touched(),
        })
    }

    /// A place to stage rows, to be committed together.
    pub fn batch(&self) -> Batch {
        Batch::new(self.clone())
    }

    /// Begins a transaction on a snapshot that is fresh enough.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn begin(&self) -> Result<Transaction> {
        self.begin_with(&TransactionOptions::default()).await
    }

    /// As [`Database::begin`], with options.
    ///
    /// # Errors
    /// As [`Database::begin`].
    pub async fn begin_with(&self, options: &TransactionOptions) -> Result<Transaction> {
        let opened = self.opened()?;
        let begun = Arc::clone(&opened);
        let transaction = runtime::requests(async move { Ok(begun.engine.begin().await?) }).await?;
        Ok(Transaction::new(blocking::Transaction::new(opened, transaction, options)))
    }

    /// Runs `work` in a transaction and commits it; again from the beginning, if that fails in a way that can be retried.
    ///
    /// # Errors
    /// Those of `work` and of the commit that cannot be retried, or that were the last.
    pub async fn run<T>(
        &self,
        retry: Retry,
        work: impl AsyncFnMut(&mut Transaction) -> Result<T>,
    ) -> Result<T> {
        let done = self.attempt(retry, None, work).await?;
        done.ok_or_else(|| Error::new(ErrorCode::Internal, "a transaction without a token was done before"))
    }

    /// As [`Database::run`], once under a token: none if a transaction was committed under it before, by whomever. `work` is
    /// not called then, unless that happens meanwhile; what it does has no effect in any case.
    ///
    /// The newest 65,536 tokens of a database are remembered.
    ///
    /// # Errors
    /// As [`Database::run`]; `InvalidArgument` if something else was committed under the token.
    pub async fn run_once<T>(
        &self,
        retry: Retry,
        token: &str,
        work: impl AsyncFnMut(&mut Transaction) -> Result<T>,
    ) -> Result<Option<T>> {
        self.attempt(retry, Some(token), work).await
    }

    /// Runs `work` until it is committed; none if that was before, under the token.
    async fn attempt<T>(
        &self,
        retry: Retry,
        token: Option<&str>,
        mut work: impl AsyncFnMut(&mut Transaction) -> Result<T>,
    ) -> Result<Option<T>> {
        let runtime = Arc::clone(&self.opened()?.runtime);
        let mut attempts = Attempts::new(retry, &*runtime);
        loop {
            let mut transaction = self.begin().await?;
            if let Some(token) = token
                && transaction.committed_before(token).await?.is_some()
            {
                return Ok(None);
            }
            let failed = match work(&mut transaction).await {
                Ok(value) => {
                    let committed = match token {
                        None => transaction.commit().await.map(|_| false),
                        Some(token) => transaction.commit_once(token).await.map(|(_, before)| before),
                    };
                    match committed {
                        Ok(before) => return Ok((!before).then_some(value)),
                        Err(error) => error,
                    }
                }
                Err(error) => error,
            };
            match attempts.pause(&*runtime).filter(|_| failed.is_retryable()) {
                Some(pause) => runtime.sleep(pause).await,
                None => return Err(failed),
            }
        }
    }

    /// A view that stays as it is, fresh enough now.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        let opened = self.opened()?;
        let taken = Arc::clone(&opened);
        let snapshot = runtime::requests(async move { Ok(taken.engine.snapshot().await?) }).await?;
        Ok(Snapshot { opened, snapshot })
    }

    /// A view of the newest commit that this process knows of. Makes no request.
    ///
    /// # Errors
    /// `Closed` in a forked process whose database was in memory.
    pub fn latest(&self) -> Result<Snapshot> {
        let opened = self.opened()?;
        let snapshot = opened.engine.latest();
        Ok(Snapshot { opened, snapshot })
    }

    /// Looks at the log now, however fresh the last look; gives the newest commit.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn refresh(&self) -> Result<Seq> {
        let opened = self.opened()?;
        runtime::requests(async move { Ok(opened.engine.refresh().await?.seq()) }).await
    }

    /// Reads what is fresh enough.
    async fn read<R>(&self, work: impl Fn(StateView<'_>) -> R) -> Result<R> {
        let mut rereads = Rereads::default();
        loop {
            match self.snapshot().await?.read(&work).await {
                Err(error) if rereads.again(&error) => {}
                other => return other,
            }
        }
    }

    /// The node with this public id, if it has the label.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn lookup_node(&self, label: &str, id: &Uuid) -> Result<Option<Node>> {
        self.read(|view| view.lookup_node(label, id)).await
    }

    /// The nodes with a label, in the order of their creation.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn scan_label(&self, label: &str) -> Result<Vec<Node>> {
        self.read(|view| view.scan_label(label).collect()).await
    }

    /// The relationships of a type, in the order of their creation.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn scan_edge_type(&self, rel_type: &str) -> Result<Vec<Relationship>> {
        self.read(|view| view.scan_edge_type(rel_type).collect()).await
    }

    /// The relationships of a type that start at a node.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn out_edges(&self, rel_type: &str, source: &Uuid) -> Result<Vec<Relationship>> {
        self.read(|view| view.out_edges(rel_type, source)).await
    }

    /// The relationships of a type that end at a node.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn in_edges(&self, rel_type: &str, target: &Uuid) -> Result<Vec<Relationship>> {
        self.read(|view| view.in_edges(rel_type, target)).await
    }

    /// The names with their counts, and the definitions of indexes and constraints.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn schema(&self) -> Result<Schema> {
        self.read(|view| view.schema()).await
    }

    /// Writes a checkpoint of what is committed. Durability does not need it; opening becomes quicker.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn flush(&self) -> Result<FlushReport> {
        let opened = self.opened()?;
        runtime::requests(async move { Ok(opened.engine.flush().await?) }).await
    }

    /// Writes a checkpoint, merges all that checkpoints have written into one run, and deletes what is dead. That happens by
    /// itself where it is worth it; this gives the smallest bucket and the quickest scans that there can be now.
    ///
    /// # Errors
    /// What the store answers; `Corruption` if something that was written cannot be read.
    pub async fn compact(&self) -> Result<CompactionReport> {
        let opened = self.opened()?;
        runtime::requests(async move { Ok(opened.engine.compact().await?) }).await
    }

    /// Reads everything that is durable, past every cache, and compares it with all that it must agree with. What cannot be
    /// opened is verified by [`OpenOptions::verify`].
    ///
    /// # Errors
    /// What the store answers. What is damaged is no error, but in the report.
    pub async fn verify(&self) -> Result<VerifyReport> {
        let opened = self.opened()?;
        runtime::requests(async move { Ok(opened.engine.verify().await?) }).await
    }

    /// As [`Database::verify`], without reading the blocks that the graph lies in: quick, and blind for what is damaged inside
    /// one.
    ///
    /// # Errors
    /// As [`Database::verify`].
    pub async fn verify_shallow(&self) -> Result<VerifyReport> {
        let opened = self.opened()?;
        runtime::requests(async move { Ok(opened.engine.verify_shallow().await?) }).await
    }

    /// Copies what is committed now to another namespace, in whatever store: consistent, while others write. There must be no
    /// database yet; the copy is one of its own, to be opened by the URI. `options` are those of its backend.
    ///
    /// # Errors
    /// `InvalidArgument` if there is a database; `InvalidUri`; otherwise what the stores answer.
    pub async fn backup(&self, uri: impl AsRef<str>, options: StorageOptions) -> Result<BackupReport> {
        let opened = self.opened()?;
        let uri = parse_uri(uri.as_ref())?;
        let copied = async move {
            let store = connect::open_store(&uri, OpenMode::OpenOrCreate, &options).await?;
            Ok(opened.engine.backup(store, path(&uri.namespace_prefix())?).await?)
        };
        runtime::requests(copied).await
    }

    /// Writes what is committed now to one file, to be carried elsewhere: see [`blocking::Database::snapshot_to`].
    ///
    /// # Errors
    /// As there.
    pub async fn snapshot_to(&self, path: impl Into<PathBuf>) -> Result<SnapshotMeta> {
        let (path, cancel) = (path.into(), CancelToken::new());
        let database = self.blocking().cancelled_by(cancel.clone());
        runtime::computing(cancel, move || database.snapshot_to(path)).await
    }

    /// Opens the database that a URI names, with what is in a snapshot file: see [`blocking::Database::from_snapshot`].
    ///
    /// # Errors
    /// As there.
    pub async fn from_snapshot(path: impl Into<PathBuf>, uri: impl Into<String>) -> Result<Database> {
        let (path, uri, cancel) = (path.into(), uri.into(), CancelToken::new());
        let stop = cancel.clone();
        let restored = move || {
            let mut file = snapshot_file::open(&path)?;
            blocking::Database::read_snapshot(&mut file, uri, OpenOptions::new(), stop)
        };
        Ok(runtime::computing(cancel, restored).await?.asynchronous())
    }

    /// Waits for commits in flight, and releases everything. Every later call fails; closing twice is fine.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn close(&self) -> Result<()> {
        let Some(opened) = self.end() else { return Ok(()) };
        runtime::requests(async move { Ok(opened.engine.close().await?) }).await
    }

    /// What the store was asked, by this database in this process.
    ///
    /// # Errors
    /// `Closed` in a forked process whose database was in memory.
    pub fn request_counts(&self) -> Result<Counts> {
        Ok(self.opened()?.engine.request_counts())
    }

    /// What of the graph is in memory, and what became of the chunks that were fetched.
    ///
    /// # Errors
    /// `Closed` in a forked process whose database was in memory.
    pub fn cache_stats(&self) -> Result<CacheStats> {
        Ok(self.opened()?.engine.cache_stats())
    }

    /// What became of the commits of this database in this process.
    ///
    /// # Errors
    /// `Closed` in a forked process whose database was in memory.
    pub fn commit_metrics(&self) -> Result<CommitMetrics> {
        Ok(self.opened()?.engine.commit_metrics())
    }

    /// What the database is, and where it stands.
    ///
    /// # Errors
    /// `Closed` in a forked process whose database was in memory.
    pub fn info(&self) -> Result<Info> {
        Ok(self.opened()?.engine.info())
    }

    /// The URI that it was opened by; none if it was opened in a store of the program. Its text holds no values of
    /// options, so it is safe to log.
    pub fn uri(&self) -> Option<&Uri> {
        match &self.handle.source {
            Source::Uri(uri, _) => Some(uri),
            Source::Store(_) => None,
        }
    }

    /// The path of the namespace in its store.
    pub fn namespace_prefix(&self) -> String {
        match &self.handle.source {
            Source::Uri(uri, _) => uri.namespace_prefix(),
            Source::Store(prefix) => prefix.to_string(),
        }
    }
}
