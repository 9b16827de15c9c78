//! Telling those who wait for a group what became of it.

use super::super::Inner;
use super::super::health::Duty;
use super::super::metrics::count;
use super::super::snapshot::Snapshot;
use super::super::stage::{Done, Executed, Pending};
use super::Waits;
use super::put::{Fate, Group};
use crate::error::{Error, Outcome};
use crate::ids::Seq;
use crate::residency::Misses;
use crate::transaction::Footprint;
use std::sync::Arc;

impl Inner {
    /// Gives every write of a group its answer, or its place in the next group.
    pub(super) async fn settle(self: &Arc<Inner>, group: &Group, fate: Fate) {
        let seq = group.position.seq;
        match &fate {
            Fate::Failed(error) => self.cannot_commit(error),
            _ => self.health.succeeded(Duty::Commit),
        }
        match fate {
            Fate::Committed => self.committed(group),
            Fate::Contained => {
                let done = {
                    let mut staging = self.staging();
                    staging.spent = seq;
                    staging.in_flight = None;
                    staging.dirty = true;
                    std::mem::take(&mut staging.frozen)
                };
                self.acknowledge(done, Some(seq), &Snapshot::new(Arc::clone(&group.position)));
                self.reload_until_done(seq).await;
            }
            Fate::Lost(slots) => {
                count(&self.counters.lost_slots);
                self.staging().turns.lost();
                if let Err(error) = self.catch_up(slots).await {
                    // The slot is lost, so nothing of the group was applied; but where the log goes on is not known.
                    let lost = self.take_frozen();
                    self.fail(lost, &error.with_outcome(Outcome::NotApplied));
                } else {
                    self.wait_again();
                }
            }
            Fate::Overtaken => {
                self.reload_until_done(seq).await;
                self.wait_again();
            }
            Fate::Unknowable(error) => {
                let collected = self.looks.last().manifest.floor() > seq;
                let (unknown, waiting) = {
                    let mut staging = self.staging();
                    staging.spent = seq;
                    staging.in_flight = None;
                    staging.dirty = true;
                    // Where no reload leads past the slot, nothing may be put any more.
                    staging.broken |= !collected;
                    let waiting = if collected { Vec::new() } else { std::mem::take(&mut staging.queue) };
                    (std::mem::take(&mut staging.frozen), waiting)
                };
                self.fail(unknown, &error);
                self.fail(waiting, &error.with_outcome(Outcome::NotApplied));
                if collected {
                    self.reload_until_done(seq).await;
                }
            }
            Fate::Failed(error) => {
                let failed = self.take_frozen();
                self.fail(failed, &error);
            }
        }
    }

    fn committed(self: &Arc<Inner>, group: &Group) {
        let (frozen, grown) = {
            let mut staging = self.staging();
            let frozen = std::mem::take(&mut staging.frozen);
            staging.in_flight = None;
            staging.base = Arc::clone(&group.position);
            staging.turns.committed(group.began, self.runtime.monotonic());
            let bytes = group.encoded.bytes();
            let touched = || footprint_of(&frozen);
            let grown = self.head.advance(&group.position, self.writer, bytes, touched);
            (frozen, grown)
        };
        count(&self.counters.records);
        self.note_fresh(group.began);
        self.acknowledge(frozen, Some(group.position.seq), &Snapshot::new(Arc::clone(&group.position)));
        if let Some(grown) = grown {
            self.checkpoint_if_due(grown, true);
        }
    }

    /// Begins again from a checkpoint. The store must answer first, so this may take long; those who wait for a
    /// group meet their own deadlines.
    pub(super) async fn reload_until_done(self: &Arc<Inner>, seq: Seq) {
        let mut waits = Waits::of_doubt();
        while let Err(error) = self.reload(seq).await {
            if !error.is_retryable() {
                let waiting = {
                    let mut staging = self.staging();
                    staging.in_flight = None;
                    staging.dirty = true;
                    let mut waiting = std::mem::take(&mut staging.frozen);
                    waiting.append(&mut staging.queue);
                    waiting
                };
                self.fail(waiting, &error.with_outcome(Outcome::NotApplied));
                return;
            }
            waits.wait(&*self.runtime).await;
        }
    }

