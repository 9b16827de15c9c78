//! Work on threads for queries: what coroutines of other languages are built on.

use super::Database;
use crate::error::Result;
use crate::runtime::{self, no_panic};
use namidb_cypher::exec::CancelToken;

impl Database {
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
