//! How to open a database, and how to run one query.

use crate::backend::{StorageOptions, parse_uri};
use crate::connect;
use crate::database::Database;
use crate::error::Result;
use crate::files::Directories;
use crate::opened::path;
use crate::runtime;
use namidb_core::engine::{self, Settings, VerifyReport};
use namidb_core::object_store::ObjectStore;
use namidb_core::uri::{Durability, Location, OpenMode, Uri};
use namidb_cypher::exec::CancelToken;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Plans that a database keeps, unless its options say otherwise.
const PLANS: usize = 512;

/// How to open a database. What is set here wins over the same key in the URI.
///
/// ```
/// # use namidb::{Database, OpenMode};
/// # use std::time::Duration;
/// # async fn example() -> namidb::Result<()> {
/// let database = Database::builder()
///     .mode(OpenMode::Open)
///     .max_staleness(Duration::from_millis(250))
///     .query_timeout(Duration::from_secs(10))
///     .open("file:///var/lib/graphs?ns=demo")
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    mode: Option<OpenMode>,
    read_only: Option<bool>,
    max_staleness: Option<Duration>,
    durability: Option<Durability>,
    commit_delay: Option<Duration>,
    cache_bytes: Option<u64>,
    query_timeout: Option<Duration>,
    memory_limit: Option<u64>,
    plan_cache: Option<usize>,
    load_from: Option<Vec<PathBuf>>,
    storage: StorageOptions,
}

/// What the options and the URI come to.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub(crate) settings: Settings,
    pub(crate) query_timeout: Option<Duration>,
    pub(crate) memory_limit: Option<u64>,
    pub(crate) plan_cache: usize,
    pub(crate) files: Option<Arc<Directories>>,
}

impl OpenOptions {
    /// Nothing set: what the URI says, then the defaults.
    pub fn new() -> OpenOptions {
        OpenOptions::default()
    }

    /// Whether the namespace may be created, must be, or must not. In a URI: `mode`.
    #[must_use]
    pub fn mode(mut self, mode: OpenMode) -> OpenOptions {
        self.mode = Some(mode);
        self
    }

    /// Refuses writes. In a URI: `read_only`.
    #[must_use]
    pub fn read_only(mut self, read_only: bool) -> OpenOptions {
        self.read_only = Some(read_only);
        self
    }

    /// How old what a query sees may be: nothing at all in memory and on files unless set, a second on buckets. In a
    /// URI: `max_staleness`.
    #[must_use]
    pub fn max_staleness(mut self, staleness: Duration) -> OpenOptions {
        self.max_staleness = Some(staleness);
        self
    }

