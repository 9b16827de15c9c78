//! The owner: moves groups into the log, one slot after another.
//!
//! One task at a time does this for an engine, for as long as anything waits. It runs in the background, so a group
//! is finished whatever becomes of the callers; they wait for their answers beside it.
//!
//! ```text
//!   close the group ── put wal/<n> ──┬─ created, or our own bytes ── look rule ── acknowledge
//!                        ▲           ├─ other bytes ────────────── look rule ── apply them, stage again
//!                        └─ no answer┴─ refused ─────────────────────────────── the group fails, if nothing is in doubt
//! ```

use super::Inner;
use super::look::Trust;
use super::metrics::count;
use super::open::check_writer_format;
use super::snapshot::Snapshot;
use super::stage::{Answer, Done, Executed, Pending, Staged, outcome_unknown};
use crate::error::{Error, ErrorCode, Outcome, Result};
use crate::ids::Seq;
use crate::manifest::Manifest;
use crate::object_store::Object;
use crate::runtime::{Runtime, random_u128};
use crate::wal::record::{Encoded, FirstIds};
use crate::wal::{self, Attempt, Header, LogId, Position, Slot, Transaction};
use futures_util::future::{Either, select};
use std::sync::Arc;
use std::time::Duration;

/// The bounds of the waits between attempts whose outcome is open, and between slots lost in a row.
const DOUBT_WAIT_FIRST: Duration = Duration::from_millis(50);
const DOUBT_WAIT_MAX: Duration = Duration::from_secs(5);
const LOSS_WAIT_FIRST: Duration = Duration::from_millis(1);
const LOSS_WAIT_MAX: Duration = Duration::from_millis(64);

/// What the owner does next.
enum Next {
    /// Nothing waits.
    Idle,
    /// Nothing of the group changes anything: if the log ends here, it is answered.
    Confirm(Seq),
    /// Nor here; and the log was found to end here, or before, after the last of the group had come.
    Answer(Snapshot),
    /// The log has been collected past this slot, which must not be used again.
    Reload(Seq),
    /// The group is frozen.
    Put(Box<Group>),
}

/// A group whose bytes are frozen for a slot.
struct Group {
    encoded: Encoded,
    /// The state with the group.
    position: Arc<Position>,
    /// When it was frozen.
    began: Duration,
}

/// What became of a group.
enum Fate {
    /// Its record is in the log, and the state with it is the newest.
    Committed,
    /// It is in a checkpoint, and the log has been collected past it.
    Contained,
    /// Another record has its slot.
    Lost(Box<Object>),
    /// The log has been collected past its slot, and it is not in the checkpoint.
    Overtaken,
    /// Nobody can know any more.
    Unknowable(Error),
    /// Nothing of it was applied.
    Failed(Error),
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
    async fn wait(&mut self, runtime: &dyn Runtime) {
        let share = (random_u128(runtime) >> 75) as f64 / (1u64 << 53) as f64;
        let wait = self.bound.mul_f64(share);
        self.bound = self.bound.saturating_mul(2).min(self.max);
        runtime.sleep(wait).await;
    }
}

impl Inner {
    /// Waits for the answer to a write, and sees to it that somebody moves it into the log.
    pub(super) async fn answer(self: &Arc<Inner>, staged: Staged) -> Answer {
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
        let mut losses = Waits { bound: LOSS_WAIT_FIRST, max: LOSS_WAIT_MAX };
        let mut lost_before = false;
        loop {
            if !self.settings.commit_delay.is_zero() {
                self.runtime.sleep(self.settings.commit_delay).await;
            }
            match self.close_group() {
                Next::Idle => {
                    guard.idle = true;
                    return;
                }
                Next::Confirm(seq) => self.confirm(seq).await,
                Next::Answer(snapshot) => {
                    let done = self.take_answered();
                    self.acknowledge(done, None, &snapshot);
                }
                Next::Reload(seq) => self.reload_until_done(seq).await,
                Next::Put(group) => {
                    let fate = self.put(&group).await;
                    let lost = matches!(fate, Fate::Lost(_));
                    self.settle(&group, fate).await;
                    // The first loss means that others are busy; a second one that they are faster.
                    if lost && lost_before {
                        losses.wait(&*self.runtime).await;
                    } else if !lost {
                        losses.bound = LOSS_WAIT_FIRST;
                    }
                    lost_before = lost;
                }
            }
        }
    }

