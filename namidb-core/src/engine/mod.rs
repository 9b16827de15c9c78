//! The engine: a namespace of a store as snapshots to read and a log to write to.
//!
//! ```text
//!   write, begin ──▶ stage ──▶ commit ──────────▶ wal/<n>        (one put a group)
//!                      ▲          │ lost: race                        │
//!                      └──────────┘                                   ▼
//!   snapshot ◀── head (newest durable state) ◀── follow ◀── the records of others
//!                      │                            ▲
//!                      ▼                            └── look: what an answer about a slot proves
//!                 checkpoint ──▶ sst/…, manifest ──▶ compact ──▶ collect
//! ```
//!
//! Invariants:
//! - Readers see only what is durable, and never wait for writers.
//! - The head only moves on; whoever moves it has applied every record before.
//! - No answer about a slot is acted upon but under the look rule (`docs/protocol.md`, section 5).
//! - From the freezing of a group to a definite answer, nothing but its bytes is put, and only to its slot.
//! - No lock is held across a wait, but for the two that let one task at a time follow, and one checkpoint.

mod backup;
mod checkpoint;
mod close;
mod collect;
mod commit;
mod compact;
mod follow;
mod head;
mod health;
mod load;
mod look;
mod metrics;
mod offload;
mod open;
mod pin;
mod race;
mod rebuild;
mod replace;
mod residency;
mod retained;
mod rework;
mod self_test;
mod settings;
mod snapshot;
mod snapshot_file;
mod stage;
#[cfg(test)]
mod tests;
mod transaction;
mod verify;

pub use backup::BackupReport;
pub use checkpoint::FlushReport;
pub use compact::CompactionReport;
pub use health::{Degraded, Duty};
pub use metrics::{CommitMetrics, Info};
pub use pin::{PIN_MAX, Pin, PinInfo};
pub use retained::Retained;
pub use settings::Settings;
pub use snapshot::Snapshot;
pub use snapshot_file::{SNAPSHOT_FORMAT, SnapshotExport, SnapshotImport, SnapshotMeta};
pub use transaction::{Once, Transaction};
pub use verify::{Problem, Stray, VerifyReport, verify};

use crate::error::{Error, ErrorCode, Result};
use crate::hash::HashSet;
use crate::ids::Seq;
use crate::layout::Layout;
use crate::object_store::layers::{Counts, Observe, Retry, RetryPolicy};
use crate::object_store::{ObjectPath, ObjectStore};
use crate::residency::Fetcher;
use crate::runtime::{SharedRuntime, random_u128};
use crate::transaction::Restage;
use crate::wal::LogId;
use crate::{manifest, sst};
use head::Head;
use health::Health;
use load::Files;
use look::Looks;
use metrics::Counters;
use rework::Rework;
use stage::Staging;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;
use verify::Depth;

/// An open namespace. Cheap to clone; clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

/// A write that took its place.
#[derive(Debug)]
pub struct Committed<W> {
    /// The work, after the execution that counted.
    pub work: W,
    /// The record that it is in; none if it changed nothing.
    pub seq: Option<Seq>,
    /// A state that contains it.
    pub snapshot: Snapshot,
}

struct Inner {
    /// What the backend gave, to know it again.
    backend: Arc<dyn ObjectStore>,
    /// The backend under its layers.
    store: Arc<dyn ObjectStore>,
    observe: Observe,
    retry: Retry,
    layout: Layout,
    files: Files,
    settings: Settings,
    staleness: Duration,
    runtime: SharedRuntime,
    database: Uuid,
    /// Drawn anew at every open, and never used again.
    writer: LogId,
    head: Head,
    looks: Looks,
    staging: Mutex<Staging>,
    /// Writes that are being executed.
    executing: AtomicUsize,
    /// When the last look at the log began that found its end, in microseconds of the runtime's clock.
    looked_at: AtomicU64,
    /// Held while the head is moved by a record of somebody else, or by a reload.
    moving: tokio::sync::Mutex<()>,
    checkpointing: tokio::sync::Mutex<()>,
    compacting: tokio::sync::Mutex<()>,
    /// What is to be done to the newest state when no group is in flight.
    reworks: Mutex<Vec<Rework>>,
    /// How many are at work that no group may be begun for.
    holds: AtomicUsize,
    /// SSTs that a compaction could not read.
    quarantined: Mutex<HashSet<String>>,
    /// Brings chunks into memory, and keeps the books of them.
    fetcher: Arc<Fetcher>,
    /// Held while chunks go.
    trimming: Mutex<()>,
    /// How many are at work that nothing must go for.
    spared: AtomicUsize,
    counters: Counters,
    health: Health,
    closed: AtomicBool,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Engine({}, at {})", self.layout.root(), self.head.newest().seq)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl Inner {
    /// Tries the store's conditions, unless this process has.
    async fn self_test(&self) -> Result<()> {
        self_test::self_test(&self.backend, &*self.store, &self.layout, &*self.runtime).await
    }
}

