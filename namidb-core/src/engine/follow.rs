//! Following the log: what others commit, how fresh a snapshot is, and beginning again.

use super::Inner;
use super::head::Growth;
use super::look::Trust;
use super::metrics::count;
use super::open::{WINDOW_NEXT, load_again};
use super::snapshot::Snapshot;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::op::Op;
use crate::ids::Seq;
use crate::object_store::ServerTime;
use crate::transaction::Footprint;
use crate::wal::{self, Position, Record, Slot};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Records that are read together are not many more than hold so many bytes.
const WINDOW_BYTES: usize = 16 << 20;

impl Inner {
    /// Whether the newest state that is known here is as new as it has to be.
    pub(super) fn is_fresh(&self) -> bool {
        let age = || self.runtime.monotonic().saturating_sub(self.looked_at());
        self.settings.alone || !self.staleness.is_zero() && age() <= self.staleness
    }

    /// Applies what has been committed, until the log ends. What is returned contains every commit that was
    /// acknowledged anywhere before the call.
    pub(super) async fn follow(self: &Arc<Inner>) -> Result<Snapshot> {
        let began = self.runtime.monotonic();
        let next = self.head.newest().seq.next();
        let slot = wal::read_slot(&*self.store, &self.layout, next).await?;
        let mut window = vec![slot];
        while !self.apply_window(&window).await? {
            self.adopt_if_heavy().await;
            window = self.next_slots(&window).await?;
        }
        self.adopt_if_heavy().await;
        self.note_fresh(began);
        Ok(self.latest())
    }

    /// Applies slots that were read together, and what is above them, until the log ends. The further that is, the
    /// more slots are read at once.
    pub(super) async fn catch_up(self: &Arc<Inner>, window: Vec<Slot>) -> Result<()> {
        let mut window = window;
        while !self.apply_window(&window).await? {
            window = self.next_slots(&window).await?;
        }
        Ok(())
    }

    /// The slots after the newest state, read together. These were read before.
    async fn next_slots(&self, window: &[Slot]) -> Result<Vec<Slot>> {
        let next = self.head.newest().seq.next();
        wal::read_window(&*self.store, &self.layout, next, next_window(window)).await
    }

    /// The newest state that is known here.
    pub(super) fn latest(&self) -> Snapshot {
        Snapshot::new(self.head.newest())
    }

    /// When the last look began that found the end of the log: the head contains all that was acknowledged by then.
    pub(super) fn looked_at(&self) -> Duration {
        Duration::from_micros(self.looked_at.load(Ordering::Acquire))
    }

    /// A look began at this moment and found that nothing newer was there than is known.
    pub(super) fn note_fresh(&self, began: Duration) {
        let micros = u64::try_from(began.as_micros()).unwrap_or(u64::MAX);
        self.looked_at.fetch_max(micros, Ordering::Release);
    }

    /// The look rule, for answers about slot `n` and slots above it. A look also tells of checkpoints that others have
    /// written.
    pub(super) async fn trust(
        &self,
        n: Seq,
        answered: impl IntoIterator<Item = Option<ServerTime>>,
    ) -> Result<Trust> {
        let trust = self.looks.trust(n, answered).await;
        self.head.note_checkpoint(self.looks.last().manifest.checkpoint.seq);
        trust
    }

    /// Applies the records of slots that follow one another, up to the first that is absent, under the look rule; begins
    /// again if the log has been collected past them. Whether the log ends there.
    async fn apply_window(self: &Arc<Inner>, window: &[Slot]) -> Result<bool> {
        let Some(first) = window.first() else { return Ok(false) };
        if let Trust::Passed(_) = self.trust(first.seq, window.iter().map(|slot| slot.answered)).await? {
            self.reload(first.seq).await?;
            return Ok(false);
        }
        for slot in window {
            match &slot.bytes {
                None => return Ok(true),
                Some((bytes, body)) => self.apply_slot(slot.seq, bytes, body.as_ref()).await?,
            }
        }
        Ok(false)
    }

