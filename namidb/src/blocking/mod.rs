//! The database for threads that may block.
//!
//! Statements run on the calling thread; only the store is waited for. A call that waits looks at its
//! [`CancelToken`] every 30 ms, and so does a statement that runs, more often. The runtime behind it belongs to the
//! process, so a call may come from any thread, that of another asynchronous runtime included.

mod batch;
mod database;
mod job;
mod reads;
mod run;
mod snapshot_file;
mod transaction;

pub use batch::Batch;
pub use database::Database;
pub use job::Job;
pub use transaction::Transaction;

use crate::error::{Error, Result};
use crate::query::stopped_error;
use crate::runtime::{self, no_panic};
use namidb_core::{ErrorCode, Outcome};
use namidb_cypher::exec::CancelToken;
use std::future::Future;

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
