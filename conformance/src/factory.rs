//! Where the cases get their stores.

use futures_util::future::BoxFuture;
use namidb_core::object_store::ObjectStore;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Two clients of one store. Whatever one puts the other must see. A store by itself is both.
#[derive(Clone)]
pub struct Clients {
    pub(crate) one: Arc<dyn ObjectStore>,
    pub(crate) other: Arc<dyn ObjectStore>,
    pub(crate) large_bytes: usize,
    guards: Vec<Arc<dyn Any + Send + Sync>>,
}

impl Clients {
    /// Two clients of the same store: two handles, two connections.
    pub fn two(one: impl ObjectStore, other: impl ObjectStore) -> Clients {
        Clients { one: Arc::new(one), other: Arc::new(other), large_bytes: 5 << 20, guards: Vec::new() }
    }

    /// Makes the large objects of the suite this large; they have 5 MiB unless told otherwise.
    #[must_use]
    pub fn with_large_objects(mut self, bytes: usize) -> Clients {
        self.large_bytes = bytes;
        self
    }

    /// Keeps something until the case has ended: a temporary directory, a server.
    #[must_use]
    pub fn with_guard(mut self, guard: impl Any + Send + Sync) -> Clients {
        self.guards.push(Arc::new(guard));
        self
    }
}

impl<S: ObjectStore> From<S> for Clients {
    fn from(store: S) -> Clients {
        let one: Arc<dyn ObjectStore> = Arc::new(store);
        Clients { other: Arc::clone(&one), one, large_bytes: 5 << 20, guards: Vec::new() }
    }
}

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clients").field("one", &self.one).field("other", &self.other).finish_non_exhaustive()
    }
}

/// Makes a store for each case: any closure that gives a future of a store, or of [`Clients`].
pub trait StoreFactory: Send + Sync {
    /// A store for one case.
    fn clients(&self) -> BoxFuture<'_, Clients>;
}

impl<F, T> StoreFactory for F
where
    F: Fn() -> T + Send + Sync,
    T: Future<Output: Into<Clients>> + Send,
{
    fn clients(&self) -> BoxFuture<'_, Clients> {
        Box::pin(async move { self().await.into() })
    }
}