impl Engine {
    /// Opens the namespace under `prefix`, and creates it if the settings allow. Opening one that exists writes
    /// nothing.
    ///
    /// # Errors
    /// `InvalidArgument` if it exists, or does not, against [`Settings::mode`]; `ManifestMissing`, `Corruption` and
    /// `FormatVersion` if what is there cannot be read; `ConditionalPutUnsupported`; those of the store.
    pub async fn open(
        store: Arc<dyn ObjectStore>,
        prefix: ObjectPath,
        settings: Settings,
        runtime: SharedRuntime,
    ) -> Result<Engine> {
        settings.check()?;
        let layout = Layout::new(prefix)?;
        let policy = RetryPolicy { deadline: settings.commit_deadline, ..RetryPolicy::default() };
        let retry = Retry::new(Arc::clone(&store), Arc::clone(&runtime), policy);
        let observe = Observe::new(Arc::new(retry.clone()));
        let layers: Arc<dyn ObjectStore> = Arc::new(observe.clone());
        let fetcher = Arc::new(Fetcher::new(Arc::clone(&layers), settings.cache_bytes));
        let began = runtime.monotonic();
        let files = Files::new(Arc::clone(&layers), layout.clone(), Arc::clone(&fetcher));
        let (looks, loaded) = open::open(&layers, &layout, &files, &settings, &runtime, &store).await?;
        let head = Head::new(loaded);
        let inner = Inner {
            staging: Mutex::new(Staging::new(head.newest())),
            database: looks.last().manifest.database,
            writer: LogId(random_u128(&*runtime)),
            staleness: settings.staleness(store.capabilities()),
            backend: store,
            store: layers,
            observe,
            retry,
            layout,
            files,
            settings,
            runtime,
            head,
            looks,
            executing: AtomicUsize::new(0),
            looked_at: AtomicU64::new(u64::try_from(began.as_micros()).unwrap_or(u64::MAX)),
            moving: tokio::sync::Mutex::default(),
            checkpointing: tokio::sync::Mutex::default(),
            compacting: tokio::sync::Mutex::default(),
            reworks: Mutex::default(),
            holds: AtomicUsize::new(0),
            quarantined: Mutex::default(),
            fetcher,
            trimming: Mutex::default(),
            spared: AtomicUsize::new(0),
            counters: Counters::default(),
            health: Health::default(),
            closed: AtomicBool::new(false),
        };
        Ok(Engine { inner: Arc::new(inner) })
    }

    /// The newest durable state that this process knows. Asks the store nothing.
    pub fn latest(&self) -> Snapshot {
        self.inner.latest()
    }

