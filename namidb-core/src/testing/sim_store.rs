//! A bucket in memory: linearizable, deterministic, with a clock of its own.
//!
//! Its versions are digests of the bytes, like the ETags of S3: a value that goes A, B, A has its first version
//! again, so code that forgets to put something unique into what it replaces is found out. Faults come from the
//! layer over it ([`Faults`](crate::object_store::layers::fault::Faults)).

use crate::object_store::{
    Capabilities, Error, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore,
    ObjectVersion, Operation, PutCondition, PutOptions, PutReceipt, Result, ServerTime,
};
use async_trait::async_trait;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const STORE: &str = "sim";

/// A store in memory. Clones are the same store; [`SimStore::fork`] copies it.
#[derive(Clone, Debug)]
pub struct SimStore {
    state: Arc<Mutex<State>>,
    capabilities: Capabilities,
}

#[derive(Clone, Debug)]
struct State {
    objects: BTreeMap<ObjectPath, Stored>,
    /// The store's clock, in microseconds.
    now: i64,
    page_max: usize,
}

#[derive(Clone, Debug)]
struct Stored {
    bytes: Bytes,
    version: ObjectVersion,
    written: i64,
}

impl Default for SimStore {
    fn default() -> SimStore {
        SimStore::new()
    }
}

impl SimStore {
    /// An empty store that says of itself what a store in memory or on a disk says.
    pub fn new() -> SimStore {
        SimStore::with_capabilities(Capabilities::local())
    }

    /// An empty store that says of itself what a bucket says.
    pub fn remote() -> SimStore {
        SimStore::with_capabilities(Capabilities::remote(5 << 40))
    }

    /// An empty store with these capabilities.
    pub fn with_capabilities(capabilities: Capabilities) -> SimStore {
        let state = State { objects: BTreeMap::new(), now: 1_700_000_000_000_000, page_max: 1_000 };
        SimStore { state: Arc::new(Mutex::new(state)), capabilities }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy that goes its own way from here.
    pub fn fork(&self) -> SimStore {
        let state = self.state().clone();
        SimStore { state: Arc::new(Mutex::new(state)), capabilities: self.capabilities }
    }

    /// Moves the store's clock on.
    pub fn advance(&self, duration: Duration) {
        let mut state = self.state();
        state.now = state.now.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX));
    }

    /// Lets a page of a list hold at most so many paths.
    pub fn set_page_max(&self, paths: usize) {
        self.state().page_max = paths.max(1);
    }

    /// The store's time.
    pub fn now(&self) -> ServerTime {
        ServerTime(self.state().now)
    }

    /// Every path, in order.
    pub fn paths(&self) -> Vec<ObjectPath> {
        self.state().objects.keys().cloned().collect()
    }

    /// The bytes at a path, behind the back of every layer.
    pub fn peek(&self, path: &ObjectPath) -> Option<Bytes> {
        self.state().objects.get(path).map(|stored| stored.bytes.clone())
    }

    /// Puts bytes at a path, behind the back of every layer: corruption, a restore, somebody else.
    pub fn plant(&self, path: &ObjectPath, bytes: impl Into<Bytes>) {
        let mut state = self.state();
        let stored = Stored::new(bytes.into(), state.now);
        state.objects.insert(path.clone(), stored);
    }

    /// Takes an object away, behind the back of every layer.
    pub fn uproot(&self, path: &ObjectPath) -> Option<Bytes> {
        self.state().objects.remove(path).map(|stored| stored.bytes)
    }
}

impl Stored {
    fn new(bytes: Bytes, written: i64) -> Stored {
        let digest = blake3::hash(&bytes).to_hex();
        Stored { version: ObjectVersion::new(digest.get(..32).unwrap_or_default()), bytes, written }
    }

    fn meta(&self, now: Option<ServerTime>) -> ObjectMeta {
        ObjectMeta {
            version: self.version.clone(),
            size: u64::try_from(self.bytes.len()).unwrap_or(u64::MAX),
            last_modified: now.map(|_| ServerTime(self.written)),
            server_time: now,
        }
    }
}

impl SimStore {
    fn time(&self, state: &State) -> Option<ServerTime> {
        self.capabilities.server_time.then_some(ServerTime(state.now))
    }
}

fn error(kind: ErrorKind, operation: Operation, path: &ObjectPath) -> Error {
    Error::new(kind, STORE, operation).with_path(path)
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for SimStore {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        if path.is_root() {
            return Err(error(ErrorKind::InvalidInput, Operation::Put, path));
        }
        let mut state = self.state();
        let time = self.time(&state);
        let present = state.objects.get(path).map(|stored| &stored.version);
        match (&options.condition, present) {
            (PutCondition::IfAbsent, Some(_)) => {
                return Err(error(ErrorKind::AlreadyExists, Operation::Put, path).with_server_time(time));
            }
            (PutCondition::IfMatch(version), present) if present != Some(version) => {
                return Err(error(ErrorKind::VersionMismatch, Operation::Put, path).with_server_time(time));
            }
            _ => {}
        }
        let stored = Stored::new(payload, state.now);
        let receipt = PutReceipt { version: stored.version.clone(), server_time: self.time(&state) };
        state.objects.insert(path.clone(), stored);
        Ok(receipt)
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        let state = self.state();
        let time = self.time(&state);
        let answer = |kind| error(kind, Operation::Get, path).with_server_time(time);
        let stored = state.objects.get(path).ok_or_else(|| answer(ErrorKind::NotFound))?;
        if options.unless.as_ref() == Some(&stored.version) {
            return Err(answer(ErrorKind::NotModified));
        }
        let meta = stored.meta(time);
        let range =
            options.within(meta.size).ok_or_else(|| error(ErrorKind::InvalidInput, Operation::Get, path))?;
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        Ok(Object { bytes: stored.bytes.slice(place(range.start)..place(range.end)), meta })
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        let state = self.state();
        let time = self.time(&state);
        let stored = state
            .objects
            .get(path)
            .ok_or_else(|| error(ErrorKind::NotFound, Operation::Head, path).with_server_time(time))?;
        Ok(stored.meta(time))
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
        let state = self.state();
        let limit = limit.min(state.page_max);
        let from = match start_after {
            Some(start) if start > prefix => Bound::Excluded(start.clone()),
            _ => Bound::Excluded(prefix.clone()),
        };
        let mut found = state
            .objects
            .range((from, Bound::Unbounded))
            .map(|(path, _)| path)
            .take_while(|path| path.as_str().starts_with(prefix.as_str()))
            .filter(|path| path.is_under(prefix));
        let paths: Vec<ObjectPath> = found.by_ref().take(limit).cloned().collect();
        let more = found.next().is_some();
        Ok(ListPage { paths, more, server_time: self.time(&state) })
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }
}
