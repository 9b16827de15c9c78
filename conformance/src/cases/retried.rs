//! Puts whose answers are lost on the way, over this store. The faults are ours; what settles them is what the store
//! says when it is read back (sentences 2 to 5).

use crate::case::{Context, Failure, Outcome, ensure, unique};
use bytes::Bytes;
use namidb_core::object_store::layers::fault::{Fault, Faults};
use namidb_core::object_store::layers::{Retry, RetryPolicy};
use namidb_core::object_store::{ObjectPath, ObjectStore, ObjectStoreExt, PutReceipt, Result as StoreResult};
use namidb_core::runtime::{SharedRuntime, TokioRuntime};
use std::sync::Arc;
use std::time::Duration;

/// Faults over the store, and the layer over them that sends again and settles.
pub(crate) fn retrying(store: Arc<dyn ObjectStore>) -> Result<(Retry, Faults), Failure> {
    let faults = Faults::new(store);
    Ok((retry(Arc::new(faults.clone()))?, faults))
}

/// The layer that sends again and settles.
pub(crate) fn retry(store: Arc<dyn ObjectStore>) -> Result<Retry, Failure> {
    let runtime = TokioRuntime::current().ok_or_else(|| Failure("the suite runs on tokio".into()))?;
    let runtime: SharedRuntime = Arc::new(runtime);
    let mut policy = RetryPolicy::default();
    policy.wait_first = Duration::from_millis(5);
    Ok(Retry::new(store, runtime, policy))
}

/// Checks that a put is told as applied, is there, and has the version that it was told to have.
pub(crate) async fn expect_applied(
    context: &Context,
    path: &ObjectPath,
    bytes: &Bytes,
    answer: StoreResult<PutReceipt>,
    what: impl std::fmt::Display,
) -> Result<PutReceipt, Failure> {
    let receipt = answer.map_err(|error| Failure(format!("{what}: {error}")))?;
    context.expect(path, Some(bytes)).await?;
    let version = context.store.head(path).await?.version;
    ensure!(receipt.version == version, "{what}: told {:?}, and there is {version:?}", receipt.version);
    Ok(receipt)
}

pub(crate) async fn a_put_whose_answer_is_lost_is_settled_by_reading_back(context: Context) -> Outcome {
    let (store, faults) = retrying(context.bare(0))?;
    for fault in [Fault::ApplyLose, Fault::Drop, Fault::FailAfterApply, Fault::Delay(2), Fault::Unavailable] {
        let path = context.path(fault.name())?;
        let bytes = unique("created");
        faults.inject_next(fault);
        let created = store.create(&path, bytes.clone()).await;
        let created = expect_applied(&context, &path, &bytes, created, fault.name()).await?;
        let bytes = unique("replaced");
        faults.inject_next(fault);
        let replaced = store.replace(&path, bytes.clone(), created.version).await;
        expect_applied(&context, &path, &bytes, replaced, fault.name()).await?;
        faults.deliver_all().await;
        context.expect(&path, Some(&bytes)).await?;
    }
    // The slot has gone to another while the answer was lost.
    let path = context.path("taken")?;
    let theirs = unique("theirs");
    context.other.create(&path, theirs.clone()).await?;
    faults.inject_next(Fault::ApplyLose);
    let answer = store.create(&path, unique("ours")).await;
    ensure!(answer.as_ref().is_err_and(|error| error.is_conflict()), "it is told as {answer:?}");
    context.expect(&path, Some(&theirs)).await
}

pub(crate) async fn a_request_that_is_throttled_is_sent_again_and_done_once(context: Context) -> Outcome {
    let (store, faults) = retrying(context.bare(0))?;
    let throttled = Fault::Throttled(Duration::from_millis(2));
    let path = context.path("a")?;
    let mut bytes = unique("first");
    faults.seed(11, &[(throttled, 400_000), (Fault::ConflictInFlight, 200_000)]);
    let mut version = store.create(&path, bytes.clone()).await?.version;
    for round in 0..context.level.pick(8, 100) {
        bytes = unique(round);
        version = store.replace(&path, bytes.clone(), version).await?.version;
        let found = store.read(&path).await?;
        ensure!(found.bytes == bytes && found.meta.version == version, "there is {found:?}");
        let page = store.list(&context.prefix, None, 10).await?;
        ensure!(page.paths.len() <= 1, "one object is listed as {:?}", page.paths);
    }
    ensure!(!faults.fired().is_empty(), "nothing was throttled");
    context.expect(&path, Some(&bytes)).await?;
    store.delete(&path).await?;
    faults.clear();
    context.expect(&path, None).await
}
