//! The database for threads that may block.
//!
//! Statements run on the calling thread; only the store is waited for. A call that waits looks at its
//! [`CancelToken`] every 30 ms, and so does a statement that runs, more often. The runtime behind it belongs to the
//! process, so a call may come from any thread, that of another asynchronous runtime included.

use crate::backend::StorageOptions;
use crate::batch::write_once;
use crate::chunks;
use crate::clear::Clear;
use crate::entity::{Node, Relationship};
use crate::error::{Error, Result};
use crate::once;
use crate::opened::Opened;
use crate::options::{OpenOptions, QueryOptions, TransactionOptions};
use crate::query::{self, stopped_error};
use crate::reread::on_newest;
use crate::result::{QueryResult, Summary};
use crate::retry::{Attempts, Retry};
use crate::runtime::{self, no_panic};
use crate::schema::Schema;
use crate::snapshot::Snapshot;
use crate::stream::RowStream;
use crate::view::View;
use namidb_core::engine::{self, BackupReport, CompactionReport, FlushReport, Once, VerifyReport};
use namidb_core::graph::{CommitToken, Remembered};
use namidb_core::residency::collect;
use namidb_core::transaction::{Answer, Counters, StagedBatch};
use namidb_core::{ErrorCode, Outcome, Seq};
use namidb_cypher::Params;
use namidb_cypher::exec::CancelToken;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// A namespace of a store, open, for threads that may block. Clones are the same database.
///
/// ```
/// use namidb::{blocking::Database, params};
///
/// let database = Database::open("memory://demo")?;
/// database.cypher("CREATE (:Person {name: $name})", params! { "name" => "Ada" })?;
/// assert_eq!(database.cypher("MATCH (p:Person) RETURN count(*) AS n", ())?.scalar()?, 1.into());
/// # Ok::<(), namidb::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Database {
    database: crate::Database,
    cancel: CancelToken,
}

/// What waits for nothing is the same for everybody.
impl Deref for Database {
    type Target = crate::Database;

    fn deref(&self) -> &crate::Database {
        &self.database
    }
}

/// Runs a future to its end on this thread.
///
/// # Errors
/// `Internal` if the system gives no threads.
pub fn wait_for<T>(future: impl Future<Output = T>) -> Result<T> {
    runtime::wait(&CancelToken::new(), None, future)?
        .map_err(|_| Error::new(ErrorCode::Internal, "a call was stopped that nobody can stop"))
}

/// Waits for the store on this thread; `outcome` is that of a write that is not waited for to its end.
fn wait<T>(
    cancel: &CancelToken,
    outcome: Outcome,
    future: impl Future<Output = namidb_core::Result<T>>,
) -> Result<T> {
    no_panic(|| {
        runtime::wait(cancel, None, future)?
            .map_err(|stopped| stopped_error(stopped, outcome))?
            .map_err(Error::from)
    })
}

impl Database {
    /// As [`Database::open_with`], for a caller that may give up meanwhile.
    ///
    /// # Errors
    /// As [`Database::open`]; `Cancelled` if it was.
    pub fn open_cancelled_by(
        uri: impl AsRef<str>,
        options: OpenOptions,
        cancel: CancelToken,
    ) -> Result<Database> {
        let opened = runtime::wait(&cancel, None, options.open(uri))?;
        let stopped = |stopped| stopped_error(stopped, Outcome::NotApplied);
        Ok(Database::new(opened.map_err(stopped)??))
    }

    pub(crate) fn new(database: crate::Database) -> Database {
        Database { database, cancel: CancelToken::new() }
    }

    /// Opens the database that a URI names, and makes it if it is not there.
    ///
    /// # Errors
    /// `InvalidUri` if the URI is malformed, or nothing opens its scheme; otherwise what the store answers.
    pub fn open(uri: impl AsRef<str>) -> Result<Database> {
        Database::open_with(uri, OpenOptions::new())
    }

