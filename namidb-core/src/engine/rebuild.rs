//! Building the newest state anew on a newer checkpoint.
//!
//! What changed is stored against the checkpoint that a state was built on, down to how lists are cut into parts, which
//! another process may do otherwise. So where another process has published, its checkpoint and the log after it are
//! applied once more: from the index of its SSTs, without reading blocks. The same is done when an SST is gone that the
//! newest state reads from, since another process has merged it into others.

use super::Inner;
use super::head::Base;
use super::load::{name_the_loss, read_checkpoint};
use super::open::WINDOW_NEXT;
use super::rework::Rework;
use crate::error::{Error, ErrorCode, Result};
use crate::manifest::Manifest;
use crate::residency::Misses;
use crate::wal::{self, Position, Record};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// How often it begins again because a checkpoint, a compaction or a collection has overtaken it.
const TRIES: u32 = 20;

/// Records are much that have more bytes than this share of what chunks may take.
const HEAVY_SHARE: u64 = 4;

/// How long a group that is in flight, and those that would be, are waited for at a time.
pub(super) const HOLD: Duration = Duration::from_millis(1);

/// As long as one lives, no group is begun.
struct Held<'a>(&'a AtomicUsize);

impl Held<'_> {
    fn begin(holds: &AtomicUsize) -> Held<'_> {
        holds.fetch_add(1, Ordering::AcqRel);
        Held(holds)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Inner {
    /// Builds the newest state anew on the newest checkpoint; goes over to that, if the newest state is still before it.
    /// Writers wait meanwhile, for two rounds of requests and the log after that checkpoint.
    pub(super) async fn adopt(self: &Arc<Inner>) -> Result<()> {
        let _held = Held::begin(&self.holds);
        for _ in 0..TRIES {
            while self.staging().in_flight.is_some() {
                self.check_open()?;
                self.runtime.sleep(HOLD).await;
            }
            let moving = self.moving.lock().await;
            let manifest = self.looks.read().await?.present.manifest;
            let newest = self.head.newest();
            let checkpoint = manifest.checkpoint.seq;
            let rebuilt =
                if checkpoint > newest.seq { None } else { self.rebuild(&manifest, &newest).await? };
            let Some(with) = rebuilt else {
                if checkpoint > newest.seq {
                    // To follow the log would take what has been collected.
                    drop(moving);
                    return self.reload(newest.seq.next()).await;
                }
                continue;
            };
            let mut staging = self.staging();
            if staging.in_flight.is_some() {
                continue;
            }
            let rework = Rework::Replaced { checkpoint, with };
            self.reworks.lock().unwrap_or_else(PoisonError::into_inner).push(rework);
            self.do_reworks(&mut staging);
            drop(staging);
            // What is idle goes over to the new state at once.
            drop(self.staging());
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::StoreUnavailable,
            "the newest checkpoint was replaced faster than the state could be built on it",
        ))
    }

    /// What was applied and is in no SST that the newest state knows of cannot leave memory. Where that has become much,
    /// and others have published a newer checkpoint, goes over to that: so a process that only follows stays within bounds
    /// for as long as others checkpoint. Not while a group is in flight, nor if it fails: then it is tried again later.
    pub(super) async fn adopt_if_heavy(self: &Arc<Inner>) {
        if let Some(base) = self.head.heavy_base(self.settings.cache_bytes / HEAVY_SHARE) {
            drop(self.adopt_newer(base).await);
        }
    }

    async fn adopt_newer(self: &Arc<Inner>, base: Base) -> Result<()> {
        let _held = Held::begin(&self.holds);
        if self.staging().in_flight.is_some() {
            return Ok(());
        }
        let checkpoint = self.looks.look().await?.manifest.checkpoint.seq;
        self.head.note_checkpoint(checkpoint);
        let newest = self.head.newest().seq;
        match base.checkpoint {
            Some(built_on) if checkpoint > built_on && checkpoint <= newest => self.adopt().await,
            // It is far behind: what lies between need not be applied.
            Some(built_on) if checkpoint > built_on => self.reload(newest.next()).await,
            _ => Ok(()),
        }
    }

    /// Fetches what work on the newest states has missed. If they read from an SST that is gone, they are built anew: the
    /// work is then done again on those.
    pub(super) async fn fetch_or_adopt(self: &Arc<Inner>, misses: &Misses) -> Result<()> {
        match self.fetch(misses).await {
            Err(error) if error.code() == ErrorCode::SnapshotExpired => self.replace_expired(&error).await,
            other => other,
        }
    }

    /// A state reads from an SST that is gone: the newest state at least shall not.
    pub(super) async fn replace_expired(self: &Arc<Inner>, error: &Error) -> Result<()> {
        self.check_loss(error).await?;
        self.adopt().await
    }

    /// An SST is gone: if the newest manifest names it, nobody has collected it.
    async fn check_loss(&self, error: &Error) -> Result<()> {
        let manifest = self.looks.look().await?.manifest;
        let name = error.detail("object").and_then(|path| path.rsplit('/').next());
        if !name.is_some_and(|name| manifest.names(name)) {
            return Ok(());
        }
        let mut lost = Error::new(ErrorCode::SnapshotExpired, error.message());
        for (name, value) in error.details() {
            lost = lost.with_detail(name, value);
        }
        Err(name_the_loss(lost))
    }

    /// The state at `until`, built on the checkpoint of a manifest that was just read. None: what that names, or the log
    /// after it, was collected meanwhile.
    async fn rebuild(&self, manifest: &Manifest, until: &Position) -> Result<Option<Arc<Position>>> {
        match self.apply_again(manifest, until).await {
            Ok(position) => Ok(position.map(Arc::new)),
            // Nothing is called corrupt that may have been collected.
            Err(error) => {
                let now = self.looks.look().await?;
                if now.manifest.version == manifest.version { Err(name_the_loss(error)) } else { Ok(None) }
            }
        }
    }

    async fn apply_again(&self, manifest: &Manifest, until: &Position) -> Result<Option<Position>> {
        let checkpoint = &manifest.checkpoint;
        let mut position = Position {
            seq: checkpoint.seq,
            hash: checkpoint.hash,
            time: checkpoint.time.unwrap_or(i64::MIN),
            state: read_checkpoint(&self.files, checkpoint, &self.runtime).await?,
        };
        position.state.take_over(&self.fetcher.ledger().counted(), &until.state);
        while position.seq < until.seq {
            let count = (until.seq.0 - position.seq.0).min(WINDOW_NEXT);
            for slot in wal::read_window(&*self.store, &self.layout, position.seq.next(), count).await? {
                let Some((bytes, body)) = slot.bytes else { return Ok(None) };
                let replay = || wal::replay(self.database, &position, Record::decode(&bytes, body.as_ref())?);
                position = self.fetcher.resolve(replay).await?.position;
            }
        }
        // The chain of hashes says that these were the records that were applied before.
        Ok((position.hash == until.hash).then_some(position))
    }
}
