//! Waiting where a store asks to wait.
//!
//! A bucket may answer any request with "slow down", or refuse a conditional put because another is in flight: that
//! breaks no promise, so the cases of the contract wait and ask again. Only where nothing was applied, so nothing that
//! a case is about is hidden; and never for an answer that did not come in time, which is no wish to wait: a backend
//! has waited for it already.

use async_trait::async_trait;
use bytes::Bytes;
use namidb_core::object_store::{
    Capabilities, Effect, Error, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath,
    ObjectStore, PutOptions, PutReceipt, Result,
};
use namidb_core::runtime::{Runtime, TokioRuntime, system};
use std::sync::Arc;
use std::time::Duration;

/// How long one request is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
const WAIT_FIRST: Duration = Duration::from_millis(50);
const WAIT_MAX: Duration = Duration::from_secs(3);

/// A store whose requests are sent again while it asks to wait and has done nothing.
#[derive(Clone, Debug)]
pub(crate) struct Patient(pub(crate) Arc<dyn ObjectStore>);

impl Patient {
    async fn ask<T, F>(&self, request: impl Fn() -> F + Send + Sync) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
    {
        let mut waits = Waits { left: PATIENCE, bound: WAIT_FIRST };
        loop {
            match request().await {
                Err(error) if asks_to_wait(&error) => {
                    if !waits.wait(&error).await {
                        return Err(error);
                    }
                }
                answer => return answer,
            }
        }
    }
}

fn asks_to_wait(error: &Error) -> bool {
    error.is_transient() && error.kind() != ErrorKind::TimedOut && error.effect() == Effect::NotApplied
}

struct Waits {
    left: Duration,
    bound: Duration,
}

impl Waits {
    async fn wait(&mut self, error: &Error) -> bool {
        // Between half of the bound and all of it, so that racers come at different times.
        let millis = u64::try_from(self.bound.as_millis()).unwrap_or(u64::MAX).max(2);
        let drawn = u64::try_from(system::random_u128() % u128::from(millis / 2)).unwrap_or(0);
        let wait = Duration::from_millis(millis / 2 + drawn).max(error.retry_after().unwrap_or_default());
        self.bound = (self.bound * 2).min(WAIT_MAX);
        let (Some(left), Some(runtime)) = (self.left.checked_sub(wait), TokioRuntime::current()) else {
            return false;
        };
        self.left = left;
        runtime.sleep(wait).await;
        true
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for Patient {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        self.ask(|| self.0.put(path, payload.clone(), options.clone())).await
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        self.ask(|| self.0.get(path, options.clone())).await
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        self.ask(|| self.0.head(path)).await
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        self.ask(|| self.0.delete(path)).await
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        self.ask(|| self.0.list(prefix, start_after, limit)).await
    }

    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::object_store::ObjectStoreExt;
    use namidb_core::object_store::layers::fault::{Fault, Faults};
    use namidb_core::testing::SimStore;

    #[test]
    fn a_request_is_sent_again_only_if_nothing_was_applied() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let faults = Faults::new(Arc::new(SimStore::new()));
            let store = Patient(Arc::new(faults.clone()));
            let path = |name: &str| ObjectPath::new(name).unwrap();
            faults.inject_next(Fault::Throttled(Duration::from_millis(1)));
            faults.inject(1, Fault::ConflictInFlight);
            store.create(&path("a"), Bytes::from_static(b"a")).await.unwrap();
            assert_eq!(faults.next_index(), 3, "refused twice, then applied");
            faults.inject_next(Fault::ApplyLose);
            let error = store.create(&path("b"), Bytes::from_static(b"b")).await.unwrap_err();
            assert_eq!((error.kind(), faults.next_index()), (ErrorKind::TimedOut, 4));
        });
    }
}
