//! Collection: deleting what is dead.
//!
//! - Slots below the floor: at once where looks cost nothing; else those below the *dated* floor, when the store's
//!   own clock is the retention past its date.
//! - SSTs that the manifest does not name and that were born below its horizon: nobody can publish them any more.
//!
//! What is listed there goes, each time; a list that lags deletes less. A collector with an old manifest deletes
//! only what was dead already then.

use super::Inner;
use crate::error::Result;
use crate::ids::Seq;
use crate::layout::{log_seq, sst_birth};
use crate::manifest::edit::{self, Edit, Present};
use crate::manifest::store::{Read, Replaced};
use crate::manifest::{self, DatedFloor, Manifest};
use crate::object_store::{ObjectPath, ObjectStoreExt, ServerTime};
use crate::runtime::random_u128;
use crate::wal::LogId;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::sync::atomic::Ordering;

/// Deletions under way at a time.
const DELETIONS_AT_ONCE: usize = 8;

/// Paths asked for in one page of a list.
const PAGE: usize = 1_000;

impl Inner {
    /// Collects after a checkpoint. What fails is made up for after the next one.
    pub(super) async fn collect_after(&self, manifest: Manifest) {
        if let Ok(collected) = self.delete_dead(&manifest).await
            && self.looks.has_dates()
            && let Ok(read) = self.looks.read().await
        {
            drop(self.note(read, collected).await);
        }
    }

    /// Collects by a manifest that has just been read.
    pub(super) async fn collect(&self, read: Read) -> Result<()> {
        let collected = self.delete_dead(&read.present.manifest).await?;
        if self.looks.has_dates() { self.note(read, collected).await } else { Ok(()) }
    }

    /// Deletes what is dead by this manifest. Gives the floor below which all that a list showed is gone.
    async fn delete_dead(&self, manifest: &Manifest) -> Result<Option<Seq>> {
        let named: Vec<&str> = manifest.sst_names().collect();
        let dead = |path: &ObjectPath| {
            sst_birth(path.name()).is_some_and(|birth| birth < manifest.gc_horizon)
                && !named.contains(&path.name())
        };
        let ssts = self.store.list_all(self.layout.ssts()).await?;
        self.delete(ssts.into_iter().filter(dead).collect()).await?;

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

    /// Says in the manifest what has been collected, or since when the floor is known: so that the next floor can be
    /// dated, and collected in its turn.
    async fn note(&self, read: Read, collected: Option<Seq>) -> Result<()> {
        let next = |present: &Present| match (collected, present.manifest.dated) {
            (Some(floor), Some(dated)) if dated.floor <= floor => Some(Edit::Collected(floor)),
            (_, None) if edit::can_date(present) => Some(Edit::Date),
            _ => None,
        };
        let token = || LogId(random_u128(&*self.runtime));
        let replaced = manifest::store::replace(&*self.store, &self.layout, read, true, token, next).await?;
        if let Replaced::Done { manifest, version } = replaced {
            self.looks.replaced(&manifest, version);
        }
        Ok(())
    }
}