    /// As [`Database::open`], with options.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn open_with(uri: impl AsRef<str>, options: OpenOptions) -> Result<Database> {
        Database::open_cancelled_by(uri, options, CancelToken::new())
    }

    /// The same database, whose calls stop when this token is cancelled, unless they are given another one.
    #[must_use]
    pub fn cancelled_by(&self, cancel: CancelToken) -> Database {
        Database { database: self.database.clone(), cancel }
    }

    /// The same database for asynchronous callers.
    pub fn asynchronous(&self) -> crate::Database {
        self.database.clone()
    }

    /// Runs one statement on this thread; what it writes is durable when it returns.
    ///
    /// # Errors
    /// Those of the statement, with the place in its text; those of the store.
    pub fn cypher(&self, text: &str, params: impl Into<Params>) -> Result<QueryResult> {
        let options = QueryOptions { cancel: self.cancel.clone(), ..QueryOptions::default() };
        self.cypher_with(text, params, &options)
    }

    /// As [`Database::cypher`], with options.
    ///
    /// # Errors
    /// As [`Database::cypher`].
    pub fn cypher_with(
        &self,
        text: &str,
        params: impl Into<Params>,
        options: &QueryOptions,
    ) -> Result<QueryResult> {
        query::run(&*self.opened()?, text, params.into(), options)
    }

    /// Runs a statement that reads, and gives its rows while they are made: at most `batch_rows` at a time, and never more
    /// than a few pieces in memory.
    ///
    /// # Errors
    /// Those of the statement's text; `InvalidArgument` for one that writes.
    pub fn stream(
        &self,
        text: &str,
        params: impl Into<Params>,
        options: &QueryOptions,
        batch_rows: usize,
    ) -> Result<RowStream> {
        RowStream::begin(self.opened()?, text, params.into(), options, batch_rows)
    }

    /// Runs a statement that writes once for each of many parameters: one plan, one commit, all or nothing.
    ///
    /// # Errors
    /// As [`Database::cypher`]; `InvalidArgument` for a statement that only reads.
    pub fn cypher_many(&self, text: &str, bindings: Vec<Params>, options: &QueryOptions) -> Result<Summary> {
        query::run_many(&*self.opened()?, text, bindings, options)
    }

    /// Deletes every node, relationship, constraint and index, in one commit; tells how many those were.
    ///
    /// # Errors
    /// What the store answers.
    pub fn clear(&self) -> Result<Counters> {
        let opened = self.database.writable()?;
        let work = Clear::new(self.cancel.clone());
        Ok(wait(&self.cancel, Outcome::Unknown, opened.engine.write(work))?.work.counters)
    }

    /// A place to stage rows, to be committed together.
    pub fn batch(&self) -> Batch {
        Batch { batch: self.database.batch(), cancel: self.cancel.clone() }
    }

    /// Begins a transaction on a snapshot that is fresh enough.
    ///
    /// # Errors
    /// What the store answers.
    pub fn begin(&self) -> Result<Transaction> {
        self.begin_with(&TransactionOptions::default())
    }

    /// As [`Database::begin`], with options.
    ///
    /// ```
    /// # use namidb::{ErrorCode, TransactionOptions, blocking::Database};
    /// # let database = Database::open("memory://demo")?;
    /// let mut reading = database.begin_with(&TransactionOptions { read_only: true, ..Default::default() })?;
    /// assert_eq!(reading.cypher("RETURN 1", ())?.scalar()?, 1.into());
    /// assert_eq!(reading.cypher("CREATE (:A)", ()).unwrap_err().code(), ErrorCode::ReadOnly);
    /// # Ok::<(), namidb::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Database::begin`].
    pub fn begin_with(&self, options: &TransactionOptions) -> Result<Transaction> {
        let opened = self.opened()?;
        let transaction = wait(&self.cancel, Outcome::NotApplied, opened.engine.begin())?;
        Ok(Transaction { cancel: self.cancel.clone(), ..Transaction::new(opened, transaction, options) })
    }

    /// Runs `work` in a transaction and commits it; again from the beginning, if that fails in a way that can be retried.
    ///
    /// # Errors
    /// Those of `work` and of the commit that cannot be retried, or that were the last.
    pub fn run<T>(&self, retry: Retry, work: impl FnMut(&mut Transaction) -> Result<T>) -> Result<T> {
        let done = self.attempt(retry, None, work)?;
        done.ok_or_else(|| Error::new(ErrorCode::Internal, "a transaction without a token was done before"))
    }

    /// As [`Database::run`], once under a token: none if a transaction was committed under it before, by whomever. `work` is
    /// not called then, unless that happens meanwhile; what it does has no effect in any case.
    ///
    /// The newest 65,536 tokens of a database are remembered.
    ///
    /// ```
    /// # use namidb::{Retry, blocking::Database};
    /// # let database = Database::open("memory://demo")?;
    /// let pay = || database.run_once(Retry::default(), "order 17", |tx| {
    ///     Ok(tx.cypher("CREATE (p:Payment {amount: 5}) RETURN p.amount", ())?.scalar()?)
    /// });
    /// assert_eq!(pay()?, Some(5.into()));
    /// assert_eq!(pay()?, None);
    /// assert_eq!(database.latest()?.view().node_count(), 1);
    /// # Ok::<(), namidb::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Database::run`]; `InvalidArgument` if something else was committed under the token.
    pub fn run_once<T>(
        &self,
        retry: Retry,
        token: &str,
        work: impl FnMut(&mut Transaction) -> Result<T>,
    ) -> Result<Option<T>> {
        self.attempt(retry, Some(token), work)
    }

    /// Runs `work` until it is committed; none if that was before, under the token.
    fn attempt<T>(
        &self,
        retry: Retry,
        token: Option<&str>,
        mut work: impl FnMut(&mut Transaction) -> Result<T>,
    ) -> Result<Option<T>> {
        let runtime = Arc::clone(&self.opened()?.runtime);
        let mut attempts = Attempts::new(retry, &*runtime);
        loop {
            let mut transaction = self.begin()?;
            if let Some(token) = token
                && transaction.committed_before(token)?.is_some()
            {
                return Ok(None);
            }
            let failed = match work(&mut transaction) {
                Ok(value) => {
                    let committed = match token {
                        None => transaction.commit().map(|_| false),
                        Some(token) => transaction.commit_once(token).map(|(_, before)| before),
                    };
                    match committed {
                        Ok(before) => return Ok((!before).then_some(value)),
                        Err(error) => error,
                    }
                }
                Err(error) => {
                    transaction.rollback();
                    error
                }
            };
            match attempts.pause(&*runtime).filter(|_| failed.is_retryable()) {
                Some(pause) => {
                    let slept = async {
                        runtime.sleep(pause).await;
                        Ok(())
                    };
                    wait(&self.cancel, Outcome::NotApplied, slept)?;
                }
                None => return Err(failed),
            }
        }
    }

    /// A view that stays as it is, fresh enough now.
    ///
    /// # Errors
    /// What the store answers.
    pub fn snapshot(&self) -> Result<Snapshot> {
        let opened = self.opened()?;
        let snapshot = wait(&self.cancel, Outcome::NotApplied, opened.engine.snapshot())?;
        Ok(Snapshot { opened, snapshot })
    }

    /// Looks at the log now, however fresh the last look; gives the newest commit.
    ///
    /// # Errors
    /// What the store answers.
    pub fn refresh(&self) -> Result<Seq> {
        let opened = self.opened()?;
        Ok(wait(&self.cancel, Outcome::NotApplied, opened.engine.refresh())?.seq())
    }

    /// Reads what is fresh enough.
    fn read<T>(&self, work: impl Fn(View<'_>) -> Result<T>) -> Result<T> {
        on_newest(|| work(self.snapshot()?.view()))
    }

    /// The names with their counts, and the definitions of indexes and constraints.
    ///
    /// # Errors
    /// What the store answers.
    pub fn schema(&self) -> Result<Schema> {
        self.read(|view| view.schema())
    }

    /// The node with this public id, if it has the label.
    ///
    /// # Errors
    /// What the store answers.
    pub fn lookup_node(&self, label: &str, id: &Uuid) -> Result<Option<Node>> {
        self.read(|view| view.lookup_node(label, id))
    }

    /// The nodes with a label, in the order of their creation.
    ///
    /// # Errors
    /// What the store answers.
    pub fn scan_label(&self, label: &str) -> Result<Vec<Node>> {
        self.read(|view| view.scan_label(label))
    }

    /// The relationships of a type, in the order of their creation.
    ///
    /// # Errors
    /// What the store answers.
    pub fn scan_edge_type(&self, rel_type: &str) -> Result<Vec<Relationship>> {
        self.read(|view| view.scan_edge_type(rel_type))
    }

    /// The relationships of a type that start at a node.
    ///
    /// # Errors
    /// What the store answers.
    pub fn out_edges(&self, rel_type: &str, source: &Uuid) -> Result<Vec<Relationship>> {
        self.read(|view| view.out_edges(rel_type, source))
    }

    /// The relationships of a type that end at a node.
    ///
    /// # Errors
    /// What the store answers.
    pub fn in_edges(&self, rel_type: &str, target: &Uuid) -> Result<Vec<Relationship>> {
        self.read(|view| view.in_edges(rel_type, target))
    }

    /// Writes a checkpoint of what is committed. Durability does not need it; opening becomes quicker.
    ///
    /// # Errors
    /// What the store answers.
    pub fn flush(&self) -> Result<FlushReport> {
        wait(&self.cancel, Outcome::NotApplied, self.opened()?.engine.flush())
    }

    /// Writes a checkpoint, merges all that checkpoints have written into one run, and deletes what is dead. That happens by
    /// itself where it is worth it; this gives the smallest bucket and the quickest scans that there can be now.
    ///
    /// # Errors
    /// What the store answers; `Corruption` if something that was written cannot be read.
    pub fn compact(&self) -> Result<CompactionReport> {
        wait(&self.cancel, Outcome::NotApplied, self.opened()?.engine.compact())
    }

    /// Reads everything that is durable, past every cache, and compares it with all that it must agree with.
    ///
    /// # Errors
    /// What the store answers. What is damaged is no error, but in the report.
    pub fn verify(&self) -> Result<VerifyReport> {
        wait(&self.cancel, Outcome::NotApplied, self.opened()?.engine.verify())
    }

    /// As [`Database::verify`], without reading the blocks that the graph lies in: quick, and blind for what is damaged inside
    /// one.
    ///
    /// # Errors
    /// As [`Database::verify`].
    pub fn verify_shallow(&self) -> Result<VerifyReport> {
        wait(&self.cancel, Outcome::NotApplied, self.opened()?.engine.verify_shallow())
    }

    /// Copies what is committed now to another namespace: see [`crate::Database::backup`].
    ///
    /// ```
    /// # use namidb::{StorageOptions, blocking::Database};
    /// # let database = Database::open("memory://demo")?;
    /// database.cypher("CREATE (:Person {name: 'Ada'})", ())?;
    /// let copied = database.backup("memory://copy?shared=true", StorageOptions::new())?;
    /// assert_eq!(Database::open("memory://copy?shared=true")?.latest()?.seq(), copied.seq);
    /// # Ok::<(), namidb::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`crate::Database::backup`].
    pub fn backup(&self, uri: impl AsRef<str>, options: StorageOptions) -> Result<BackupReport> {
        let copied = runtime::wait(&self.cancel, None, self.database.backup(uri, options))?;
        copied.map_err(|stopped| stopped_error(stopped, Outcome::NotApplied))?
    }

    /// Waits for commits in flight, and releases everything. Every later call fails; closing twice is fine.
    ///
    /// # Errors
    /// What the store answers.
    pub fn close(&self) -> Result<()> {
        let Some(opened) = self.database.end() else { return Ok(()) };
        wait(&self.cancel, Outcome::NotApplied, opened.engine.close())
    }

    /// Runs `work` on a thread for queries and gives what it came to to `done`, there. `work` gets this
    /// database, whose calls stop when the job is cancelled: what coroutines of other languages are built on.
    ///
    /// # Errors
    /// `Internal` if the system gives no threads.
    pub fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database) -> Result<T> + Send + 'static,
        done: impl FnOnce(Result<T>) + Send + 'static,
    ) -> Result<Job> {
        let callers = self.cancel.clone();
        let cancel = CancelToken::with_poll(move || callers.is_cancelled());
        let database = self.cancelled_by(cancel.clone());
        runtime::handle()?.spawn_blocking(move || done(no_panic(|| work(&database))));
        Ok(Job { cancel })
    }
}

