//! The newest durable state that this process knows, and what goes with it.
//!
//! The head only ever moves on. Whoever learns of a record (the owner of a group whose put succeeded, or lost; a
//! reader that follows) computes the state after it from the state before it, and the first one moves the head:
//! all would move it to the same state. The lock is held for a few assignments, never across a request.

use super::open::Loaded;
use super::rework::Rework;
use crate::graph::BlockKey;
use crate::ids::Seq;
use crate::manifest::WriterTable;
use crate::transaction::Footprint;
use crate::wal::{LogId, Position};
use arc_swap::ArcSwap;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The newest durable state, and what goes with it.
#[derive(Debug)]
pub(super) struct Head {
    newest: ArcSwap<Position>,
    log: Mutex<Log>,
}

#[derive(Debug)]
struct Log {
    seq: Seq,
    writers: WriterTable,
    /// The newest checkpoint known.
    checkpoint: Seq,
    /// What the newest state was built on.
    base: Base,
    /// Bytes of the records above it, as far as they were seen.
    bytes: u64,
    /// Bytes of the records that were applied since the newest state was built on its base, or since that was renewed.
    beyond: u64,
    /// How many they may become before the next look for a newer base.
    beyond_next: u64,
    /// What the records above `footprints_from` touched, while a transaction is open.
    footprints: VecDeque<Footprint>,
    footprints_from: Seq,
    /// How many transactions are open on each state.
    open: BTreeMap<Seq, usize>,
}

/// What a state was built on: what it holds beyond that is in no SST yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Base {
    /// The checkpoint; none if the state is in no SST at all.
    pub(super) checkpoint: Option<Seq>,
    /// Counts the states that do not descend from the one before.
    pub(super) line: u64,
}

/// How far the log has grown beyond its checkpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Growth {
    pub(super) records: u64,
    pub(super) bytes: u64,
}

impl Growth {
    /// How many times the line has been crossed.
    pub(super) fn lines(self, records: u64, bytes: u64) -> u64 {
        (self.records / records.max(1)).max(self.bytes / bytes.max(1))
    }
}

