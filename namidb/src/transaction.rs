//! Explicit transactions: several statements, one commit.

use crate::blocking;
use crate::error::{Error, Result};
use crate::once;
use crate::options::QueryOptions;
use crate::result::QueryResult;
use crate::runtime;
use crate::view::View;
use namidb_core::graph::GraphState;
use namidb_core::transaction::StagedBatch;
use namidb_core::{ErrorCode, Seq};
use namidb_cypher::Params;
use namidb_cypher::exec::CancelToken;
use std::sync::Arc;

/// Several statements that see one snapshot and each other, and are committed together or not at all.
///
/// The first of two transactions that touch the same commits; the other fails with a conflict that can be
/// retried ([`Database::run`](crate::Database::run) does). Dropping a transaction rolls it back, and so does dropping the
/// future of a statement in it.
#[derive(Debug)]
pub struct Transaction {
    /// None while a statement runs elsewhere, and for good if that was abandoned.
    inner: Option<blocking::Transaction>,
}

impl Transaction {
    pub(crate) fn new(inner: blocking::Transaction) -> Transaction {
        Transaction { inner: Some(inner) }
    }

    /// Runs a statement in the transaction, on a thread for queries. One that fails leaves nothing behind, and
    /// the transaction goes on.
    ///
    /// # Errors
    /// Those of the statement; `TransactionClosed` after a call that was abandoned.
    pub async fn cypher(&mut self, text: &str, params: impl Into<Params>) -> Result<QueryResult> {
        self.cypher_with(text, params, &QueryOptions::default()).await
    }

    /// As [`Transaction::cypher`], with options.
    ///
    /// # Errors
    /// As [`Transaction::cypher`].
    pub async fn cypher_with(
        &mut self,
        text: &str,
        params: impl Into<Params>,
        options: &QueryOptions,
    ) -> Result<QueryResult> {
        let (text, params) = (Arc::<str>::from(text), params.into());
        let options = options.for_one_call();
        let cancel = options.cancel.clone();
        let mut inner = self.inner.take().ok_or_else(closed)?;
        let (inner, result) = runtime::computing(cancel, move || {
            let result = inner.cypher_with(&text, params, &options);
            Ok((inner, result))
        })
        .await?;
        self.inner = Some(inner);
        result
    }

    /// Applies staged rows in the transaction. Rows that fail leave nothing behind.
    ///
    /// # Errors
    /// As [`StagedBatch::apply`].
    pub fn apply(&mut self, rows: &StagedBatch) -> Result<()> {
        self.inner.as_mut().ok_or_else(closed)?.apply(rows)
    }

    /// The graph as the transaction sees it.
    ///
    /// # Errors
    /// `TransactionClosed` after a call that was abandoned.
    pub fn view(&self) -> Result<View<'_>> {
        Ok(self.inner.as_ref().ok_or_else(closed)?.view())
    }

    /// The state that [`Transaction::view`] is of.
    ///
    /// # Errors
    /// As [`Transaction::view`].
    pub fn state(&self) -> Result<&GraphState> {
        Ok(self.view()?.state())
    }

    /// Commits. Gives the commit's sequence number; none if nothing was changed.
    ///
    /// # Errors
    /// `Conflict` if another commit changed what this transaction wrote or relied on; otherwise what the store answers.
    ///
    /// # Cancel safety
    /// If the future is dropped, the transaction may be committed or not.
    pub async fn commit(self) -> Result<Option<Seq>> {
        let inner = self.inner.ok_or_else(closed)?;
        runtime::requests(inner.commit_requests()).await
    }

    /// As [`Transaction::commit`], once under a token: if a transaction was committed under it before, by whomever, this one is
    /// taken for the same and has no effect. Gives the first commit's sequence number, and whether that was before.
    ///
    /// The newest 65,536 tokens of a database are remembered.
    ///
    /// # Errors
    /// As [`Transaction::commit`]; `InvalidArgument` if something else was committed under the token.
    ///
    /// # Cancel safety
    /// If the future is dropped, the transaction may be committed or not.
    pub async fn commit_once(self, token: &str) -> Result<(Seq, bool)> {
        let (inner, token) = (self.inner.ok_or_else(closed)?, once::token(token)?);
        inner.remaining()?;
        runtime::requests(async move { Ok(inner.commit_once_requests(token).await?) }).await
    }

    /// The commit of an earlier transaction under a token, as far as this one sees it: then there is nothing to do.
    ///
    /// # Errors
    /// `InvalidArgument` if something else was committed under the token; otherwise what the store answers.
    pub async fn committed_before(&mut self, token: &str) -> Result<Option<Seq>> {
        let token = Arc::<str>::from(token);
        let inner = self.inner.take().ok_or_else(closed)?;
        let (inner, before) = runtime::computing(CancelToken::new(), move || {
            let before = inner.committed_before(&token);
            Ok((inner, before))
        })
        .await?;
        self.inner = Some(inner);
        before
    }

    /// Ends it without any effect.
    pub fn rollback(self) {}
}

fn closed() -> Error {
    Error::new(ErrorCode::TransactionClosed, "the transaction ended when a call in it was abandoned")
        .with_hint("Begin another one")
}
