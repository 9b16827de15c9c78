//! A store that is far away: every request takes so long, and how deep requests wait for each other is counted.
//!
//! What a bucket costs in time is rounds: requests that are sent together take as long as one. The depth of a
//! request is one more than the deepest one that was answered before it was sent.
//!
//! Compiled with the feature `testing` only, like the faults.

use super::Clock;
use crate::object_store::{
    Capabilities, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore, PutOptions, PutReceipt,
    Result,
};
use async_trait::async_trait;
use bytes::Bytes;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A store whose requests take a while before they reach it. Clones are the same layer.
#[derive(Clone, Debug)]
pub struct Distance {
    inner: Arc<dyn ObjectStore>,
    clock: Arc<dyn Clock>,
    latency: Duration,
    /// The depth of the deepest request that has been answered.
    deepest: Arc<AtomicU64>,
}

impl Distance {
    /// Puts `inner` so far away. With no latency at all requests that are sent together may be answered one after
    /// the other, and count as rounds of their own.
    pub fn new(inner: Arc<dyn ObjectStore>, clock: impl Clock, latency: Duration) -> Distance {
        Distance { inner, clock: Arc::new(clock), latency, deepest: Arc::default() }
    }

    /// How many rounds of requests there were so far. Take two and subtract them to see what happened between.
    pub fn rounds(&self) -> u64 {
        self.deepest.load(Ordering::SeqCst)
    }

    async fn ask<T>(&self, request: impl Future<Output = Result<T>> + Send) -> Result<T> {
        let depth = self.rounds() + 1;
        self.clock.sleep(self.latency).await;
        let answer = request.await;
        self.deepest.fetch_max(depth, Ordering::SeqCst);
        answer
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for Distance {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        self.ask(self.inner.put(path, payload, options)).await
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        self.ask(self.inner.get(path, options)).await
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        self.ask(self.inner.head(path)).await
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        self.ask(self.inner.delete(path)).await
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        self.ask(self.inner.list(prefix, start_after, limit)).await
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object_store::ObjectStoreExt;
    use crate::runtime::{Runtime, SharedRuntime};
    use crate::testing::{SimRuntime, SimStore};
    use futures_util::future::join_all;

    #[test]
    fn requests_that_are_sent_together_are_one_round_and_take_as_long_as_one() {
        let sim = SimRuntime::new(1);
        let runtime: SharedRuntime = Arc::new(sim.clone());
        let latency = Duration::from_millis(20);
        let far = Distance::new(Arc::new(SimStore::new()), runtime, latency);
        let path = |n: usize| ObjectPath::new(format!("a/{n}")).unwrap();
        sim.block_on(async {
            let puts = (0..10).map(|n| {
                let far = far.clone();
                async move { far.create(&path(n), Bytes::new()).await }
            });
            assert!(join_all(puts).await.iter().all(Result::is_ok));
            assert_eq!((far.rounds(), sim.monotonic()), (1, latency));
            for n in 0..3 {
                far.read(&path(n)).await.unwrap();
            }
            assert_eq!((far.rounds(), sim.monotonic()), (4, latency * 4));
        });
    }
}
