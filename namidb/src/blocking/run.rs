//! Transactions that are tried again.

use super::{Database, Transaction, wait};
use crate::error::{Error, Result};
use crate::retry::{Attempts, Retry};
use namidb_core::{ErrorCode, Outcome};
use std::sync::Arc;

impl Database {
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
}