impl Head {
    pub(super) fn new(loaded: Loaded) -> Head {
        let Loaded { position, writers, checkpoint, bytes } = loaded;
        let log = Log {
            base: Base { checkpoint: Some(checkpoint), line: 0 },
            seq: position.seq,
            writers,
            checkpoint,
            bytes,
            beyond: 0,
            beyond_next: 0,
            footprints: VecDeque::new(),
            footprints_from: position.seq,
            open: BTreeMap::new(),
        };
        Head { newest: ArcSwap::from_pointee(position), log: Mutex::new(log) }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest state.
    pub(super) fn newest(&self) -> Arc<Position> {
        self.newest.load_full()
    }

    /// The newest state, with the writer table that belongs to it, and what it was built on.
    pub(super) fn to_store(&self) -> (Arc<Position>, WriterTable, Base) {
        let log = self.log();
        (self.newest(), log.writers.clone(), log.base)
    }

    /// Holds the newest state otherwise. False if that does not fit it.
    pub(super) fn rework(&self, rework: &Rework) -> bool {
        let mut log = self.log();
        let newest = self.newest();
        let Some((state, base)) = rework.apply(&newest, log.base) else { return false };
        if base != log.base {
            (log.beyond, log.beyond_next) = (0, 0);
        }
        log.base = base;
        let Position { seq, hash, time, .. } = *newest;
        self.newest.store(Arc::new(Position { seq, hash, time, state }));
        true
    }

    /// Moves on by the next record. Nothing happens if the head is there already, or further.
    pub(super) fn advance(
        &self,
        position: &Arc<Position>,
        writer: LogId,
        bytes: u64,
        footprint: impl FnOnce() -> Footprint,
    ) -> Option<(Growth, Growth)> {
        let mut log = self.log();
        if position.seq != log.seq.next() {
            return None;
        }
        let before = log.growth();
        log.seq = position.seq;
        log.writers.note(writer, position.seq);
        log.bytes += bytes;
        log.beyond += bytes;
        if log.open.is_empty() {
            log.footprints.clear();
            log.footprints_from = position.seq;
        } else {
            log.footprints.push_back(footprint());
        }
        self.newest.store(Arc::clone(position));
        Some((before, log.growth()))
    }

    /// Leaves chunks out of the newest state.
    pub(super) fn lighten(&self, keys: &[BlockKey]) {
        let _log = self.log();
        let newest = self.newest();
        let mut state = newest.state.clone();
        state.evict(keys);
        let Position { seq, hash, time, .. } = *newest;
        self.newest.store(Arc::new(Position { seq, hash, time, state }));
    }

    /// Moves to a state that was read from a checkpoint and the log after it. What lies between is not known.
    pub(super) fn jump(&self, loaded: Loaded) {
        let Loaded { position, writers, checkpoint, bytes } = loaded;
        let mut log = self.log();
        if position.seq <= log.seq {
            return;
        }
        log.seq = position.seq;
        log.writers = writers;
        log.checkpoint = log.checkpoint.max(checkpoint);
        log.base = Base { checkpoint: Some(checkpoint), line: log.base.line + 1 };
        log.bytes = bytes;
        (log.beyond, log.beyond_next) = (0, 0);
        log.footprints.clear();
        log.footprints_from = position.seq;
        self.newest.store(Arc::new(position));
    }

    /// What the newest state was built on, if so many bytes of records have been applied since: once for each time so many.
    pub(super) fn heavy_base(&self, bytes: u64) -> Option<Base> {
        let mut log = self.log();
        if log.beyond < log.beyond_next.max(bytes) {
            return None;
        }
        log.beyond_next = log.beyond + bytes;
        Some(log.base)
    }

    /// A manifest with this checkpoint was seen.
    pub(super) fn note_checkpoint(&self, checkpoint: Seq) {
        let mut log = self.log();
        if checkpoint > log.checkpoint {
            log.checkpoint = checkpoint;
            log.bytes = 0;
        }
    }

    /// The newest checkpoint known.
    pub(super) fn checkpoint(&self) -> Seq {
        self.log().checkpoint
    }

    /// How far the log has grown beyond its checkpoint.
    pub(super) fn growth(&self) -> Growth {
        self.log().growth()
    }

    /// A transaction begins on the newest state: from now on it is kept what records touch.
    pub(super) fn begin(&self) -> Arc<Position> {
        let mut log = self.log();
        let base = self.newest();
        *log.open.entry(base.seq).or_insert(0) += 1;
        base
    }

    /// A transaction that began at `base` has ended.
    pub(super) fn end(&self, base: Seq) {
        let mut log = self.log();
        if let Some(count) = log.open.get_mut(&base) {
            *count -= 1;
            if *count == 0 {
                log.open.remove(&base);
            }
        }
        let keep = log.open.first_key_value().map_or(log.seq, |(oldest, _)| *oldest);
        while log.footprints_from < keep && log.footprints.pop_front().is_some() {
            log.footprints_from = log.footprints_from.next();
        }
    }

    /// Calls `each` with what was touched by every record after `base`, up to `until`. `false` if that is not known
    /// any more; else whatever `each` returns, `false` ending the walk.
    pub(super) fn touched_since(&self, base: Seq, until: Seq, each: impl FnMut(&Footprint) -> bool) -> bool {
        let log = self.log();
        if base < log.footprints_from && base < until {
            return false;
        }
        let skip = (base.0.saturating_sub(log.footprints_from.0)) as usize;
        let take = (until.0.saturating_sub(base.0)) as usize;
        log.footprints.iter().skip(skip).take(take).all(each)
    }
}

impl Log {
    fn growth(&self) -> Growth {
        Growth { records: self.seq.0.saturating_sub(self.checkpoint.0), bytes: self.bytes }
    }
}