    /// When a commit is acknowledged. In a URI: `durability`.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> OpenOptions {
        self.durability = Some(durability);
        self
    }

    /// How long a commit waits for others to share its put with.
    #[must_use]
    pub fn commit_delay(mut self, delay: Duration) -> OpenOptions {
        self.commit_delay = Some(delay);
        self
    }

    /// Bytes of the graph to keep in memory. In a URI: `cache_bytes`.
    #[must_use]
    pub fn cache_bytes(mut self, bytes: u64) -> OpenOptions {
        self.cache_bytes = Some(bytes);
        self
    }

    /// How long a query may run unless it says otherwise. In a URI: `query_timeout`.
    #[must_use]
    pub fn query_timeout(mut self, timeout: Duration) -> OpenOptions {
        self.query_timeout = Some(timeout);
        self
    }

    /// How many bytes the rows that a query holds may take, unless it says otherwise. In a URI: `memory_limit`.
    #[must_use]
    pub fn memory_limit(mut self, bytes: u64) -> OpenOptions {
        self.memory_limit = Some(bytes);
        self
    }

    /// How many plans to keep; 0 plans every query anew.
    #[must_use]
    pub fn plan_cache(mut self, plans: usize) -> OpenOptions {
        self.plan_cache = Some(plans);
        self
    }

    /// Directories that LOAD CSV and LOAD PARQUET may read files from; without any they read none. In a URI: `load_from`,
    /// with commas between.
    #[must_use]
    pub fn load_from(mut self, directories: impl IntoIterator<Item = impl Into<PathBuf>>) -> OpenOptions {
        self.load_from = Some(directories.into_iter().map(Into::into).collect());
        self
    }

    /// What the backend needs and a URI must not hold, credentials above all. Never shown.
    #[must_use]
    pub fn storage_options(mut self, options: StorageOptions) -> OpenOptions {
        self.storage = options;
        self
    }

    /// Opens the database that a URI names.
    ///
    /// # Errors
    /// `InvalidUri` if the URI is malformed, or nothing opens its scheme; otherwise what the store answers.
    pub async fn open(self, uri: impl AsRef<str>) -> Result<Database> {
        let uri = parse_uri(uri.as_ref())?;
        let resolved = self.resolve(Some(&uri))?;
        Database::open_uri(uri, self.storage, resolved).await
    }

    /// Verifies the database that a URI names, whether or not it can be opened: reads everything that is durable, past every
    /// cache, and compares it with all that it must agree with. Writes nothing; others may write meanwhile.
    ///
    /// # Errors
    /// `InvalidUri` if the URI is malformed, or nothing opens its scheme; `InvalidArgument` if there is no database; otherwise
    /// what the store answers. What is damaged is no error, but in the report.
    pub async fn verify(self, uri: impl AsRef<str>) -> Result<VerifyReport> {
        let uri = parse_uri(uri.as_ref())?;
        self.resolve(Some(&uri))?;
        let shared = runtime::shared()?;
        let verified = async move {
            let store = connect::open_store(&uri, OpenMode::Open, &self.storage).await?;
            Ok(engine::verify(store, path(&uri.namespace_prefix())?, shared).await?)
        };
        runtime::requests(verified).await
    }

    /// Opens the namespace under a path of a store that the program made itself.
    ///
    /// # Errors
    /// `InvalidArgument` if that is no path; otherwise what the store answers.
    pub async fn open_store(self, store: Arc<dyn ObjectStore>, prefix: &str) -> Result<Database> {
        let resolved = self.resolve(None)?;
        Database::open_in(store, prefix, resolved).await
    }

    /// What it comes to with a URI, and what the backend is given.
    pub(crate) fn parts(self, uri: &Uri) -> Result<(Resolved, StorageOptions)> {
        Ok((self.resolve(Some(uri))?, self.storage))
    }

    pub(crate) fn resolve(&self, uri: Option<&Uri>) -> Result<Resolved> {
        let mut settings = Settings::default();
        let (mut query_timeout, mut memory_limit) = (None, None);
        let mut load_from = Vec::new();
        if let Some(uri) = uri {
            settings.apply_uri(uri)?;
            query_timeout = uri.duration("query_timeout")?;
            memory_limit = uri.size("memory_limit")?;
            let directories = uri.option("load_from").into_iter().flat_map(|list| list.split(','));
            load_from = directories.filter(|d| !d.is_empty()).map(PathBuf::from).collect();
            settings.alone = *uri.location() == Location::Memory && uri.flag("shared")? != Some(true);
        }
        settings.mode = self.mode.unwrap_or(settings.mode);
        settings.read_only = self.read_only.unwrap_or(settings.read_only);
        settings.max_staleness = self.max_staleness.or(settings.max_staleness);
        settings.durability = self.durability.unwrap_or(settings.durability);
        settings.commit_delay = self.commit_delay.unwrap_or(settings.commit_delay);
        settings.cache_bytes = self.cache_bytes.unwrap_or(settings.cache_bytes);
        Ok(Resolved {
            settings,
            query_timeout: self.query_timeout.or(query_timeout),
            memory_limit: self.memory_limit.or(memory_limit),
            plan_cache: self.plan_cache.unwrap_or(PLANS),
            files: Directories::new(self.load_from.clone().unwrap_or(load_from)),
        })
    }
}

