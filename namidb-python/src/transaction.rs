//! An explicit transaction.

use crate::client::Client;
use crate::convert::{FromPy, Text, Zones};
use crate::exclusive::{Exclusive, Guard};
use crate::options;
use crate::result::QueryResult;
use crate::running::{Entered, Running};
use crate::runtime;
use crate::staging::StagedRows;
use crate::state::State;
use namidb::{Error, QueryOptions, Result, TransactionOptions, blocking};
use namidb_core::ErrorCode;
use namidb_core::transaction::StagedBatch;
use namidb_cypher::exec::CancelToken;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// Several statements that see one snapshot and each other's writes, and are committed together or not at all.
///
/// The first of two transactions that touch the same commits; the other raises a `ConflictError`. As a context
/// manager it commits at the end of the block, and rolls back if the block raises.
#[pyclass(frozen, subclass, weakref, module = "namidb._namidb")]
pub(crate) struct Transaction {
    stage: Exclusive<Stage>,
    generation: u64,
    zones: Zones,
    decimals_as_floats: bool,
    running: Running,
}

/// How far it has come.
enum Stage {
    /// It counts among the client's until it ends.
    Open(Box<blocking::Transaction>, Entered),
    Committed,
    RolledBack,
    /// The commit failed.
    Failed,
}

impl Stage {
    fn name(&self) -> &'static str {
        match self {
            Stage::Open(..) => "open",
            Stage::Committed => "committed",
            Stage::RolledBack => "rolled_back",
            Stage::Failed => "failed",
        }
    }
}

impl Transaction {
    /// The state, for one thread at a time. Not asked for by a thread that holds the interpreter's lock.
    fn lock(&self) -> Result<Guard<'_, Stage>> {
        if self.generation != runtime::generation() {
            return Err(Error::new(
                ErrorCode::TransactionClosed,
                "the transaction belongs to the process that forked",
            ));
        }
        self.stage.lock()
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
                Stage::Open(transaction, _) => work(transaction, cancel),
                ended => Err(closed(ended.name())),
            }
        })
    }

    /// Commits, and so ends it.
    fn end<T: Send>(
        &self,
        py: Python<'_>,
        commit: impl FnOnce(blocking::Transaction) -> Result<T> + Send,
    ) -> PyResult<T> {
        runtime::call(py, None, |cancel| {
            let mut stage = self.lock()?;
            let (transaction, _counted) = match std::mem::replace(&mut *stage, Stage::Failed) {
                Stage::Open(transaction, counted) => (transaction, counted),
                ended => {
                    let error = closed(ended.name());
                    *stage = ended;
                    return Err(error);
                }
            };
            let committed = commit(transaction.cancelled_by(cancel))?;
            *stage = Stage::Committed;
            Ok(committed)
        })
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
            std::mem::forget(std::mem::replace(&mut self.stage, Exclusive::new(Stage::RolledBack)));
        }
    }
}

#[pymethods]
impl Transaction {
    #[new]
    #[pyo3(signature = (client, *, read_only = false, timeout = None))]
    fn new(
        py: Python<'_>,
        client: &Client,
        read_only: bool,
        timeout: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Transaction> {
        let timeout = timeout.map(|timeout| options::duration("timeout", timeout)).transpose()?;
        let options = TransactionOptions { read_only, timeout };
        let database = client.database(py)?;
        let begun = runtime::call(py, None, |cancel| database.cancelled_by(cancel).begin_with(&options))?;
        let counted = client.transactions().enter(&CancelToken::new());
        Ok(Transaction {
            stage: Exclusive::new(Stage::Open(Box::new(begun), counted)),
            generation: runtime::generation(),
            zones: client.zones(),
            decimals_as_floats: client.decimals_as_floats(),
            running: client.running(),
        })
    }

    /// Runs a statement in the transaction. One that fails leaves nothing behind, and the transaction goes on.
    #[pyo3(signature = (query, params = None, *, timeout = None, read_only = false))]
    fn cypher(
        &self,
        py: Python<'_>,
        query: Text<'_>,
        params: Option<&Bound<'_, PyAny>>,
        timeout: Option<&Bound<'_, PyAny>>,
        read_only: bool,
    ) -> PyResult<QueryResult> {
        let params = FromPy::new(py)?.decimals_as_floats(self.decimals_as_floats).params(params)?;
        let timeout = options::timeout(timeout)?;
        let result = self.with(py, Some(&query), |transaction, cancel| {
            let options = QueryOptions { timeout, read_only, ..QueryOptions::cancelled_by(cancel) };
            transaction.cypher_with(&query, params, &options)
        })?;
        Ok(QueryResult::new(result, query.object(), self.zones))
    }

    #[getter]
    fn _decimals(&self) -> bool {
        self.decimals_as_floats
    }

    fn _stage(&self, py: Python<'_>, rows: &StagedRows) -> PyResult<usize> {
        let rows = rows.take()?;
        self.with(py, None, |transaction, _| {
            let mut batch = StagedBatch::new();
            let staged = rows.stage(&mut batch)?;
            transaction.apply(&batch)?;
            Ok(staged)
        })
    }

    fn _state(&self, py: Python<'_>) -> PyResult<State> {
        self.with(py, None, |transaction, _| Ok(State::new(transaction.view(), self.zones)))
    }

    /// Commits. Gives the sequence number of the commit, or None if nothing was changed.
    ///
    /// Under a `token` it is done once: if a transaction was committed under it before, by whomever, this one is taken for
    /// the same and has no effect, and the first commit's number is given.
    #[pyo3(signature = (*, token = None))]
    fn commit(&self, py: Python<'_>, token: Option<Text<'_>>) -> PyResult<Option<u64>> {
        match token {
            None => Ok(self.end(py, |transaction| transaction.commit())?.map(|seq| seq.0)),
            Some(token) => Ok(Some(self._commit_once(py, token)?.0)),
        }
    }

    /// Commits under a token; gives the sequence number, and whether that was before.
    fn _commit_once(&self, py: Python<'_>, token: Text<'_>) -> PyResult<(u64, bool)> {
        let (seq, before) = self.end(py, |transaction| transaction.commit_once(&token))?;
        Ok((seq.0, before))
    }

    /// Whether this transaction sees one that was committed under a token.
    fn _is_done(&self, py: Python<'_>, token: Text<'_>) -> PyResult<bool> {
        self.with(py, None, |transaction, _| Ok(transaction.committed_before(&token)?.is_some()))
    }

    /// Ends it without any effect. After it has ended otherwise, this does nothing.
    fn rollback(&self, py: Python<'_>) -> PyResult<()> {
        runtime::call(py, None, |_| {
            let mut stage = self.lock()?;
            if matches!(*stage, Stage::Open(..)) {
                *stage = Stage::RolledBack;
            }
            Ok(())
        })
    }

    /// `"open"`, `"committed"`, `"rolled_back"` or, after a commit that failed, `"failed"`.
    ///
    /// >>> client.begin().status
    /// 'open'
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
                self.commit(py, None)?;
            }
            return Ok(());
        }
        self.rollback(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<namidb.Transaction {}>", self.status(py)?))
    }
}
