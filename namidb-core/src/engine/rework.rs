//! Reworking the newest state: the same graph, held otherwise.
//!
//! After a checkpoint its chunks are in an SST, and need not stay in memory; after a compaction their blocks lie in other
//! files; and a state can be built anew on a newer checkpoint. None of that changes what the state says, but the states
//! that come must descend from the reworked one, or it is lost. So a rework is done when no group is in flight, and what
//! waits is executed again on what came of it.

use super::Inner;
use super::head::Base;
use super::stage::Staging;
use crate::graph::{BlockKey, GraphState};
use crate::ids::Seq;
use crate::residency::BlockPointer;
use crate::wal::Position;
use std::sync::{Arc, PoisonError};

/// What is to be done to the newest state.
pub(super) enum Rework {
    /// Its chunks as they were in `then` have been stored: where, or that they have no block any more.
    Stored {
        /// What `then` was built on, and so must the newest state be.
        from: Base,
        /// The checkpoint that was published.
        checkpoint: Seq,
        then: Arc<Position>,
        places: Vec<(BlockKey, Option<BlockPointer>)>,
    },
    /// Blocks lie elsewhere now.
    Moved(Vec<(BlockPointer, BlockPointer)>),
    /// It is to be this one, which is built on a newer checkpoint.
    Replaced { checkpoint: Seq, with: Arc<Position> },
}

impl Rework {
    /// The keys of the blocks that it is about, in ascending order.
    fn keys(&self) -> Vec<BlockKey> {
        match self {
            Rework::Stored { places, .. } => places.iter().map(|(key, _)| *key).collect(),
            Rework::Moved(moves) => moves.iter().map(|(old, _)| old.key()).collect(),
            Rework::Replaced { .. } => Vec::new(),
        }
    }

    /// The state that comes of it, and what that is built on; none if it does not fit (any more).
    pub(super) fn apply(&self, newest: &Position, base: Base) -> Option<(GraphState, Base)> {
        match self {
            Rework::Stored { from, checkpoint, then, places } => {
                let mut state = (base == *from).then(|| newest.state.clone())?;
                state.mark_stored(places, &then.state);
                Some((state, Base { checkpoint: Some(*checkpoint), ..base }))
            }
            Rework::Moved(places) => {
                let mut state = newest.state.clone();
                state.mark_moved(places);
                Some((state, base))
            }
            Rework::Replaced { checkpoint, with } => {
                let same = newest.seq == with.seq && newest.hash == with.hash;
                let base = Base { checkpoint: Some(*checkpoint), line: base.line + 1 };
                same.then(|| (with.state.clone(), base))
            }
        }
    }
}

impl Inner {
    /// Reworks the newest state, now or when no group is in flight.
    pub(super) async fn rework(&self, rework: Rework) {
        self.reworks.lock().unwrap_or_else(PoisonError::into_inner).push(rework);
        let _moving = self.moving.lock().await;
        self.do_reworks(&mut self.staging());
        // What is idle goes over to the reworked state at once.
        drop(self.staging());
        self.trim();
    }

    /// Does what is to be done, unless a group is in flight. Nobody else may be moving the head.
    pub(super) fn do_reworks(&self, staging: &mut Staging) {
        if staging.in_flight.is_some() {
            return;
        }
        let reworks = std::mem::take(&mut *self.reworks.lock().unwrap_or_else(PoisonError::into_inner));
        for rework in reworks.iter().filter(|rework| self.head.rework(rework)) {
            staging.dirty = true;
            // They are in the bucket, so from now on they may go.
            let held = self.head.newest().state.held(&rework.keys());
            held.iter().for_each(|(chunk, bytes)| self.fetcher.ledger().enter(chunk, *bytes));
            if !matches!(rework, Rework::Stored { .. }) {
                // Who scans goes on in other files, and the ones before are to be collected.
                self.fetcher.forget_ahead();
            }
        }
    }

    /// Between two groups: does what is to be done, unless somebody else is moving the head.
    pub(super) fn rework_between_groups(&self, staging: &mut Staging) {
        if let Ok(_moving) = self.moving.try_lock() {
            self.do_reworks(staging);
        }
    }
}
