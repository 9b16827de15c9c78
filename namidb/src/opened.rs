//! A database as this process has it open.

use crate::backend::StorageOptions;
use crate::chunks::Chunks;
use crate::connect;
use crate::error::{Error, Result};
use crate::options::{QueryOptions, Resolved};
use crate::plan_cache::PlanCache;
use crate::process;
use crate::runtime;
use arc_swap::ArcSwapOption;
use namidb_core::engine::Engine;
use namidb_core::object_store::{ObjectPath, ObjectStore};
use namidb_core::runtime::{SharedRuntime, Workers};
use namidb_core::uri::{Location, OpenMode, Uri};
use namidb_core::{ErrorCode, Seq};
use namidb_cypher::Params;
use namidb_cypher::exec::{CancelToken, ExecutionContext};
use std::sync::Arc;

/// An engine with what its statements need. It belongs to the process that opened it.
#[derive(Debug)]
pub(crate) struct Opened {
    process: u64,
    pub(crate) engine: Engine,
    pub(crate) plans: PlanCache,
    pub(crate) runtime: SharedRuntime,
    /// Where its requests run: the runtime of the process that it belongs to.
    pub(crate) handle: tokio::runtime::Handle,
    pub(crate) options: Resolved,
    /// What the database is called: its namespace.
    name: Arc<str>,
    /// Threads that all queries share.
    workers: Workers,
}

impl Opened {
    async fn open(store: Arc<dyn ObjectStore>, prefix: ObjectPath, options: Resolved) -> Result<Opened> {
        let (runtime, handle) = (runtime::shared()?, runtime::handle()?);
        let name = Arc::from(prefix.as_str().rsplit('/').next().unwrap_or_default());
        let engine = Engine::open(store, prefix, options.settings.clone(), Arc::clone(&runtime)).await?;
        let plans = PlanCache::new(options.plan_cache);
        let workers = Workers::per_processor();
        Ok(Opened { process: process::current(), engine, plans, runtime, handle, options, name, workers })
    }

    /// What an execution of a statement is given, but for the place that its [chunks](Opened::chunks) come from.
    pub(crate) fn context(&self, params: Params, options: &QueryOptions) -> ExecutionContext {
        let (runtime, workers) = (Arc::clone(&self.runtime), self.workers.clone());
        let mut context =
            ExecutionContext::with(runtime, options.cancel.clone(), workers, Arc::clone(&self.name));
        context.params = params;
        context.deadline = runtime::deadline(&*self.runtime, options.timeout.or(self.options.query_timeout));
        context.files = self.options.files.clone().map(|files| files as _);
        context.memory_limit = options.memory_limit.or(self.options.memory_limit);
        context
    }

    /// Where the chunks come from of the state after a record, or of changes that are not committed.
    pub(crate) fn chunks(&self, seq: Option<Seq>) -> Arc<Chunks> {
        Arc::new(Chunks { engine: self.engine.clone(), seq })
    }

    /// Refuses a write where there must be none.
    pub(crate) fn check_writable(&self, read_only: bool) -> Result<()> {
        if self.options.settings.read_only {
            return Err(Error::new(ErrorCode::ReadOnly, "the database was opened read-only"));
        }
        if read_only {
            return Err(Error::new(ErrorCode::ReadOnly, "the statement writes, and was asked only to read")
                .with_hint("Leave read_only out of the call to write"));
        }
        Ok(())
    }
}

/// Where a database comes from.
#[derive(Debug)]
pub(crate) enum Source {
    /// A URI, by which it can be opened again.
    Uri(Uri, StorageOptions),
    /// A store that the program made, and the path in it.
    Store(ObjectPath),
}

/// A database of this process, or of the process that it was forked from: then it is opened again when it is first used.
#[derive(Debug)]
pub(crate) struct Handle {
    pub(crate) source: Source,
    options: Resolved,
    /// None once it is closed: what the engine holds, a graph and what a store keeps open, goes with it.
    opened: ArcSwapOption<Opened>,
}

impl Handle {
    pub(crate) async fn open_uri(uri: Uri, storage: StorageOptions, options: Resolved) -> Result<Handle> {
        let opened = open_by_uri(uri.clone(), storage.clone(), options.clone());
        let opened = runtime::requests(opened).await?;
        Ok(Handle { source: Source::Uri(uri, storage), options, opened: ArcSwapOption::from_pointee(opened) })
    }

    /// The same over a store that was opened by the URI already.
    pub(crate) async fn open_over(
        store: Arc<dyn ObjectStore>,
        uri: Uri,
        storage: StorageOptions,
        options: Resolved,
    ) -> Result<Handle> {
        let prefix = path(&uri.namespace_prefix())?;
        let opened = runtime::requests(Opened::open(store, prefix, options.clone())).await?;
        Ok(Handle { source: Source::Uri(uri, storage), options, opened: ArcSwapOption::from_pointee(opened) })
    }

