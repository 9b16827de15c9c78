//! Verification: everything durable is read, past every cache, and compared with all that it must agree with.
//!
//! The manifest and its checksum; every SST that it names, block by block; every record above the checkpoint, its
//! checksums, the chain of hashes and what replaying it says; the pins; and in the end every structure of the state that all of
//! this makes with every other. It needs no open engine: a namespace that cannot be opened can be verified. Nothing is
//! written.
//!
//! SSTs are read 8 MiB at a time, beside their tails, and records a window at a time. The last step is another matter: it
//! compares structures that lie anywhere, so it needs as much memory as all of the graph takes there. It is left out
//! where anything before it was damaged. A shallow verification reads no block, so it ends before that.

mod checkpoint;
mod log;
mod report;
mod strays;

pub use report::{Problem, Stray, VerifyReport};

use super::open::BEGIN_AGAIN_MAX;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::GraphState;
use crate::layout::Layout;
use crate::manifest::store::Found;
use crate::manifest::{self, Manifest};
use crate::object_store::layers::{Retry, RetryPolicy};
use crate::object_store::{ErrorKind, ObjectPath, ObjectStore, ObjectStoreExt, ObjectVersion};
use crate::residency::Fetcher;
use crate::runtime::SharedRuntime;
use report::Kind;
use std::fmt;
use std::sync::Arc;

/// How much is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Depth {
    /// Everything.
    Deep,
    /// No block of an SST, and so no state.
    Shallow,
}

/// Verifies the namespace under `prefix`, whether or not it can be opened. Others may write meanwhile.
///
/// # Errors
/// `InvalidArgument` if there is no database; those of the store. What is damaged is no error, but in the report.
pub async fn verify(
    store: Arc<dyn ObjectStore>,
    prefix: ObjectPath,
    runtime: SharedRuntime,
) -> Result<VerifyReport> {
    let layout = Layout::new(prefix)?;
    let retry = Retry::new(store, Arc::clone(&runtime), RetryPolicy::default());
    let layers: Arc<dyn ObjectStore> = Arc::new(retry);
    verify_through(&layers, &layout, &runtime, Depth::Deep).await
}

/// As [`verify`], through the layers of an engine.
pub(super) async fn verify_through(
    store: &Arc<dyn ObjectStore>,
    layout: &Layout,
    runtime: &SharedRuntime,
    depth: Depth,
) -> Result<VerifyReport> {
    for _ in 0..BEGIN_AGAIN_MAX {
        let mut verifier = Verifier { store, layout, runtime, depth, report: VerifyReport::default() };
        let version = verifier.run().await?;
        // What a checkpoint or a collection took away meanwhile is no damage.
        if verifier.report.is_ok() || manifest_version(&**store, layout).await? == version {
            return Ok(verifier.report);
        }
    }
    Err(super::open::overtaken(layout))
}

/// What the store calls the manifest that is there now.
async fn manifest_version(store: &dyn ObjectStore, layout: &Layout) -> Result<Option<ObjectVersion>> {
    match store.head(layout.manifest()).await {
        Ok(meta) => Ok(Some(meta.version)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether an error says that what was read is not what was written; else the store could not be read.
fn is_damage(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::Corruption | ErrorCode::FormatVersion | ErrorCode::ManifestMissing)
}

/// A verification under way.
struct Verifier<'a> {
    store: &'a Arc<dyn ObjectStore>,
    layout: &'a Layout,
    runtime: &'a SharedRuntime,
    depth: Depth,
    report: VerifyReport,
}

impl Verifier<'_> {
    /// Verifies what one version of the manifest names.
    async fn run(&mut self) -> Result<Option<ObjectVersion>> {
        let listed = self.store.list_all(self.layout.root()).await?;
        let version = manifest_version(&**self.store, self.layout).await?;
        let manifest = match self.manifest(&listed).await {
            Ok(manifest) => manifest,
            Err(error) if is_damage(&error) => {
                self.problem(Kind::Manifest, self.layout.manifest(), &error);
                return Ok(version);
            }
            Err(error) => return Err(error),
        };
        self.report.database = manifest.database;
        self.report.manifest_version = manifest.version;
        self.report.checkpoint = manifest.checkpoint.seq;
        let state = self.checkpoint(&manifest).await?;
        let (state, bodies) = self.log(&manifest, state, &listed).await?;
        self.strays(&manifest, &bodies, &listed).await?;
        if let Some(state) = state {
            self.state(state).await?;
        }
        Ok(version)
    }

    async fn manifest(&mut self, listed: &[ObjectPath]) -> Result<Manifest> {
        match manifest::store::read(&**self.store, self.layout, None).await? {
            Found::Manifest(read) => {
                self.report.objects += 1;
                self.report.bytes += self.store.head(self.layout.manifest()).await?.size;
                Ok(read.present.manifest)
            }
            Found::Unchanged { .. } | Found::Missing => {
                if listed.iter().any(|path| self.layout.is_data(path)) {
                    return Err(manifest::store::missing(self.layout));
                }
                let message = format!("there is no database at '{}'", self.layout.root());
                Err(Error::new(ErrorCode::InvalidArgument, message).with_hint("Check the URI"))
            }
        }
    }

    /// Compares every structure of the newest state with every other.
    async fn state(&mut self, state: GraphState) -> Result<()> {
        self.report.nodes = Some(state.node_count());
        self.report.relationships = Some(state.relationship_count());
        if let Err(error) = self.resolve(|| state.check()).await {
            if !is_damage(&error) {
                return Err(error);
            }
            self.problem(Kind::State, self.layout.root(), &error);
        }
        Ok(())
    }

    /// Does work that reads a state, until nothing that it reads is missing.
    async fn resolve<R>(&self, work: impl FnMut() -> Result<R>) -> Result<R> {
        Fetcher::new(Arc::clone(self.store), u64::MAX).resolve(work).await
    }

    fn problem(&mut self, kind: Kind, object: impl fmt::Display, error: &Error) {
        self.report.problems.push(Problem::new(kind, object, error));
    }
}