/// Work that was submitted.
#[derive(Clone, Debug)]
pub struct Job {
    cancel: CancelToken,
}

impl Job {
    /// Makes the work fail with `Cancelled` at its next look, within 30 ms. `done` is called nevertheless.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }
}

/// Staged rows, to be committed together: see [`crate::Batch`].
#[derive(Clone, Debug)]
pub struct Batch {
    batch: crate::Batch,
    cancel: CancelToken,
}

impl Deref for Batch {
    type Target = crate::Batch;

    fn deref(&self) -> &crate::Batch {
        &self.batch
    }
}

impl DerefMut for Batch {
    fn deref_mut(&mut self) -> &mut crate::Batch {
        &mut self.batch
    }
}

impl Batch {
    /// Commits what is staged, durably, and leaves the batch empty. Gives the commit's sequence number; none if the rows
    /// changed nothing.
    ///
    /// # Errors
    /// As [`crate::Batch::commit`].
    pub fn commit(&mut self) -> Result<Option<Seq>> {
        let Some((opened, rows)) = self.batch.take()? else { return Ok(None) };
        Ok(wait(&self.cancel, Outcome::Unknown, opened.engine.write(rows))?.seq)
    }

    /// As [`Batch::commit`], once under a token.
    ///
    /// # Errors
    /// As [`crate::Batch::commit_once`].
    pub fn commit_once(&mut self, token: &str) -> Result<Option<Seq>> {
        let token = once::token(token)?;
        let Some((opened, rows)) = self.batch.take()? else { return Ok(None) };
        wait(&self.cancel, Outcome::Unknown, write_once(&opened, rows, token)).map(Some)
    }
}

