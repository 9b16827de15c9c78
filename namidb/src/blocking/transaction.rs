//! Explicit transactions: several statements, one commit.

use super::wait;
use crate::chunks;
use crate::error::{Error, Result};
use crate::once;
use crate::opened::Opened;
use crate::options::{QueryOptions, TransactionOptions};
use crate::query;
use crate::result::QueryResult;
use crate::runtime::{self, no_panic};
use crate::view::View;
use namidb_core::engine::{self, Once};
use namidb_core::graph::{CommitToken, Remembered};
use namidb_core::residency::collect;
use namidb_core::transaction::{Answer, StagedBatch};
use namidb_core::{ErrorCode, Outcome, Seq};
use namidb_cypher::Params;
use namidb_cypher::exec::CancelToken;
use std::sync::Arc;
use std::time::Duration;

/// Several statements that see one snapshot and each other, and are committed together or not at all.
///
/// The first of two transactions that touch the same commits; the other fails with a conflict that can be
/// retried ([`Database::run`](super::Database::run) does). Dropping a transaction rolls it back.
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
        let options = QueryOptions::cancelled_by(self.cancel.clone());
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