    /// Fetches what the queue needs to be executed again; if that fails, so does all that waits.
    pub(super) async fn fetch_for_queue(self: &Arc<Inner>, misses: &Misses) {
        if let Err(error) = self.fetch_or_adopt(misses).await {
            let waiting = {
                let mut staging = self.staging();
                staging.dirty = true;
                std::mem::take(&mut staging.queue)
            };
            self.fail(waiting, &error.with_outcome(Outcome::NotApplied));
        }
    }

    /// A group in which nothing changes anything: it is answered if the log ends where it was executed.
    pub(super) async fn confirm(self: &Arc<Inner>, seq: Seq) {
        match self.follow().await {
            Ok(snapshot) if snapshot.seq() == seq => {
                let done = self.take_answered();
                self.acknowledge(done, None, &snapshot);
            }
            Ok(_) => self.wait_again(),
            Err(error) => {
                let failed = self.take_answered();
                self.fail(failed, &error);
            }
        }
    }

    /// Takes a group of which nothing is in the tentative state.
    pub(super) fn take_answered(&self) -> Vec<Pending> {
        std::mem::take(&mut self.staging().frozen)
    }

    /// Takes a group that is out of the log's way; what waits was executed after it.
    fn take_frozen(&self) -> Vec<Pending> {
        let mut staging = self.staging();
        staging.in_flight = None;
        staging.dirty = true;
        std::mem::take(&mut staging.frozen)
    }

    /// Puts a group back before what waits.
    fn wait_again(&self) {
        let mut staging = self.staging();
        staging.in_flight = None;
        staging.dirty = true;
        let mut queue = std::mem::take(&mut staging.frozen);
        queue.append(&mut staging.queue);
        staging.queue = queue;
    }

    pub(super) fn acknowledge(&self, group: Vec<Pending>, seq: Option<Seq>, snapshot: &Snapshot) {
        let now = self.runtime.monotonic();
        for pending in group {
            self.counters.waited(now.saturating_sub(pending.arrived));
            let answer = match pending.executed {
                Executed::Changed(_) => Ok(Done { seq, repeated: None, snapshot: snapshot.clone() }),
                Executed::Unchanged => Ok(Done { seq: None, repeated: None, snapshot: snapshot.clone() }),
                Executed::Repeated(first, _) => {
                    Ok(Done { seq: None, repeated: Some(first), snapshot: snapshot.clone() })
                }
                Executed::Failed(error) => Err(error),
            };
            count(if answer.is_ok() { &self.counters.committed } else { &self.counters.failed });
            // A caller that has gone does not hear it.
            drop(pending.answer.send(answer));
        }
    }

    fn fail(&self, group: Vec<Pending>, error: &Error) {
        for pending in group {
            let unknown = error.outcome() == Outcome::Unknown;
            count(if unknown { &self.counters.unknown } else { &self.counters.failed });
            drop(pending.answer.send(Err(repeat(error))));
        }
    }
}

fn footprint_of(group: &[Pending]) -> Footprint {
    let mut touched = Footprint::default();
    for pending in group {
        if let Executed::Changed(changed) = &pending.executed {
            touched.add(changed.changes.ops(), changed.changes.base());
        }
    }
    touched
}

/// The same error for each of those who share a fate. The first cause stays with the first.
fn repeat(error: &Error) -> Error {
    let mut copy = Error::new(error.code(), error.message()).with_outcome(error.outcome());
    if let Some(hint) = error.hint() {
        copy = copy.with_hint(hint);
    }
    error.details().iter().fold(copy, |copy, (name, value)| copy.with_detail(name, value))
}
