//! Collection: deleting what is dead.
//!
//! - Slots below the floor: at once where looks cost nothing; else those below the *dated* floor, when the store's
//!   own clock is the retention past its date.
//! - SSTs that the manifest does not name and that were born below its horizon: nobody can publish them any more. Those
//!   that a pin names, or that a state of this process reads from, are spared until that ends.
//! - SSTs that nobody names and that were born above the horizon may be on their way into the manifest. If they stay
//!   unnamed for [`ORPHAN_VERSIONS`] versions, whoever wrote them has gone: the horizon is raised over them.
//!
//! - What self-tests have left whose processes died: a test takes moments, so after an hour by the store's clock.
//!
//! What is listed there goes, each time; a list that lags deletes less. A collector with an old manifest deletes
//! only what was dead already then.

use super::Inner;
use crate::error::Result;
use crate::ids::Seq;
use crate::layout::{log_seq, sst_birth};
use crate::manifest::edit::{self, Edit, Present};
use crate::manifest::store::Read;
use crate::manifest::{DatedFloor, Manifest};
use crate::object_store::{ObjectMeta, ObjectPath, ObjectStoreExt, ServerTime};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Deletions under way at a time.
const DELETIONS_AT_ONCE: usize = 8;

/// Paths asked for in one page of a list.
const PAGE: usize = 1_000;

/// Versions of the manifest that an upload may last without being taken for left behind.
const ORPHAN_VERSIONS: u64 = 16;

/// What a self-test has put is left behind when it is so old, by the store's clock.
const PROBE_AGE: Duration = Duration::from_secs(60 * 60);

/// What a collector found.
struct Collected {
    /// The floor below which all that a list showed is gone.
    floor: Option<Seq>,
    /// The oldest birth of an SST that is not named and may still be.
    unnamed: Option<u64>,
}

impl Inner {
    /// Collects after a checkpoint. What fails is made up for after the next one.
    pub(super) async fn collect_after(&self, manifest: Manifest) {
        let Ok(collected) = self.delete_dead(&manifest).await else { return };
        let left_behind = collected.unnamed.is_some_and(|birth| birth + ORPHAN_VERSIONS <= manifest.version);
        if (self.looks.has_dates() || left_behind)
            && let Ok(read) = self.looks.read().await
        {
            drop(self.note(read, collected, ORPHAN_VERSIONS).await);
        }
    }

    /// Collects by a manifest that has just been read.
    pub(super) async fn collect(&self, read: Read) -> Result<()> {
        let collected = self.delete_dead(&read.present.manifest).await?;
        self.note(read, collected, ORPHAN_VERSIONS).await
    }

    /// Collects everything that is not named, also what may be on its way into the manifest: its job then begins again.
    pub(super) async fn collect_all(&self) -> Result<()> {
        let read = self.looks.read().await?;
        let collected = self.delete_dead(&read.present.manifest).await?;
        self.note(read, collected, 0).await?;
        self.delete_dead(&self.looks.last().manifest).await?;
        // Also what is young: a test that is at it begins again.
        self.delete(self.store.list_all(self.layout.probes()).await?).await
    }

    /// Deletes what self-tests have left behind.
    async fn delete_probes(&self) -> Result<()> {
        let mut left = Vec::new();
        for probe in self.store.list_all(self.layout.probes()).await? {
            match self.store.head(&probe).await {
                Ok(ObjectMeta { last_modified: Some(written), server_time: Some(now), .. })
                    if now > written && now.distance(written) >= PROBE_AGE =>
                {
                    left.push(probe);
                }
                Ok(_) => {}
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.delete(left).await
    }

    /// Deletes what is dead by this manifest.
    async fn delete_dead(&self, manifest: &Manifest) -> Result<Collected> {
        let ssts = self.store.list_all(self.layout.ssts()).await?;
        let unnamed = ssts.into_iter().filter(|path| !manifest.names(path.name()));
        let (dead, young): (Vec<_>, Vec<_>) = unnamed
            .filter_map(|path| Some((sst_birth(path.name())?, path)))
            .partition(|(birth, _)| *birth < manifest.gc_horizon);
        if !dead.is_empty() {
            let pinned = self.pinned().await?;
            let is_dead = |path: &ObjectPath| !pinned.holds(path.name()) && !self.files.is_in_use(path);
            self.delete(dead.into_iter().map(|(_, path)| path).filter(is_dead).collect()).await?;
        }
        self.delete_probes().await?;
        let unnamed = young.into_iter().map(|(birth, _)| birth).min();
        Ok(Collected { floor: self.delete_slots(manifest).await?, unnamed })
    }

    /// Deletes dead slots. Gives the floor below which all that a list showed is gone.
    async fn delete_slots(&self, manifest: &Manifest) -> Result<Option<Seq>> {
        let floor = match (self.looks.has_dates(), manifest.dated) {
            (false, _) => manifest.floor(),
            (true, Some(dated)) => dated.floor,
            (true, None) => return Ok(None),
        };
        let mut last: Option<ObjectPath> = None;
        loop {
            let page = self.store.list(self.layout.wal(), last.as_ref(), PAGE).await?;
            if self.looks.has_dates() && !self.is_expired(manifest.dated, page.server_time) {
                return Ok(None);
            }
            last = page.paths.last().cloned();
            let listed = page.paths.len();
            let below = |path: &ObjectPath| log_seq(path).is_some_and(|seq| seq < floor);
            let dead: Vec<ObjectPath> = page.paths.into_iter().filter(below).collect();
            let all_dead = dead.len() == listed;
            self.delete(dead).await?;
            if !page.more || !all_dead {
                return Ok(Some(floor));
            }
        }
    }

    /// Whether the retention has passed since the date, by the store's clock.
    fn is_expired(&self, dated: Option<DatedFloor>, now: Option<ServerTime>) -> bool {
        match (dated, now) {
            (Some(dated), Some(now)) => {
                now > dated.date && dated.date.distance(now) >= self.settings.wal_retention
            }
            _ => false,
        }
    }

    async fn delete(&self, paths: Vec<ObjectPath>) -> Result<()> {
        let deletions = paths.into_iter().map(|path| async move {
            self.store.delete(&path).await?;
            self.counters.collected.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        stream::iter(deletions).buffer_unordered(DELETIONS_AT_ONCE).try_collect::<()>().await
    }

    /// Says in the manifest what has been collected, since when the floor is known (so that the next floor can be dated,
    /// and collected in its turn), and what was left behind, if that is so many versions old.
    async fn note(&self, read: Read, collected: Collected, versions: u64) -> Result<()> {
        let dates = self.looks.has_dates();
        let Collected { floor, unnamed } = collected;
        let next = |present: &Present| {
            let Manifest { version, gc_horizon, dated, .. } = present.manifest;
            if unnamed.is_some_and(|birth| birth >= gc_horizon && birth + versions <= version) {
                return Some(Edit::Horizon);
            }
            match (floor, dated) {
                _ if !dates => None,
                (Some(floor), Some(dated)) if dated.floor <= floor => Some(Edit::Collected(floor)),
                (_, None) if edit::can_date(present) => Some(Edit::Date),
                _ => None,
            }
        };
        self.replace_manifest(read, next).await?;
        Ok(())
    }
}
