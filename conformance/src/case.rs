//! A case: a sentence of the contract, and how it is checked.

use crate::factory::{Clients, Proxied};
use crate::level::Level;
use crate::patient::Patient;
use bytes::Bytes;
use futures_util::future::{BoxFuture, join_all};
use namidb_core::object_store::{
    Capabilities, Error, ErrorKind, ObjectPath, ObjectStore, ObjectStoreExt, Result as StoreResult,
};
use namidb_core::runtime::system;
use std::fmt;
use std::sync::Arc;

/// One case of the suite.
#[derive(Clone, Copy)]
pub struct Case {
    /// The sentence that it checks, in words joined by underscores.
    pub name: &'static str,
    /// Which half of the suite it is in.
    pub part: Part,
    /// What the store must claim for the case to apply to it.
    pub needs: Needs,
    pub(crate) run: fn(Context) -> BoxFuture<'static, Outcome>,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Case({})", self.name)
    }
}

/// A half of the suite.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The sentences of the contract.
    Contract,
    /// What the engine promises over a store that keeps it.
    Engine,
}

/// What a store must claim for a case to apply to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// Nothing beyond the contract.
    Nothing,
    /// [`Capabilities::server_time`].
    ServerTime,
    /// Objects as large as those that were asked for: [`Capabilities::object_bytes_max`].
    LargeObjects,
    /// A client whose requests go through a proxy: [`Clients::through`].
    Proxy,
}

impl Needs {
    /// What the store lacks, if it lacks it.
    pub(crate) fn lacking(self, clients: &Clients) -> Option<&'static str> {
        let capabilities: Capabilities = clients.one.capabilities();
        let large = u64::try_from(clients.large_bytes).unwrap_or(u64::MAX);
        match self {
            Needs::ServerTime if !capabilities.server_time => Some("the store claims no server time"),
            Needs::LargeObjects if capabilities.object_bytes_max < large => {
                Some("the store takes no objects as large as those asked for")
            }
            Needs::Proxy if clients.proxied.is_none() => Some("the store is not reached through a proxy"),
            _ => None,
        }
    }
}

/// Why a case failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// An error of the store where there should be none.
impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure(format!("unexpected error: {error}"))
    }
}

/// An error of the engine where there should be none.
impl From<namidb_core::Error> for Failure {
    fn from(error: namidb_core::Error) -> Failure {
        Failure(format!("unexpected error: {error}"))
    }
}

/// What becomes of a case.
pub type Outcome = Result<(), Failure>;

/// Fails the case unless something holds.
macro_rules! ensure {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err($crate::Failure(format!($($why)+)));
        }
    };
}
pub(crate) use ensure;

/// What a case works on.
#[derive(Clone, Debug)]
pub struct Context {
    /// The store, asked again while it only asks to wait.
    pub store: Arc<dyn ObjectStore>,
    /// Another client of it, or the same.
    pub other: Arc<dyn ObjectStore>,
    /// The prefix of this case; nobody else puts under it.
    pub prefix: ObjectPath,
    /// The size of a large object.
    pub large_bytes: usize,
    /// How much to try.
    pub level: Level,
    /// The clients as they were given.
    bare: [Arc<dyn ObjectStore>; 2],
    proxied: Option<Proxied>,
}

impl Context {
    pub(crate) fn new(clients: &Clients) -> Result<Context, Failure> {
        let name = format!("conformance-{:032x}", system::random_u128());
        let prefix = clients.prefix.join(name).map_err(|error| Failure(error.to_string()))?;
        Ok(Context {
            store: Arc::new(Patient(Arc::clone(&clients.one))),
            other: Arc::new(Patient(Arc::clone(&clients.other))),
            prefix,
            large_bytes: clients.large_bytes,
            level: clients.level,
            bare: [Arc::clone(&clients.one), Arc::clone(&clients.other)],
            proxied: clients.proxied.clone(),
        })
    }

    /// A path under the prefix.
    pub(crate) fn path(&self, name: impl AsRef<str>) -> Result<ObjectPath, Failure> {
        self.prefix.join(name).map_err(|error| Failure(error.to_string()))
    }

