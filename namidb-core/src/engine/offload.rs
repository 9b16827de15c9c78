//! Work of the processor that would hold up others.

use crate::error::{Error, ErrorCode, Result};
use crate::runtime::SharedRuntime;
use tokio::sync::oneshot;

/// Runs `work` where blocking is allowed, and waits for it.
///
/// # Errors
/// `Internal` if the work panicked, or the runtime ended.
pub(super) async fn offload<T: Send + 'static>(
    runtime: &SharedRuntime,
    name: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = oneshot::channel();
    runtime.spawn_blocking(name, Box::new(move || drop(sender.send(work()))));
    let gone = |_| Error::new(ErrorCode::Internal, format!("a task ended before its time: {name}"));
    receiver.await.map_err(gone)
}
