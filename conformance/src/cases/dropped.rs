//! Futures that nobody waits for. Sentence 10: their effect is unknown, but it is one of two.

use crate::case::{Context, Outcome, ensure, pattern, show, unique};
use futures_util::future::poll_immediate;
use namidb_core::object_store::{ErrorKind, ObjectStoreExt};

/// Polls a future so often, and drops it.
async fn drop_after<T>(polls: usize, future: impl Future<Output = T>) {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        if poll_immediate(&mut future).await.is_some() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

pub(crate) async fn a_put_that_was_dropped_is_applied_whole_or_not_at_all(context: Context) -> Outcome {
    for polls in 0..8 {
        let path = context.path(format!("a/{polls}"))?;
        let (first, second) = (pattern(5, 100_000), unique("second"));
        drop_after(polls, context.store.create(&path, first.clone())).await;
        // It may be applied until now, or later: but what is there is never anything else.
        match context.other.read(&path).await {
            Ok(object) => ensure!(object.bytes == first, "there is {}", show(&object.bytes)),
            Err(error) => ensure!(error.is_not_found(), "after a dropped put: {error}"),
        }
        let won = match context.store.create(&path, second.clone()).await {
            Ok(_) => second,
            Err(error) => {
                ensure!(error.kind() == ErrorKind::AlreadyExists, "after a dropped put: {error}");
                first
            }
        };
        context.expect(&path, Some(&won)).await?;
    }
    Ok(())
}

pub(crate) async fn a_delete_that_was_dropped_is_applied_or_not(context: Context) -> Outcome {
    for polls in 0..4 {
        let path = context.path(format!("a/{polls}"))?;
        let bytes = unique("there");
        context.store.create(&path, bytes.clone()).await?;
        drop_after(polls, context.store.delete(&path)).await;
        match context.other.read(&path).await {
            Ok(object) => ensure!(object.bytes == bytes, "there is {}", show(&object.bytes)),
            Err(error) => ensure!(error.is_not_found(), "after a dropped delete: {error}"),
        }
        context.store.delete(&path).await?;
        context.expect(&path, None).await?;
    }
    Ok(())
}