    /// Closes the group: what waits is taken, on the newest state, and its bytes are frozen for the next slot.
    fn close_group(&self) -> Next {
        let mut staging = self.staging();
        if staging.queue.is_empty() {
            staging.has_owner = false;
            for waiting in staging.idle.drain(..) {
                // Whoever closes may have stopped waiting.
                waiting.send(()).unwrap_or_default();
            }
            return Next::Idle;
        }
        let newest = self.head.newest();
        if staging.spent > newest.seq {
            return Next::Reload(staging.spent);
        }
        if staging.dirty || newest.seq != staging.base.seq {
            self.restage(&mut staging, newest);
        }
        staging.frozen = std::mem::take(&mut staging.queue);
        let changed = staging.frozen.iter().filter_map(|pending| match &pending.executed {
            Executed::Changed(changed) => Some(&**changed),
            Executed::Unchanged | Executed::Failed(_) => None,
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

    /// Puts a frozen group, until its fate is known.
    async fn put(&self, group: &Group) -> Fate {
        if let Err(error) = self.prepare_put(group).await {
            return Fate::Failed(error.with_outcome(Outcome::NotApplied));
        }
        let seq = group.encoded.header.seq;
        let mut in_doubt = false;
        let began = self.runtime.monotonic();
        let mut waits = Waits { bound: DOUBT_WAIT_FIRST, max: DOUBT_WAIT_MAX };
        loop {
            let attempt = wal::append(&*self.store, &self.layout, &group.encoded).await;
            let answered = match &attempt {
                Attempt::Ours { answered } => *answered,
                Attempt::Other(object) => object.meta.server_time,
                Attempt::Gone | Attempt::Unknown(_) | Attempt::Refused(_) => None,
            };
            match attempt {
                Attempt::Refused(error) if !in_doubt => return Fate::Failed(error.into()),
                Attempt::Refused(_) => {}
                Attempt::Unknown(_) => in_doubt = true,
                Attempt::Ours { .. } | Attempt::Other(_) | Attempt::Gone => {
                    match self.trust(seq, answered).await {
                        Ok(Trust::Passed(manifest)) => return self.decide(seq, group, &manifest),
                        Ok(Trust::Holds) => match attempt {
                            Attempt::Ours { .. } => return Fate::Committed,
                            Attempt::Other(object) => return Fate::Lost(Box::new(object)),
                            // Above the floor nothing is ever deleted.
                            _ => return Fate::Unknowable(self.vanished(seq)),
                        },
                        // A look that fails leaves the outcome in doubt.
                        Err(_) => in_doubt = true,
                    }
                }
            }
            // Any look that finds the floor above the slot decides it, whoever made the look.
            let look = self.looks.last();
            if look.manifest.floor() > seq {
                return self.decide(seq, group, &look.manifest);
            }
            let spent = self.runtime.monotonic().saturating_sub(began);
            if self.check_open().is_err() && spent > self.settings.commit_deadline {
                let token = group.encoded.header.token;
                return Fate::Unknowable(outcome_unknown(seq, token, "the database was closed"));
            }
            waits.wait(&*self.runtime).await;
        }
    }

    /// What must be there before the record is.
    async fn prepare_put(&self, group: &Group) -> Result<()> {
        check_writer_format(&self.looks.last().manifest)?;
        self.self_test().await?;
        wal::append::append_body(&*self.store, &self.layout, &group.encoded).await?;
        Ok(())
    }

    fn vanished(&self, seq: Seq) -> Error {
        Error::new(
            ErrorCode::Corruption,
            format!("record {} was there when it was put, and then it was gone", seq.0),
        )
        .with_outcome(Outcome::Unknown)
        .with_hint("Something else deletes objects of the log: look for lifecycle rules of the bucket")
        .with_detail("object", self.layout.slot(seq))
    }

    /// A look has found the floor above the slot: whatever the slot shows proves nothing, but the writer table of that
    /// same manifest says whether its checkpoint contains the group.
    fn decide(&self, seq: Seq, group: &Group, manifest: &Manifest) -> Fate {
        match manifest.writers.last_of(self.writer) {
            Some(last) if last == seq => Fate::Contained,
            Some(last) if last > seq => Fate::Unknowable(
                Error::new(
                    ErrorCode::Internal,
                    format!(
                        "writer {} is said to have written record {}: its id is in use twice",
                        self.writer, last.0
                    ),
                )
                .with_outcome(Outcome::Unknown),
            ),
            None if manifest.writers.is_cut() => Fate::Unknowable(outcome_unknown(
                seq,
                group.encoded.header.token,
                "this process slept so long that the log has forgotten it",
            )),
            Some(_) | None => Fate::Overtaken,
        }
    }

    /// Gives every write of a group its answer, or its place in the next group.
    async fn settle(self: &Arc<Inner>, group: &Group, fate: Fate) {
        let seq = group.position.seq;
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
            Fate::Lost(object) => {
                count(&self.counters.lost_slots);
                let body = None;
                let answered = object.meta.server_time;
                let slot = Slot { seq, bytes: Some((object.bytes, body)), answered };
                if let Err(error) = self.apply_lost(slot).await {
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

    /// Applies the record that has won a slot.
    async fn apply_lost(self: &Arc<Inner>, slot: Slot) -> Result<()> {
        // The body of a large record has to be fetched, so the slot is read again.
        let apart = slot
            .bytes
            .as_ref()
            .is_some_and(|(bytes, _)| Header::decode(bytes).is_ok_and(|header| header.apart));
        let slot = if apart { wal::read_slot(&*self.store, &self.layout, slot.seq).await? } else { slot };
        self.apply_slot(slot).await
    }

    /// Begins again from a checkpoint. The store must answer first, so this may take long; those who wait for a
    /// group meet their own deadlines.
    async fn reload_until_done(self: &Arc<Inner>, seq: Seq) {
        let mut waits = Waits { bound: DOUBT_WAIT_FIRST, max: DOUBT_WAIT_MAX };
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

    /// A group in which nothing changes anything: it is answered if the log ends where it was executed.
    async fn confirm(self: &Arc<Inner>, seq: Seq) {
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
    fn take_answered(&self) -> Vec<Pending> {
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

    fn acknowledge(&self, group: Vec<Pending>, seq: Option<Seq>, snapshot: &Snapshot) {
        for pending in group {
            let answer = match pending.executed {
                Executed::Changed(_) => Ok(Done { seq, snapshot: snapshot.clone() }),
                Executed::Unchanged => Ok(Done { seq: None, snapshot: snapshot.clone() }),
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

fn footprint_of(group: &[Pending]) -> crate::transaction::Footprint {
    let mut touched = crate::transaction::Footprint::default();
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
