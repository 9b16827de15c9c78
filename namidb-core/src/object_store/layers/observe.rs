//! Counting what a store is asked: requests are what a bucket costs.

use crate::object_store::{
    Capabilities, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore, PutOptions,
    PutReceipt, Result,
};
use async_trait::async_trait;
use bytes::Bytes;
use std::ops::Sub;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What one operation was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct OperationCounts {
    /// How often.
    pub requests: u64,
    /// How often the answer was an error, of whatever kind, or the future was dropped.
    pub errors: u64,
    /// Bytes of objects sent (put) or received (get).
    pub bytes: u64,
}

/// What a store was asked. Take two and subtract them to see what happened between.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs, reason = "the names of the trait's methods")]
pub struct Counts {
    pub put: OperationCounts,
    pub get: OperationCounts,
    pub head: OperationCounts,
    pub delete: OperationCounts,
    pub list: OperationCounts,
    /// Gets and heads that found nothing, or nothing new, on a store whose looks are cheap (see
    /// [`Capabilities::cheap_looks`]). On files each is the look-up of one name, without an open or a read; they
    /// are not counted as requests. On a bucket such a get is a request like any other.
    pub name_lookups: u64,
    /// Requests that were sent again below, because there was no answer or a passing error. Among the requests each counts
    /// once, however often it was sent.
    pub retries: u64,
}

impl Counts {
    /// Requests of all operations; look-ups of names are none.
    pub fn requests(&self) -> u64 {
        [self.put, self.get, self.head, self.delete, self.list].iter().map(|o| o.requests).sum()
    }
}

impl Sub for OperationCounts {
    type Output = OperationCounts;

    fn sub(self, earlier: OperationCounts) -> OperationCounts {
        OperationCounts {
            requests: self.requests.saturating_sub(earlier.requests),
            errors: self.errors.saturating_sub(earlier.errors),
            bytes: self.bytes.saturating_sub(earlier.bytes),
        }
    }
}

impl Sub for Counts {
    type Output = Counts;

    fn sub(self, earlier: Counts) -> Counts {
        Counts {
            put: self.put - earlier.put,
            get: self.get - earlier.get,
            head: self.head - earlier.head,
            delete: self.delete - earlier.delete,
            list: self.list - earlier.list,
            name_lookups: self.name_lookups.saturating_sub(earlier.name_lookups),
            retries: self.retries.saturating_sub(earlier.retries),
        }
    }
}

#[derive(Debug, Default)]
struct OperationCounters {
    requests: AtomicU64,
    errors: AtomicU64,
    bytes: AtomicU64,
}

impl OperationCounters {
    fn read(&self) -> OperationCounts {
        OperationCounts {
            requests: self.requests.load(Ordering::Relaxed),
            errors: self.errors.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }
}

#[derive(Debug, Default)]
struct Counters {
    put: OperationCounters,
    get: OperationCounters,
    head: OperationCounters,
    delete: OperationCounters,
    list: OperationCounters,
    name_lookups: AtomicU64,
}

/// A store that counts what it is asked. Clones share their counts.
#[derive(Clone, Debug)]
pub struct Observe {
    inner: Arc<dyn ObjectStore>,
    counters: Arc<Counters>,
}

/// One request: counted as an error unless it is answered, so that a dropped future counts too.
struct Asked<'a> {
    operation: &'a OperationCounters,
    answered: bool,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.operation.requests.fetch_add(1, Ordering::Relaxed);
            self.operation.errors.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Observe {
    /// Counts what is asked of `inner` through this layer.
    pub fn new(inner: Arc<dyn ObjectStore>) -> Observe {
        Observe { inner, counters: Arc::default() }
    }

    /// What was asked so far and has been answered.
    pub fn counts(&self) -> Counts {
        Counts {
            put: self.counters.put.read(),
            get: self.counters.get.read(),
            head: self.counters.head.read(),
            delete: self.counters.delete.read(),
            list: self.counters.list.read(),
            name_lookups: self.counters.name_lookups.load(Ordering::Relaxed),
            // This layer does not see them: who has the one that sends again fills them in.
            retries: 0,
        }
    }

    async fn count<'a, T>(
        &'a self,
        operation: &'a OperationCounters,
        request: impl Future<Output = Result<T>> + Send,
        bytes: impl Fn(&T) -> usize,
    ) -> Result<T> {
        let mut asked = Asked { operation, answered: false };
        let answer = request.await;
        let found_nothing_new = matches!(&answer, Err(error)
            if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotModified));
        if found_nothing_new && self.inner.capabilities().cheap_looks {
            asked.answered = true;
            self.counters.name_lookups.fetch_add(1, Ordering::Relaxed);
        } else if let Ok(found) = &answer {
            asked.answered = true;
            operation.requests.fetch_add(1, Ordering::Relaxed);
            operation.bytes.fetch_add(u64::try_from(bytes(found)).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
        answer
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for Observe {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        let size = payload.len();
        self.count(&self.counters.put, self.inner.put(path, payload, options), |_| size).await
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        self.count(&self.counters.get, self.inner.get(path, options), |object| object.bytes.len()).await
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        self.count(&self.counters.head, self.inner.head(path), |_| 0).await
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        self.count(&self.counters.delete, self.inner.delete(path), |()| 0).await
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        self.count(&self.counters.list, self.inner.list(prefix, start_after, limit), |_| 0).await
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
}
