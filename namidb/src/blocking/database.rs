//! The database itself: opening, statements, upkeep, closing.

use super::{Batch, Transaction, wait};
use crate::backend::StorageOptions;
use crate::clear::Clear;
use crate::error::Result;
use crate::options::{OpenOptions, QueryOptions, TransactionOptions};
use crate::query::{self, stopped_error};
use crate::result::{QueryResult, Summary};
use crate::runtime;
use crate::stream::RowStream;
use namidb_core::Outcome;
use namidb_core::engine::{BackupReport, CompactionReport, FlushReport, VerifyReport};
use namidb_core::transaction::Counters;
use namidb_cypher::Params;
use namidb_cypher::exec::CancelToken;
use std::ops::Deref;

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
    pub(super) database: crate::Database,
    pub(super) cancel: CancelToken,
}

/// What waits for nothing is the same for everybody.
impl Deref for Database {
    type Target = crate::Database;

    fn deref(&self) -> &crate::Database {
        &self.database
    }
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
        let options = QueryOptions::cancelled_by(self.cancel.clone());
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
        Ok(Transaction::new(opened, transaction, options).cancelled_by(self.cancel.clone()))
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
}
