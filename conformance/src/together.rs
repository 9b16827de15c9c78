//! Doing things at the same time.

#![allow(clippy::disallowed_methods, reason = "a suite spawns tasks of its own; no simulation runs it")]

use crate::case::Failure;
use futures_util::future::join_all;
use tokio::runtime::Handle;

/// Runs `count` tasks at the same time, and gives what each gave, in their order.
pub(crate) async fn together<T, F>(count: usize, task: impl Fn(usize) -> F) -> Result<Vec<T>, Failure>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Failure>> + Send + 'static,
{
    let tasks: Vec<_> = (0..count).map(|number| tokio::spawn(task(number))).collect();
    let joined = join_all(tasks).await;
    joined.into_iter().map(|done| done.unwrap_or_else(|error| Err(Failure(error.to_string())))).collect()
}

/// Runs work that blocks where it may, with the runtime to wait for futures by.
pub(crate) async fn apart<T: Send + 'static>(
    work: impl FnOnce(&Handle) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let handle = Handle::current();
    let done = tokio::task::spawn_blocking(move || work(&handle)).await;
    done.unwrap_or_else(|error| Err(Failure(error.to_string())))
}
