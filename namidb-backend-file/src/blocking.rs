//! Waiting for a disk without holding up the tasks of the caller's thread.

use crate::error::STORE;
use namidb_core::object_store::{Effect, Error, ErrorKind, ObjectPath, Operation, Result};
use namidb_core::runtime::{Runtime, TokioRuntime};
use tokio::sync::oneshot;

/// Runs `work` where blocking is allowed, to its end, whatever becomes of the caller. Without a runtime the caller's
/// own thread is such a place.
pub(crate) async fn blocking<T: Send + 'static>(
    operation: Operation,
    path: &ObjectPath,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let Some(runtime) = TokioRuntime::current() else { return work() };
    let (done, answer) = oneshot::channel();
    runtime.spawn_blocking("file store", Box::new(move || drop(done.send(work()))));
    answer.await.unwrap_or_else(|_| {
        Err(Error::new(ErrorKind::Unavailable, STORE, operation)
            .with_path(path)
            .with_effect(Effect::Unknown)
            .with_source("the runtime is shutting down, or the work panicked"))
    })
}
