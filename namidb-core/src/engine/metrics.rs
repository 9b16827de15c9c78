//! What an engine counts, and what it says of itself.

use super::health::Degraded;
use crate::ids::Seq;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// What became of the writes of an engine.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct CommitMetrics {
    /// Writes that wait for a group.
    pub queue_depth: u64,
    /// Writes that were let in.
    pub admitted: u64,
    /// Writes acknowledged, also those that changed nothing.
    pub committed: u64,
    /// Writes told that nothing of them was applied.
    pub failed: u64,
    /// Writes told that their outcome is unknown.
    pub unknown: u64,
    /// Times that a record was sent to the log: also those that were lost, or sent again.
    pub puts: u64,
    /// Records of this engine in the log. Writes share them.
    pub records: u64,
    /// How long writes have waited together, from when they were executed to their answers.
    pub waited: Duration,
    /// Slots lost to another process.
    pub lost_slots: u64,
    /// Executions beyond the first of a write.
    pub executed_again: u64,
    /// Times that the engine had to begin again from a checkpoint.
    pub reloads: u64,
    /// Checkpoints published.
    pub checkpoints: u64,
    /// Merges of runs published.
    pub compactions: u64,
    /// Objects deleted.
    pub collected: u64,
}

/// What an engine is, and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Info {
    /// The database.
    pub database: Uuid,
    /// The format of the log.
    pub log_format: u32,
    /// The format of the manifest.
    pub manifest_format: u32,
    /// The format of SSTs.
    pub sst_format: u32,
    /// The newest record applied.
    pub seq: Seq,
    /// The newest checkpoint that this engine knows of.
    pub checkpoint: Seq,
    /// How old a snapshot may be.
    pub max_staleness: Duration,
    /// Whether the engine writes nothing.
    pub read_only: bool,
    /// What it cannot do at present, and why. Empty if all is well.
    pub degraded: Vec<Degraded>,
}

/// The counters behind [`CommitMetrics`].
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) admitted: AtomicU64,
    pub(super) committed: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) unknown: AtomicU64,
    pub(super) puts: AtomicU64,
    pub(super) records: AtomicU64,
    pub(super) waited_micros: AtomicU64,
    pub(super) lost_slots: AtomicU64,
    pub(super) executed_again: AtomicU64,
    pub(super) reloads: AtomicU64,
    pub(super) checkpoints: AtomicU64,
    pub(super) compactions: AtomicU64,
    pub(super) collected: AtomicU64,
}

/// Adds one.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Counters {
    /// Adds the time that a write has waited.
    pub(super) fn waited(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.waited_micros.fetch_add(micros, Ordering::Relaxed);
    }

    pub(super) fn read(&self, queue_depth: usize) -> CommitMetrics {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CommitMetrics {
            queue_depth: queue_depth as u64,
            admitted: get(&self.admitted),
            committed: get(&self.committed),
            failed: get(&self.failed),
            unknown: get(&self.unknown),
            puts: get(&self.puts),
            records: get(&self.records),
            waited: Duration::from_micros(get(&self.waited_micros)),
            lost_slots: get(&self.lost_slots),
            executed_again: get(&self.executed_again),
            reloads: get(&self.reloads),
            checkpoints: get(&self.checkpoints),
            compactions: get(&self.compactions),
            collected: get(&self.collected),
        }
    }
}
