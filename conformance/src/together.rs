//! Doing things at the same time.

#![allow(clippy::disallowed_methods, reason = "a suite spawns tasks of its own; no simulation runs it")]

use crate::case::Failure;
use futures_util::future::join_all;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::runtime::Handle;
use tokio::sync::Barrier;

/// Runs `count` tasks that start at the same time, and gives what each gave, in their order.
pub(crate) async fn together<T, F>(count: usize, task: impl Fn(usize) -> F) -> Result<Vec<T>, Failure>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Failure>> + Send + 'static,
{
    let start = Arc::new(Barrier::new(count));
    let tasks = (0..count).map(|number| {
        let (start, task) = (Arc::clone(&start), task(number));
        tokio::spawn(async move {
            start.wait().await;
            task.await
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let joined = join_all(tasks).await;
    joined.into_iter().map(|done| done.unwrap_or_else(|error| Err(Failure(error.to_string())))).collect()
}

/// Tells others that a task has ended, however it ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Done(Arc<AtomicBool>);

impl Done {
    /// Ends when the value is dropped.
    pub(crate) fn at_end(&self) -> DoneAtEnd {
        DoneAtEnd(self.clone())
    }

    pub(crate) fn is_done(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// See [`Done::at_end`].
pub(crate) struct DoneAtEnd(Done);

impl Drop for DoneAtEnd {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// Runs work that blocks where it may, with the runtime to wait for futures by.
pub(crate) async fn apart<T: Send + 'static>(
    work: impl FnOnce(&Handle) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let handle = Handle::current();
    let done = tokio::task::spawn_blocking(move || work(&handle)).await;
    done.unwrap_or_else(|error| Err(Failure(error.to_string())))
}
