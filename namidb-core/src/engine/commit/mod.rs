//! The owner: moves groups into the log, one slot after another.
//!
//! One task at a time does this for an engine, for as long as anything waits. It runs in the background, so a group
//! is finished whatever becomes of the callers; they wait for their answers beside it.
//!
//! ```text
//!   close the group ── put wal/<n> ──┬─ created, or our own bytes ── look rule ── acknowledge
//!          ▲             ▲           ├─ other bytes ────────────── look rule ── apply them and all above, stage again
//!          │             └─ no answer┴─ refused ─────────────────────────────── the group fails, if nothing is in doubt
//!          └── rest, if the log has been ours for long
//! ```
//!
//! `put` finds out what becomes of a group, `settle` tells those who wait for it, `turns` lets others in.

mod put;
mod settle;
mod turns;

pub(super) use turns::Turns;

use super::Inner;
use super::metrics::count;
use super::rebuild::HOLD;
use super::snapshot::Snapshot;
use super::stage::{Answer, Executed, Staged};
use crate::error::{Error, ErrorCode, Outcome};
use crate::ids::Seq;
use crate::residency::Misses;
use crate::runtime::{Runtime, random_u128};
use crate::wal::record::{Encoded, FirstIds};
use crate::wal::{Header, LogId, Position, Slot, Transaction};
use futures_util::future::{Either, select};
use put::{Fate, Group};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The bounds of the waits between attempts whose outcome is open.
const DOUBT_WAIT_FIRST: Duration = Duration::from_millis(50);
const DOUBT_WAIT_MAX: Duration = Duration::from_secs(5);

/// Whoever loses reads at most so many slots above the lost one with it.
const ABOVE_MAX: u64 = 16;

/// Whoever has lost twice in a row waits, at most for this part of the put that he lost: a rest is long enough for that.
const LOSER_WAIT: u32 = 4;

/// What the owner does next.
enum Next {
    /// Nothing waits.
    Idle,
    /// Others are let in first.
    Rest(Duration),
    /// Nothing of the group changes anything: if the log ends here, it is answered.
    Confirm(Seq),
    /// Nor here; and the log was found to end here, or before, after the last of the group had come.
    Answer(Snapshot),
    /// The log has been collected past this slot, which must not be used again.
    Reload(Seq),
    /// What waits was to be executed again, and needs these.
    Fetch(Misses),
    /// The group is frozen.
    Put(Box<Group>),
}

/// Sees to it that an owner that ends before its time, with its runtime or by a panic, leaves nobody waiting. What was
/// in flight stays unknown; and nothing else may be put into that slot, so the engine takes no more writes.
struct OwnerGuard {
    engine: Arc<Inner>,
    idle: bool,
}

impl Drop for OwnerGuard {
    fn drop(&mut self) {
        if self.idle {
            return;
        }
        let (waiting, idle) = {
            let mut staging = self.engine.staging();
            staging.broken = true;
            let mut waiting = std::mem::take(&mut staging.frozen);
            waiting.append(&mut staging.queue);
            (waiting, std::mem::take(&mut staging.idle))
        };
        // Their receivers learn of it by this.
        drop((waiting, idle));
    }
}

/// Waits that grow, each drawn evenly from nothing to a bound.
struct Waits {
    bound: Duration,
    max: Duration,
}

impl Waits {
    fn of_doubt() -> Waits {
        Waits { bound: DOUBT_WAIT_FIRST, max: DOUBT_WAIT_MAX }
    }

    async fn wait(&mut self, runtime: &dyn Runtime) {
        let wait = share_of(self.bound, runtime);
        self.bound = self.bound.saturating_mul(2).min(self.max);
        runtime.sleep(wait).await;
    }
}

/// How many slots to read above the next lost one: twice as many as the others had got this time, and the end of the log.
/// More would be in the way of everybody where a server answers one request after another, and of ourselves: the
/// rests of others are no longer than a loss and a put.
fn above_next(slots: &[Slot]) -> u64 {
    let above = slots.iter().skip(1).filter(|slot| slot.bytes.is_some()).count();
    (2 * above as u64 + 1).min(ABOVE_MAX)
}

/// A random part of a duration, drawn evenly.
fn share_of(bound: Duration, runtime: &dyn Runtime) -> Duration {
    let share = (random_u128(runtime) >> 75) as f64 / (1u64 << 53) as f64;
    bound.mul_f64(share)
}

impl Inner {
    /// Waits for the answer to a write, and sees to it that somebody moves it into the log.
    pub(in crate::engine) async fn answer(self: &Arc<Inner>, staged: Staged) -> Answer {
        if staged.needs_owner {
            let engine = Arc::clone(self);
            self.runtime.spawn("move groups into the log", Box::pin(engine.own()));
        }
        let deadline = self.settings.commit_deadline;
        let gone = |_| {
            Err(Error::new(ErrorCode::Internal, "the task that moves groups into the log has ended")
                .with_outcome(Outcome::Unknown))
        };
        match select(staged.answer, self.runtime.sleep(deadline)).await {
            Either::Left((answer, _)) => answer.unwrap_or_else(gone),
            Either::Right(((), answer)) => match self.give_up(staged.id, deadline) {
                Some(error) => {
                    let unknown = error.code() == ErrorCode::CommitOutcomeUnknown;
                    count(if unknown { &self.counters.unknown } else { &self.counters.failed });
                    Err(error)
                }
                // It has just been answered.
                None => answer.await.unwrap_or_else(gone),
            },
        }
    }