    /// Applies a record if it is the next one.
    async fn apply_slot(self: &Arc<Inner>, seq: Seq, bytes: &Bytes, body: Option<&Bytes>) -> Result<()> {
        // One at a time: the others would do the same work.
        let moving = self.moving.lock().await;
        let before = self.head.newest();
        if before.seq.next() != seq {
            return Ok(());
        }
        match self.apply(&before, bytes, body).await {
            Ok(Some((grown, writer_is_self))) => {
                drop(moving);
                self.checkpoint_if_due(grown, writer_is_self);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(error)
                if error.code() == ErrorCode::SnapshotExpired && self.staging().in_flight.is_none() =>
            {
                drop(moving);
                self.replace_expired(&error).await
            }
            Err(error) => {
                drop(moving);
                // Nothing is called corrupt that may have been collected.
                match self.looks.trust_after_look(seq).await? {
                    Trust::Passed(_) => self.reload(seq).await,
                    Trust::Holds => Err(error.with_detail("object", self.layout.slot(seq))),
                }
            }
        }
    }

    /// How the log has grown by a record, and whether that is ours; none if the head was moved meanwhile.
    async fn apply(
        &self,
        before: &Position,
        bytes: &Bytes,
        body: Option<&Bytes>,
    ) -> Result<Option<((Growth, Growth), bool)>> {
        let replay = || wal::replay(self.database, before, Record::decode(bytes, body)?);
        let applied = self.resolve(replay).await?;
        let (record, position) = (applied.record, Arc::new(applied.position));
        let writer = record.header.writer;
        let grown = self.head.advance(&position, writer, record.bytes, || footprint(&record, &position));
        Ok(grown.map(|grown| (grown, writer == self.writer)))
    }

    /// The state is of no use any more, because the log has been collected past slot `n`: begins again from the
    /// newest checkpoint.
    pub(super) async fn reload(self: &Arc<Inner>, n: Seq) -> Result<()> {
        let _moving = self.moving.lock().await;
        if self.head.newest().seq >= n {
            return Ok(());
        }
        let mut loaded =
            load_again(&*self.store, &self.layout, &self.files, &self.looks, &self.runtime).await?;
        let here = self.fetcher.ledger().counted();
        loaded.position.state.take_over(&here, &self.head.newest().state);
        self.head.jump(loaded);
        count(&self.counters.reloads);
        Ok(())
    }
}

/// How many slots to read after these: the log may go on for long, and records may be large.
fn next_window(window: &[Slot]) -> u64 {
    let held = |slot: &Slot| {
        let (record, body) = slot.bytes.as_ref()?;
        Some(record.len() + body.as_ref().map_or(0, Bytes::len))
    };
    let (slots, bytes) = (window.len() as u64, window.iter().filter_map(held).sum::<usize>());
    if bytes > WINDOW_BYTES { (slots / 2).max(1) } else { slots.saturating_mul(2).clamp(1, WINDOW_NEXT) }
}

/// What a record touched, given the state after it: names keep their numbers, so that state knows them all.
fn footprint(record: &Record, after: &Position) -> Footprint {
    let mut footprint = Footprint::default();
    for transaction in &record.transactions {
        // They have just been applied, so they can be read.
        let ops: Vec<Op> = transaction.ops().collect::<Result<_, Error>>().unwrap_or_default();
        footprint.add(&ops, &after.state);
    }
    footprint
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_grow_with_the_log_and_shrink_where_records_are_large() {
        let window = |slots: u64, bytes: usize| -> Vec<Slot> {
            let slot = |n| Slot { seq: Seq(n), bytes: Some((vec![0; bytes].into(), None)), answered: None };
            (0..slots).map(slot).collect()
        };
        assert_eq!([1, 2, 300].map(|slots| next_window(&window(slots, 100))), [2, 4, WINDOW_NEXT]);
        assert_eq!(next_window(&[]), 1);
        assert_eq!(next_window(&window(4, 5 << 20)), 2);
        assert_eq!(next_window(&window(1, 17 << 20)), 1);
    }
}
