//! The chunks of an engine's states: how they come, and how memory comes back.
//!
//! Whatever reads or changes a state does so in a [collector](collect()); what it missed is fetched here, and then it is
//! done again. After a fetch the budget is looked at: if the chunks take more than they may, the newest state is replaced
//! by the same one without those that were not used for longest, and so is what writers build on. Readers go over to it
//! between their batches. Snapshots that somebody keeps keep their chunks.

use super::{Engine, Inner};
use crate::error::{ErrorCode, Result};
use crate::graph::GraphState;
use crate::ids::Seq;
use crate::residency::{CacheStats, Misses, collect};
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

/// As long as one lives nothing has to go. Whoever executes again and again on the newest state, until all that it needs
/// is there, holds one: else what it fetched last could always push out what it fetched before.
pub(super) struct Spared<'a>(&'a AtomicUsize);

impl Drop for Spared<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

impl Inner {
    /// Lets nothing go for a while.
    pub(super) fn spare(&self) -> Spared<'_> {
        self.spared.fetch_add(1, Ordering::Acquire);
        Spared(&self.spared)
    }

    /// Fetches what was missed, and keeps the budget.
    pub(super) async fn fetch(&self, misses: &Misses) -> Result<()> {
        self.fetcher.fetch(misses).await?;
        self.trim();
        Ok(())
    }

    /// Does work that reads a state, and changes nothing, until nothing that it reads is missing.
    pub(super) async fn resolve<R>(&self, mut work: impl FnMut() -> Result<R>) -> Result<R> {
        let mut spared = None;
        loop {
            let (result, misses) = collect(&mut work);
            if misses.is_empty() {
                return result;
            }
            spared.get_or_insert_with(|| self.spare());
            self.fetch(&misses).await?;
        }
    }

    /// Leaves chunks out of the newest states if all chunks take more than they may.
    pub(super) fn trim(&self) {
        if self.spared.load(Ordering::Acquire) > 0 || !self.fetcher.ledger().is_over() {
            return;
        }
        let _trimming = self.trimming.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = self.fetcher.ledger().condemn();
        if keys.is_empty() {
            return;
        }
        self.head.lighten(&keys);
        self.staging().lighten(&keys, self.head.newest());
    }
}

impl Engine {
    /// Fetches what work on a state of this engine has missed. Afterwards the work can be done again on that state.
    ///
    /// # Errors
    /// Those of the store; `Corruption`, naming the object; `SnapshotExpired` if the state is so old that what it needs
    /// has been collected.
    pub async fn fetch(&self, misses: &Misses) -> Result<()> {
        let fetched = self.inner.fetch(misses).await;
        if let Err(error) = &fetched
            && error.code() == ErrorCode::SnapshotExpired
        {
            // So that the next snapshot is not so old.
            self.inner.replace_expired(error).await?;
        }
        fetched
    }

    /// A number that changes whenever chunks have to go: whoever holds a state for long goes over to a
    /// [lighter](Engine::lighter) one then.
    pub fn memory_generation(&self) -> u64 {
        self.inner.fetcher.ledger().condemnations()
    }

    /// The same state without the chunks that had to go. `seq` is the record that it is the state after.
    pub fn lighter(&self, seq: Seq, state: &GraphState) -> GraphState {
        // So that the newest state is without them.
        let _trimming = self.inner.trimming.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = self.inner.head.newest();
        if newest.seq == seq {
            // Shared, so that what one reader fetches all have.
            return newest.state.clone();
        }
        let mut state = state.clone();
        state.evict(&self.inner.fetcher.ledger().condemned());
        state
    }

    /// What is in memory, and what became of the chunks since the engine was opened.
    pub fn cache_stats(&self) -> CacheStats {
        self.inner.fetcher.stats()
    }
}