    /// Moves groups into the log until nothing waits.
    async fn own(self: Arc<Inner>) {
        let mut guard = OwnerGuard { engine: Arc::clone(&self), idle: false };
        // Slots lost in a row, and how many to read above the next one that is.
        let (mut losses, mut above) = (0, 1);
        // Nothing goes that was fetched for the queue, until it has been taken through.
        let mut spared = None;
        loop {
            if !self.settings.commit_delay.is_zero() {
                self.runtime.sleep(self.settings.commit_delay).await;
            }
            let next = self.close_group();
            if !matches!(next, Next::Fetch(_)) {
                spared = None;
            }
            match next {
                Next::Idle => {
                    guard.idle = true;
                    return;
                }
                Next::Rest(rest) => self.runtime.sleep(rest).await,
                Next::Confirm(seq) => self.confirm(seq).await,
                Next::Answer(snapshot) => {
                    let done = self.take_answered();
                    self.acknowledge(done, None, &snapshot);
                }
                Next::Reload(seq) => self.reload_until_done(seq).await,
                Next::Fetch(misses) => {
                    spared.get_or_insert_with(|| self.spare());
                    self.fetch_for_queue(&misses).await;
                }
                Next::Put(group) => {
                    let fate = self.put(&group, above).await;
                    (losses, above) = match &fate {
                        Fate::Lost(slots) => (losses + 1, above_next(slots)),
                        _ => (0, 1),
                    };
                    let took = self.runtime.monotonic().saturating_sub(group.began);
                    self.settle(&group, fate).await;
                    if losses > 1 {
                        // Of several who lose in step, the quickest would win every time.
                        self.runtime.sleep(share_of(took / LOSER_WAIT, &*self.runtime)).await;
                    }
                }
            }
        }
    }

    /// Closes the group: what waits is taken, on the newest state, and its bytes are frozen for the next slot.
    fn close_group(&self) -> Next {
        let mut staging = self.staging();
        self.rework_between_groups(&mut staging);
        if staging.queue.is_empty() {
            staging.has_owner = false;
            for waiting in staging.idle.drain(..) {
                // Whoever closes may have stopped waiting.
                waiting.send(()).unwrap_or_default();
            }
            return Next::Idle;
        }
        if self.holds.load(Ordering::Acquire) > 0 {
            return Next::Rest(HOLD);
        }
        if let Some(rest) = staging.turns.rest(self.runtime.monotonic()) {
            return Next::Rest(rest);
        }
        let newest = self.head.newest();
        if staging.spent > newest.seq {
            return Next::Reload(staging.spent);
        }
        if staging.dirty || newest.seq != staging.base.seq {
            let misses = self.restage(&mut staging, newest);
            if !misses.is_empty() {
                return Next::Fetch(misses);
            }
        }
        staging.frozen = std::mem::take(&mut staging.queue);
        let changed = staging.frozen.iter().filter_map(|pending| match &pending.executed {
            Executed::Changed(changed) => Some(&**changed),
            Executed::Unchanged | Executed::Repeated(..) | Executed::Failed(_) => None,
        });
        let (transactions, state) = changed.fold((Vec::new(), None), |(mut transactions, _), changed| {
            transactions.push(changed.transaction.clone());
            (transactions, Some(changed.state.clone()))
        });
        let base = Arc::clone(&staging.base);
        let Some(state) = state else {
            // Else others who commit all the time could put off the answer for ever.
            let looked = self.looked_at();
            let all_before = staging.frozen.iter().all(|pending| pending.arrived < looked);
            return if all_before { Next::Answer(Snapshot::new(base)) } else { Next::Confirm(base.seq) };
        };
        let seq = base.seq.next();
        let token = LogId(random_u128(&*self.runtime));
        let time = staging.time();
        staging.in_flight = Some((seq, token));
        drop(staging);

        let encoded = self.encode(&base, token, time, &transactions);
        let position = Arc::new(Position { seq, hash: encoded.hash, time, state });
        Next::Put(Box::new(Group { encoded, position, began: self.runtime.monotonic() }))
    }

    fn encode(&self, base: &Position, token: LogId, time: i64, transactions: &[Transaction]) -> Encoded {
        let header = Header {
            database: self.database,
            seq: base.seq.next(),
            writer: self.writer,
            token,
            previous: base.hash,
            time,
            first: FirstIds::of(&base.state),
            transactions: 0,
            apart: false,
            body_bytes: 0,
            body_hash: base.hash,
        };
        Encoded::new(header, transactions)
    }
}
