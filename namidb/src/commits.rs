//! Transactions that a statement commits while it runs, on the thread that runs it.

use crate::opened::Opened;
use crate::query::stopped_error;
use crate::runtime;
use namidb_core::engine::Engine;
use namidb_core::{ErrorCode, Outcome, Seq};
use namidb_cypher::exec::{CommittedWork, ExecutionContext, TransactionWork, Transactions};
use std::sync::atomic::{AtomicU64, Ordering};

/// Commits for one statement.
#[derive(Debug)]
pub(crate) struct Commits {
    engine: Engine,
    handle: tokio::runtime::Handle,
    /// The record of the last commit; 0 before the first.
    last: AtomicU64,
}

impl Commits {
    pub(crate) fn new(opened: &Opened) -> Commits {
        Commits { engine: opened.engine.clone(), handle: opened.handle.clone(), last: AtomicU64::new(0) }
    }

    /// The record of the last commit, if there was one.
    pub(crate) fn last(&self) -> Option<Seq> {
        Some(self.last.load(Ordering::Relaxed)).filter(|last| *last > 0).map(Seq)
    }
}

impl Transactions for Commits {
    fn commit(
        &self,
        work: TransactionWork,
        cx: &ExecutionContext,
    ) -> Result<CommittedWork, namidb_cypher::Error> {
        let deadline = cx.deadline.map(|deadline| (&*cx.runtime, deadline));
        let committed = runtime::wait_on(&self.handle, &cx.cancel, deadline, self.engine.write(work))
            .map_err(|stopped| {
                let stopped = stopped_error(stopped, Outcome::Unknown);
                let error = namidb_core::Error::new(stopped.code(), stopped.message().to_owned());
                namidb_cypher::Error::from(error.with_outcome(Outcome::Unknown))
            })?
            .map_err(|error| match error.into_work::<namidb_cypher::Error>() {
                Ok(query) => query,
                Err(engine) => engine.into(),
            })?;
        if let Some(seq) = committed.seq {
            self.last.fetch_max(seq.0, Ordering::Relaxed);
        }
        let state = committed.snapshot.state().clone();
        Ok(CommittedWork { work: committed.work, state, record: committed.seq })
    }
}

/// Refuses a statement that commits by itself where it cannot.
pub(crate) fn refuse(how: &str) -> crate::Error {
    let message = format!("CALL IN TRANSACTIONS commits by itself, and is not run {how}");
    crate::Error::new(ErrorCode::InvalidArgument, message).with_hint("Run the statement on its own")
}
