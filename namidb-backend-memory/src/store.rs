//! The store: one ordered map behind one lock.

use crate::condition::check;
use crate::error::error;
use crate::list::page;
use crate::version::Versions;
use async_trait::async_trait;
use bytes::Bytes;
use namidb_core::object_store::{
    Capabilities, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore,
    ObjectVersion, Operation, PutOptions, PutReceipt, Result, ServerTime,
};
use namidb_core::runtime::system;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A store in memory. Clones are the same store.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<ObjectPath, Stored>,
    versions: Versions,
    /// The newest time that was told.
    told: i64,
}

#[derive(Debug)]
struct Stored {
    bytes: Bytes,
    version: ObjectVersion,
    written: ServerTime,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> MemoryStore {
        MemoryStore::default()
    }

    // No step under the lock can panic between two changes, so a poisoned lock guards a whole state.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The time of an answer: never before that of an earlier one.
    fn now(&mut self) -> ServerTime {
        self.told = self.told.max(system::unix_micros());
        ServerTime(self.told)
    }
}

impl Stored {
    fn meta(&self, now: ServerTime) -> ObjectMeta {
        ObjectMeta {
            version: self.version.clone(),
            size: u64::try_from(self.bytes.len()).unwrap_or(u64::MAX),
            last_modified: Some(self.written),
            server_time: Some(now),
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for MemoryStore {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        if path.is_root() {
            return Err(error(ErrorKind::InvalidInput, Operation::Put, path));
        }
        let mut state = self.state();
        let present = state.objects.get(path).map(|stored| &stored.version);
        check(&options.condition, present).map_err(|kind| error(kind, Operation::Put, path))?;
        let written = state.now();
        let version = state.versions.next();
        state.objects.insert(path.clone(), Stored { bytes: payload, version: version.clone(), written });
        Ok(PutReceipt { version, server_time: Some(written) })
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        let mut state = self.state();
        let now = state.now();
        let stored =
            state.objects.get(path).ok_or_else(|| error(ErrorKind::NotFound, Operation::Get, path))?;
        if options.unless.as_ref() == Some(&stored.version) {
            return Err(error(ErrorKind::NotModified, Operation::Get, path));
        }
        let meta = stored.meta(now);
        let range =
            options.within(meta.size).ok_or_else(|| error(ErrorKind::InvalidInput, Operation::Get, path))?;
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        Ok(Object { bytes: stored.bytes.slice(place(range.start)..place(range.end)), meta })
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        let mut state = self.state();
        let now = state.now();
        let stored =
            state.objects.get(path).ok_or_else(|| error(ErrorKind::NotFound, Operation::Head, path))?;
        Ok(stored.meta(now))
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        self.state().objects.remove(path);
        Ok(())
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        if limit == 0 {
            return Err(error(ErrorKind::InvalidInput, Operation::List, prefix));
        }
        let mut state = self.state();
        let now = state.now();
        Ok(page(&state.objects, prefix, start_after, limit, now))
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::local()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::object_store::ObjectStoreExt;

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn clones_are_the_same_store_and_new_stores_are_not() {
        let path = ObjectPath::new("a/b").unwrap();
        let (store, other) = (MemoryStore::new(), MemoryStore::new());
        run(store.clone().create(&path, Bytes::from_static(b"x"))).unwrap();
        assert_eq!(run(store.read(&path)).unwrap().bytes, "x");
        assert!(run(other.read(&path)).unwrap_err().is_not_found());
    }

    #[test]
    fn a_value_that_comes_back_has_a_version_of_its_own() {
        let path = ObjectPath::new("a").unwrap();
        let store = MemoryStore::new();
        let first = run(store.overwrite(&path, Bytes::from_static(b"a"))).unwrap().version;
        run(store.overwrite(&path, Bytes::from_static(b"b"))).unwrap();
        run(store.overwrite(&path, Bytes::from_static(b"a"))).unwrap();
        let error = run(store.replace(&path, Bytes::from_static(b"c"), first)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::VersionMismatch);
    }
}