    pub(crate) async fn open_in(
        store: Arc<dyn ObjectStore>,
        prefix: &str,
        options: Resolved,
    ) -> Result<Handle> {
        let prefix = path(prefix)?;
        let opened = runtime::requests(Opened::open(store, prefix.clone(), options.clone())).await?;
        Ok(Handle { source: Source::Store(prefix), options, opened: ArcSwapOption::from_pointee(opened) })
    }

    /// The engine in this process.
    ///
    /// # Errors
    /// `Closed` if it was closed, or in a forked process if there is nothing to open again; otherwise what opening
    /// again gives.
    pub(crate) fn opened(&self) -> Result<Arc<Opened>> {
        match &*self.opened.load() {
            None => Err(closed()),
            Some(opened) if opened.process == process::current() => Ok(Arc::clone(opened)),
            Some(_) => self.reopen(),
        }
    }

    /// Ends it for all who share it; gives the engine that is to be closed, if there is one in this process.
    pub(crate) fn close(&self) -> Option<Arc<Opened>> {
        let opened = self.opened.swap(None)?;
        if opened.process == process::current() {
            return Some(opened);
        }
        forget(opened);
        None
    }

    #[cold]
    fn reopen(&self) -> Result<Arc<Opened>> {
        let (uri, storage) = match &self.source {
            Source::Uri(uri, storage) if *uri.location() != Location::Memory => (uri, storage),
            _ => {
                let message = "the database lives in the memory of the process that this one was forked from";
                return Err(Error::new(ErrorCode::Closed, message).with_hint("Open one in this process"));
            }
        };
        let open = open_by_uri(uri.clone(), storage.clone(), self.options.clone());
        let Ok(opened) = runtime::wait(&CancelToken::new(), None, open)? else {
            return Err(Error::new(ErrorCode::Internal, "opening was cancelled"));
        };
        let opened = Arc::new(opened?);
        if let Some(inherited) = self.opened.swap(Some(Arc::clone(&opened))) {
            forget(inherited);
        }
        Ok(opened)
    }
}

/// Leaves the engine of a parent process alone for ever: it counts on threads that do not exist here.
fn forget(inherited: Arc<Opened>) {
    std::mem::forget(inherited);
}

#[cold]
fn closed() -> Error {
    Error::new(ErrorCode::Closed, "the database is closed").with_hint("Open it again")
}

async fn open_by_uri(uri: Uri, storage: StorageOptions, options: Resolved) -> Result<Opened> {
    // Who only reads creates nothing, no directory either.
    let mode = if options.settings.read_only { OpenMode::Open } else { options.settings.mode };
    let store = connect::open_store(&uri, mode, &storage).await?;
    Opened::open(store, path(&uri.namespace_prefix())?, options).await
}

pub(crate) fn path(text: &str) -> Result<ObjectPath> {
    ObjectPath::new(text).map_err(|error| Error::new(ErrorCode::InvalidArgument, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocking::wait_for;
    use crate::options::OpenOptions;

    /// A handle as a child of the process that opened it has it.
    fn inherited(uri: &str) -> Handle {
        let uri = crate::parse_uri(uri).unwrap();
        let options = OpenOptions::new().resolve(Some(&uri)).unwrap();
        let handle = wait_for(Handle::open_uri(uri, StorageOptions::new(), options)).unwrap().unwrap();
        let engine = handle.opened().unwrap().engine.clone();
        let opened = Opened {
            process: 0,
            engine,
            plans: PlanCache::new(1),
            runtime: runtime::shared().unwrap(),
            handle: runtime::handle().unwrap(),
            options: handle.options.clone(),
            name: Arc::from("test"),
            workers: Workers::new(1),
        };
        Handle { opened: ArcSwapOption::from_pointee(opened), ..handle }
    }

    #[test]
    #[cfg(feature = "file")]
    fn a_forked_process_opens_the_database_again_by_its_uri() {
        let directory = std::env::temp_dir().join(format!("namidb-{}", crate::new_uuid()));
        let handle = inherited(&format!("file://{}?ns=test", directory.display()));
        let opened = handle.opened().unwrap();
        assert_eq!(opened.process, process::current());
        assert!(Arc::ptr_eq(&opened, &handle.opened().unwrap()), "once is enough");
        std::fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    #[cfg(feature = "memory")]
    fn closing_releases_the_engine() {
        let database = crate::blocking::Database::open("memory://demo").unwrap();
        let opened = Arc::downgrade(&database.opened().unwrap());
        database.close().unwrap();
        assert!(opened.upgrade().is_none(), "what the store keeps open and the graph are gone");
        database.close().unwrap();
        assert_eq!(database.cypher("RETURN 1", ()).unwrap_err().code(), ErrorCode::Closed);
    }

    #[test]
    #[cfg(feature = "memory")]
    fn a_forked_process_closes_nothing_of_its_parent() {
        let handle = inherited("memory://demo");
        assert!(handle.close().is_none());
        assert_eq!(handle.opened().unwrap_err().code(), ErrorCode::Closed);
    }

    #[test]
    #[cfg(feature = "memory")]
    fn a_forked_process_has_no_database_in_memory() {
        let error = inherited("memory://demo").opened().unwrap_err();
        assert_eq!(error.code(), ErrorCode::Closed);
    }
}