/// Several statements that see one snapshot and each other, and are committed together or not at all.
///
/// The first of two transactions that touch the same commits; the other fails with a conflict that can be
/// retried ([`Database::run`] does). Dropping a transaction rolls it back.
#[derive(Debug)]
pub struct Transaction {
    opened: Arc<Opened>,
    transaction: engine::Transaction,
    cancel: CancelToken,
    read_only: bool,
    /// When it may do nothing any more, by the clock of the process.
    deadline: Option<Duration>,
}

impl Transaction {
    pub(crate) fn new(
        opened: Arc<Opened>,
        transaction: engine::Transaction,
        options: &TransactionOptions,
    ) -> Transaction {
        let deadline = runtime::deadline(&*opened.runtime, options.timeout);
        let read_only = options.read_only;
        Transaction { opened, transaction, cancel: CancelToken::new(), read_only, deadline }
    }

    /// How long it may go on; none without a limit.
    pub(crate) fn remaining(&self) -> Result<Option<Duration>> {
        let Some(deadline) = self.deadline else { return Ok(None) };
        let left = deadline.saturating_sub(self.opened.runtime.monotonic());
        if left.is_zero() {
            return Err(Error::new(ErrorCode::Timeout, "the transaction ran past its deadline"));
        }
        Ok(Some(left))
    }

