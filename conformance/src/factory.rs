//! Where the cases get their stores.

use crate::level::Level;
use crate::proxy::Proxy;
use futures_util::future::BoxFuture;
use namidb_core::object_store::{ObjectPath, ObjectStore};
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Two clients of one store. Whatever one puts the other must see. A store by itself is both.
#[derive(Clone)]
pub struct Clients {
    pub(crate) one: Arc<dyn ObjectStore>,
    pub(crate) other: Arc<dyn ObjectStore>,
    pub(crate) proxied: Option<Proxied>,
    pub(crate) prefix: ObjectPath,
    pub(crate) large_bytes: usize,
    pub(crate) level: Level,
    guards: Vec<Arc<dyn Any + Send + Sync>>,
}

/// A client of the same store whose requests go through a proxy.
#[derive(Clone, Debug)]
pub(crate) struct Proxied {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) proxy: Arc<Proxy>,
}

impl Clients {
    /// Two clients of the same store: two handles, two connections.
    pub fn two(one: impl ObjectStore, other: impl ObjectStore) -> Clients {
        Clients::shared(Arc::new(one), Arc::new(other))
    }

    /// Two clients of the same store that others have too.
    pub fn shared(one: Arc<dyn ObjectStore>, other: Arc<dyn ObjectStore>) -> Clients {
        Clients {
            one,
            other,
            proxied: None,
            prefix: ObjectPath::root(),
            large_bytes: 5 << 20,
            level: Level::default(),
            guards: Vec::new(),
        }
    }

    /// Makes the large objects of the suite this large; they have 5 MiB unless told otherwise. A backend that sends
    /// large objects in parts names a size that it does not send in one.
    #[must_use]
    pub fn with_large_objects(mut self, bytes: usize) -> Clients {
        self.large_bytes = bytes;
        self
    }

    /// Tries so much; [`Level::Quick`] unless told otherwise.
    #[must_use]
    pub fn at_level(mut self, level: Level) -> Clients {
        self.level = level;
        self
    }

    /// Puts everything under this prefix.
    #[must_use]
    pub fn under(mut self, prefix: ObjectPath) -> Clients {
        self.prefix = prefix;
        self
    }

    /// Adds a client of the same store whose requests go through a proxy, for the cases about answers that get lost on
    /// the way. The proxy is theirs to direct while a case runs.
    #[must_use]
    pub fn through(mut self, store: impl ObjectStore, proxy: Arc<Proxy>) -> Clients {
        self.proxied = Some(Proxied { store: Arc::new(store), proxy });
        self
    }

    /// The same for a store that others have too.
    #[must_use]
    pub fn through_shared(mut self, store: Arc<dyn ObjectStore>, proxy: Arc<Proxy>) -> Clients {
        self.proxied = Some(Proxied { store, proxy });
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
        Clients::shared(Arc::clone(&one), one)
    }
}

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clients")
            .field("one", &self.one)
            .field("other", &self.other)
            .field("level", &self.level)
            .finish_non_exhaustive()
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