/// How to run one query.
#[derive(Clone, Debug, Default)]
pub struct QueryOptions {
    /// How long it may run, if not as long as the database says.
    pub timeout: Option<Duration>,
    /// How many bytes the rows that it holds may take, if not as many as the database says.
    pub memory_limit: Option<u64>,
    /// Whether a write is refused.
    pub read_only: bool,
    /// What the caller calls a write, so that it is done once, however often it is asked for: see
    /// [`Database::cypher_with`]. A statement that only reads has no use for it.
    pub token: Option<Arc<str>>,
    /// Stops it from another thread.
    pub cancel: CancelToken,
    /// Whether its result has its plan, with what each operator did: [`QueryResult::plan`](crate::QueryResult::plan).
    pub profile: bool,
}

/// How a transaction is to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TransactionOptions {
    /// Whether a write in it is refused.
    pub read_only: bool,
    /// How long it may go on: after that it does nothing any more, and does not commit.
    pub timeout: Option<Duration>,
}

impl QueryOptions {
    /// The defaults, for a call that this token stops.
    pub fn cancelled_by(cancel: CancelToken) -> QueryOptions {
        QueryOptions {
            timeout: None,
            memory_limit: None,
            read_only: false,
            token: None,
            cancel,
            profile: false,
        }
    }

    /// These options, with a token that stops this one call also when the caller's token, which may serve several,
    /// does not.
    pub(crate) fn for_one_call(&self) -> QueryOptions {
        let callers = self.cancel.clone();
        QueryOptions { cancel: CancelToken::with_poll(move || callers.is_cancelled()), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_says_wins_over_the_uri() {
        let uri = parse_uri(
            "memory://a?mode=open&read_only=true&max_staleness=2s&query_timeout=5s&memory_limit=1MB&cache_bytes=7",
        )
        .unwrap();
        let by_uri = OpenOptions::new().resolve(Some(&uri)).unwrap();
        assert_eq!((by_uri.settings.mode, by_uri.settings.read_only), (OpenMode::Open, true));
        assert_eq!(by_uri.settings.max_staleness, Some(Duration::from_secs(2)));
        assert_eq!(
            (by_uri.query_timeout, by_uri.memory_limit),
            (Some(Duration::from_secs(5)), Some(1_000_000))
        );
        assert_eq!((by_uri.settings.cache_bytes, by_uri.plan_cache), (7, PLANS));
        let options = OpenOptions::new()
            .mode(OpenMode::Create)
            .read_only(false)
            .max_staleness(Duration::ZERO)
            .query_timeout(Duration::from_secs(1))
            .memory_limit(9)
            .cache_bytes(8)
            .plan_cache(0);
        let by_both = options.resolve(Some(&uri)).unwrap();
        assert_eq!((by_both.settings.mode, by_both.settings.read_only), (OpenMode::Create, false));
        assert_eq!(by_both.settings.max_staleness, Some(Duration::ZERO));
        assert_eq!((by_both.query_timeout, by_both.memory_limit), (Some(Duration::from_secs(1)), Some(9)));
        assert_eq!((by_both.settings.cache_bytes, by_both.plan_cache), (8, 0));
    }

    #[test]
    fn only_a_store_in_memory_that_is_not_shared_is_known_to_nobody_else() {
        let alone =
            |uri: &str| OpenOptions::new().resolve(Some(&parse_uri(uri).unwrap())).unwrap().settings.alone;
        assert!(alone("memory://a") && alone("memory://a?shared=false"));
        assert!(!alone("memory://a?shared=true") && !alone("file:///tmp/a?ns=a"));
        assert!(!OpenOptions::new().resolve(None).unwrap().settings.alone);
    }

    #[test]
    fn credentials_are_not_shown() {
        let mut storage = StorageOptions::new();
        storage.set("secret_access_key", "hunter2");
        let shown = format!("{:?}", OpenOptions::new().storage_options(storage));
        assert!(shown.contains("secret_access_key") && !shown.contains("hunter2"), "{shown}");
    }
}