    /// The same clients under a prefix of their own below this one.
    pub(crate) fn below(&self, name: impl AsRef<str>) -> Result<Context, Failure> {
        Ok(Context { prefix: self.path(name)?, ..self.clone() })
    }

    /// Every other task works through the other client.
    pub(crate) fn client(&self, number: usize) -> Arc<dyn ObjectStore> {
        Arc::clone(if number.is_multiple_of(2) { &self.store } else { &self.other })
    }

    /// The same without waiting in between: for what has its own way with errors.
    pub(crate) fn bare(&self, number: usize) -> Arc<dyn ObjectStore> {
        let [one, other] = &self.bare;
        Arc::clone(if number.is_multiple_of(2) { one } else { other })
    }

    /// The client behind a proxy, in a case that needs one.
    pub(crate) fn proxied(&self) -> Result<&Proxied, Failure> {
        self.proxied.as_ref().ok_or_else(|| Failure("there is no proxy".into()))
    }

    /// Checks that both clients see these bytes at a path, or that nothing is there.
    pub(crate) async fn expect(&self, path: &ObjectPath, bytes: Option<&Bytes>) -> Outcome {
        for store in [&self.store, &self.other] {
            let Some(bytes) = bytes else {
                expect_kind(ErrorKind::NotFound, store.read(path).await)?;
                expect_kind(ErrorKind::NotFound, store.head(path).await)?;
                continue;
            };
            let object = store.read(path).await?;
            ensure!(object.bytes == *bytes, "{path} holds {}, not {}", show(&object.bytes), show(bytes));
            let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            ensure!(object.meta.size == size, "get says {} bytes of {size}", object.meta.size);
            let meta = store.head(path).await?;
            ensure!(meta.size == size, "head says {} bytes of {size}", meta.size);
            ensure!(meta.version == object.meta.version, "get and head give two versions");
        }
        Ok(())
    }

    /// Removes what the case put. What cannot be removed stays: the case has its outcome.
    pub(crate) async fn clean(&self) {
        drop(clean(&*self.store, &self.prefix).await);
    }
}

/// Removes whatever a listing shows under a prefix.
///
/// # Errors
/// Those of the store.
pub async fn clean(store: &dyn ObjectStore, prefix: &ObjectPath) -> StoreResult<()> {
    const DELETES_AT_ONCE: usize = 16;
    // A store that is not right may go on giving pages for ever.
    for _ in 0..1_000 {
        let page = store.list(prefix, None, 1_000).await?;
        for some in page.paths.chunks(DELETES_AT_ONCE) {
            for deleted in join_all(some.iter().map(|path| store.delete(path))).await {
                deleted?;
            }
        }
        if !page.more {
            break;
        }
    }
    Ok(())
}

/// Checks that an operation failed with a kind of error, and gives the error.
pub(crate) fn expect_kind<T: fmt::Debug>(kind: ErrorKind, answer: StoreResult<T>) -> Result<Error, Failure> {
    match answer {
        Err(error) if error.kind() == kind => Ok(error),
        Err(error) => Err(Failure(format!("expected {kind:?}, not {:?}: {error}", error.kind()))),
        Ok(answer) => {
            let mut answer = format!("{answer:?}");
            answer.truncate(answer.char_indices().nth(200).map_or(answer.len(), |(at, _)| at));
            Err(Failure(format!("expected {kind:?}, not success: {answer}")))
        }
    }
}

/// Bytes for people: the first few, and how many there are.
pub(crate) fn show(bytes: &Bytes) -> String {
    let start = bytes.get(..bytes.len().min(40)).unwrap_or_default();
    format!("\"{}\" ({} bytes)", start.escape_ascii(), bytes.len())
}

/// Bytes that nobody else puts.
pub(crate) fn unique(text: impl fmt::Display) -> Bytes {
    Bytes::from(format!("{text} {:032x}", system::random_u128()))
}

/// So many bytes that differ along the way, and from those of another seed.
pub(crate) fn pattern(seed: u64, bytes: usize) -> Bytes {
    let mut word = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut pattern = Vec::with_capacity(bytes.next_multiple_of(8));
    while pattern.len() < bytes {
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        pattern.extend_from_slice(&word.to_le_bytes());
    }
    pattern.truncate(bytes);
    pattern.into()
}