    /// A state that is at most [`Settings::max_staleness`] old. Asks the store only if the newest one that is known
    /// may be older; with a staleness of nothing, on memory and files, that is two look-ups of names.
    ///
    /// # Errors
    /// `Closed`; those of the store.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        match self.snapshot_if_fresh()? {
            Some(fresh) => Ok(fresh),
            None => self.inner.follow().await,
        }
    }

    /// What [`Engine::snapshot`] gives where that needs not ask the store; none where it does.
    ///
    /// # Errors
    /// `Closed`.
    pub fn snapshot_if_fresh(&self) -> Result<Option<Snapshot>> {
        self.inner.check_open()?;
        Ok(self.inner.is_fresh().then(|| self.inner.latest()))
    }

    /// Looks at the log now. What is returned contains every commit acknowledged anywhere before the call.
    ///
    /// # Errors
    /// `Closed`; those of the store.
    pub async fn refresh(&self) -> Result<Snapshot> {
        self.inner.check_open()?;
        self.inner.follow().await
    }

    /// Executes work and commits what it changes. Writes of one process share records; whatever others commit first,
    /// the work is executed again on it. Strictly serialisable.
    ///
    /// Work that changes nothing, or fails, has seen everything that was acknowledged before the call.
    ///
    /// # Errors
    /// What the work fails with; `ReadOnly`; `Closed`; `QueueFull`; `CommitOutcomeUnknown` if no answer came within
    /// the deadline; those of the store.
    ///
    /// # Cancel safety
    /// If the future is dropped, the work may be committed or not.
    pub async fn write<W: Restage>(&self, work: W) -> Result<Committed<W>> {
        self.inner.check_open()?;
        self.inner.check_writable()?;
        let (cell, staged) = self.inner.stage(work).await?;
        let done = self.inner.answer(staged).await?;
        let work = cell.take().ok_or_else(|| {
            Error::new(ErrorCode::Internal, "the work of a write was taken before its answer")
        })?;
        Ok(Committed { work, seq: done.seq, snapshot: done.snapshot })
    }

    /// Begins an explicit transaction on a state that is at most [`Settings::max_staleness`] old. Snapshot isolation;
    /// the first to commit wins.
    ///
    /// # Errors
    /// `Closed`; those of the store.
    pub async fn begin(&self) -> Result<Transaction> {
        self.snapshot().await?;
        Ok(Transaction::begin(&self.inner))
    }

    /// Writes a checkpoint of what is committed, and collects what is dead.
    ///
    /// # Errors
    /// `ReadOnly`; `Closed`; those of the store.
    pub async fn flush(&self) -> Result<FlushReport> {
        self.inner.check_open()?;
        self.inner.checkpoint(1).await
    }

    /// Writes a checkpoint of what is committed, merges all its runs into one, and deletes whatever nobody names. Runs are
    /// merged in the background where they become many; this is for who wants the least that there can be now.
    ///
    /// # Errors
    /// `ReadOnly`; `Closed`; `Corruption` if a block cannot be read: then the runs stay as they are; those of the store.
    pub async fn compact(&self) -> Result<CompactionReport> {
        self.inner.check_open()?;
        self.inner.compact_all().await
    }

    /// Copies what is committed now to a path in another store, where there must be no database. Others may write meanwhile:
    /// the copy is the state at one record. It is a database of its own from then on.
    ///
    /// # Errors
    /// `InvalidArgument` if there is a database; `ReadOnly`; `Closed`; `Corruption` if something cannot be copied as it was
    /// written; those of the stores.
    pub async fn backup(&self, to: Arc<dyn ObjectStore>, prefix: ObjectPath) -> Result<BackupReport> {
        self.inner.check_open()?;
        self.inner.backup(to, prefix).await
    }

    /// What is committed now as the bytes of one file. Others may write meanwhile: it is the state at one record.
    ///
    /// # Errors
    /// `ReadOnly`; `Closed`; those of the store.
    pub async fn export_snapshot(&self) -> Result<SnapshotExport> {
        self.inner.check_open()?;
        SnapshotExport::begin(&self.inner).await
    }

    /// Keeps the newest checkpoint readable for so long, by the store's clock, whatever is checkpointed, compacted and
    /// collected meanwhile: for a backup, or for a reader that must not be told to begin again.
    ///
    /// # Errors
    /// `InvalidArgument` if it is shorter than a second or longer than [`PIN_MAX`]; `SnapshotExpired` if the checkpoint
    /// went while it was pinned: try again; `ReadOnly`; `Closed`; those of the store.
    pub async fn pin(&self, holds: Duration) -> Result<Pin> {
        self.inner.check_open()?;
        self.inner.pin(holds).await
    }

    /// Lets a pin hold for its time from now on.
    ///
    /// # Errors
    /// `SnapshotExpired` if it came too late: what it held is not in the manifest any more; else as [`Engine::pin`].
    pub async fn renew(&self, pin: &Pin) -> Result<()> {
        self.inner.check_open()?;
        self.inner.renew_pin(pin).await.map(drop)
    }

    /// Takes a pin away, whoever made it. One that is gone is no error.
    ///
    /// # Errors
    /// `ReadOnly`; `Closed`; those of the store.
    pub async fn unpin(&self, id: Uuid) -> Result<()> {
        self.inner.check_open()?;
        self.inner.unpin(id).await
    }

    /// The pins of the namespace, whoever made them.
    ///
    /// # Errors
    /// `Closed`; those of the store.
    pub async fn pins(&self) -> Result<Vec<PinInfo>> {
        self.inner.check_open()?;
        self.inner.pins().await
    }

    /// The older checkpoints that can still be opened, the newest last: see [`Settings::retain`].
    ///
    /// # Errors
    /// `Closed`; those of the store.
    pub async fn retained(&self) -> Result<Vec<Retained>> {
        self.inner.check_open()?;
        self.inner.retained().await
    }

    /// The state at a retained checkpoint, or at the newest.
    ///
    /// # Errors
    /// `SnapshotExpired` if it is not retained any more, or never was; `Closed`; those of the store.
    pub async fn snapshot_at(&self, checkpoint: Seq) -> Result<Snapshot> {
        self.inner.check_open()?;
        self.inner.snapshot_at(checkpoint).await
    }

    /// Reads everything that is durable, past every cache, and compares it with all that it must agree with. Writes
    /// nothing. What cannot be opened is verified by the function [`verify`].
    ///
    /// # Errors
    /// `Closed`; those of the store. What is damaged is no error, but in the report.
    pub async fn verify(&self) -> Result<VerifyReport> {
        self.verify_to(Depth::Deep).await
    }

    /// As [`Engine::verify`], without the blocks of SSTs and the state that they make: the manifest, which objects there are
    /// and how large, what describes the blocks, and the records above the checkpoint. What is damaged inside a block is not
    /// seen.
    ///
    /// # Errors
    /// As [`Engine::verify`].
    pub async fn verify_shallow(&self) -> Result<VerifyReport> {
        self.verify_to(Depth::Shallow).await
    }

    async fn verify_to(&self, depth: Depth) -> Result<VerifyReport> {
        self.inner.check_open()?;
        verify::verify_through(&self.inner.store, &self.inner.layout, &self.inner.runtime, depth).await
    }

    /// Waits for the puts in flight, and writes a checkpoint if it would make the next open faster. Twice is fine.
    /// Snapshots stay.
    ///
    /// # Errors
    /// None today; what a checkpoint fails with costs the next open time, nothing else.
    pub async fn close(&self) -> Result<()> {
        self.inner.close().await
    }

    /// What the store was asked through this engine.
    pub fn request_counts(&self) -> Counts {
        Counts { retries: self.inner.retry.retries(), ..self.inner.observe.counts() }
    }

    /// What became of the writes of this engine.
    pub fn commit_metrics(&self) -> CommitMetrics {
        let queue = self.inner.staging().queue.len();
        self.inner.counters.read(queue)
    }

    /// What the engine is, and where it stands.
    pub fn info(&self) -> Info {
        Info {
            database: self.inner.database,
            log_format: crate::wal::record::FORMAT,
            manifest_format: manifest::FORMAT,
            sst_format: sst::FORMAT,
            seq: self.inner.head.newest().seq,
            checkpoint: self.inner.head.checkpoint(),
            max_staleness: self.inner.staleness,
            read_only: self.inner.settings.read_only,
            degraded: self.inner.health.read(),
        }
    }

    /// How the engine was told to behave.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Whether [`Engine::close`] was called.
    pub fn is_closed(&self) -> bool {
        self.inner.closed.load(Ordering::Acquire)
    }
}