    /// The same transaction, whose calls stop when this token is cancelled, unless they are given another one.
    #[must_use]
    pub fn cancelled_by(self, cancel: CancelToken) -> Transaction {
        Transaction { cancel, ..self }
    }

    /// Runs a statement in the transaction, on this thread. One that fails leaves nothing behind, and the
    /// transaction goes on.
    ///
    /// # Errors
    /// Those of the statement.
    pub fn cypher(&mut self, text: &str, params: impl Into<Params>) -> Result<QueryResult> {
        let options = QueryOptions { cancel: self.cancel.clone(), ..QueryOptions::default() };
        self.cypher_with(text, params, &options)
    }

    /// As [`Transaction::cypher`], with options.
    ///
    /// # Errors
    /// As [`Transaction::cypher`].
    pub fn cypher_with(
        &mut self,
        text: &str,
        params: impl Into<Params>,
        options: &QueryOptions,
    ) -> Result<QueryResult> {
        let options = QueryOptions {
            timeout: options.timeout.into_iter().chain(self.remaining()?).min(),
            read_only: options.read_only || self.read_only,
            ..options.clone()
        };
        let ran = query::run_in(&self.opened, text, params.into(), self.transaction.changes(), &options);
        self.transaction.lighten();
        ran
    }

    /// Applies staged rows in the transaction. Rows that fail leave nothing behind.
    ///
    /// # Errors
    /// As [`StagedBatch::apply`].
    pub fn apply(&mut self, rows: &StagedBatch) -> Result<()> {
        self.opened.check_writable(self.read_only)?;
        self.remaining()?;
        loop {
            let changes = self.transaction.changes();
            let mark = changes.mark();
            let (applied, misses) = collect(|| no_panic(|| Ok(rows.apply(changes)?)));
            if applied.is_err() || !misses.is_empty() {
                self.transaction.changes().rollback_to(mark);
            }
            if misses.is_empty() {
                return applied;
            }
            chunks::fetch(&self.opened.engine, &misses, &self.cancel)?;
        }
    }

    /// The graph as the transaction sees it.
    pub fn view(&self) -> View<'_> {
        View::new(self.transaction.state(), &self.opened.engine)
    }

    /// Commits. Gives the commit's sequence number; none if nothing was changed.
    ///
    /// # Errors
    /// `Conflict` if another commit changed what this transaction wrote or relied on; otherwise what the store answers.
    pub fn commit(self) -> Result<Option<Seq>> {
        self.remaining()?;
        wait(&self.cancel, Outcome::Unknown, self.transaction.commit())
    }

    /// As [`Transaction::commit`], once under a token: if a transaction was committed under it before, by whomever, this one is
    /// taken for the same and has no effect. Gives the first commit's sequence number, and whether that was before.
    ///
    /// The newest 65,536 tokens of a database are remembered.
    ///
    /// # Errors
    /// As [`Transaction::commit`]; `InvalidArgument` if something else was committed under the token.
    pub fn commit_once(self, token: &str) -> Result<(Seq, bool)> {
        self.remaining()?;
        let cancel = self.cancel.clone();
        wait(&cancel, Outcome::Unknown, self.commit_once_requests(once::token(token)?))
    }

    /// The commit of an earlier transaction under a token, as far as this one sees it: then there is nothing to do.
    ///
    /// # Errors
    /// `InvalidArgument` if something else was committed under the token; otherwise what the store answers.
    pub fn committed_before(&self, token: &str) -> Result<Option<Seq>> {
        let token = once::token(token)?;
        let first = wait(&self.cancel, Outcome::NotApplied, self.transaction.remembered(token))?;
        let seq = |first: Remembered| once::told(&first, once::TRANSACTION).map(|_| first.seq);
        Ok(first.map(seq).transpose()?)
    }

    /// Ends it without any effect.
    pub fn rollback(self) {}

    /// The commit under a token, for a caller that waits otherwise.
    pub(crate) async fn commit_once_requests(
        mut self,
        token: CommitToken,
    ) -> namidb_core::Result<(Seq, bool)> {
        let answer = Answer::new(once::TRANSACTION, self.transaction.changes().counters());
        match self.transaction.commit_once(token, &answer).await? {
            Once::Now(seq) => Ok((seq, false)),
            Once::Before(first) => once::told(&first, once::TRANSACTION).map(|_| (first.seq, true)),
        }
    }

    /// The commit, for a caller that waits otherwise.
    pub(crate) async fn commit_requests(self) -> Result<Option<Seq>> {
        self.remaining()?;
        Ok(self.transaction.commit().await?)
    }
}
