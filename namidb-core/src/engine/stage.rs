//! Staging: the state that writers run against, and the queue of what they did to it.
//!
//! ```text
//!   durable (head) ── frozen group ── queue ── tentative
//!                     in flight       waits    what the next writer sees
//! ```
//!
//! A write is executed outside the lock on the tentative state, and appended under the lock if that has not moved;
//! else it is executed again, under the lock. So whatever is in the queue was executed on the state that the entries
//! before it leave, in order.
//!
//! The lock is never held across a wait. It is taken before the head's.

use super::Inner;
use super::commit::Turns;
use super::metrics::count;
use super::snapshot::Snapshot;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::{BlockKey, CommitToken, GraphState, Remembered};
use crate::ids::Seq;
use crate::residency::{Misses, collect};
use crate::runtime::SharedRuntime;
use crate::transaction::{Changes, Restage, StageContext};
use crate::wal::{LogId, Position, Transaction, TransactionKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// More writes are not let in to wait.
const QUEUE_MAX: usize = 1 << 16;

/// Work that the engine executes without knowing what it is.
pub(super) trait Work: Send + Sync {
    fn execute(&self, state: &GraphState, context: &StageContext) -> Result<Executed, Misses>;
}

/// A caller's work: the caller and the queue both hold it, one at a time uses it.
pub(super) struct WorkCell<W>(Mutex<Option<W>>);

impl<W: Restage> WorkCell<W> {
    pub(super) fn new(work: W) -> WorkCell<W> {
        WorkCell(Mutex::new(Some(work)))
    }

    /// Takes the work out, once it is answered.
    pub(super) fn take(&self) -> Option<W> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<W: Restage> Work for WorkCell<W> {
    fn execute(&self, state: &GraphState, context: &StageContext) -> Result<Executed, Misses> {
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(work) => execute(work, state, context),
            None => Ok(Executed::Unchanged),
        }
    }
}

/// What an execution came to.
pub(super) enum Executed {
    /// It changes the state to this.
    Changed(Box<Changed>),
    /// It changes nothing.
    Unchanged,
    /// A transaction with its token was committed before, so it does nothing; unless that one is lost after all.
    Repeated(Remembered, Box<Changed>),
    /// It failed.
    Failed(Error),
}

/// Changes, and what the log will hold of them.
pub(super) struct Changed {
    pub(super) state: GraphState,
    pub(super) changes: Changes,
    pub(super) transaction: Transaction,
}

/// Executes work, once; a panic in it becomes its error. If it missed something, nothing else of it counts.
pub(super) fn execute(
    work: &mut impl Restage,
    state: &GraphState,
    context: &StageContext,
) -> Result<Executed, Misses> {
    let mut checked = || {
        let mut changes = work.restage(state, context)?;
        changes.check_constraints()?;
        Ok(changes)
    };
    let (changes, misses) = collect(|| {
        catch_unwind(AssertUnwindSafe(&mut checked))
            .unwrap_or_else(|_| Err(Error::new(ErrorCode::Internal, "the execution of a write panicked")))
    });
    if !misses.is_empty() {
        return Err(misses);
    }
    Ok(match changes {
        Ok(changes) if changes.is_empty() => Executed::Unchanged,
        Ok(changes) => Executed::Changed(Box::new(Changed {
            state: changes.state().clone(),
            transaction: Transaction::new(TransactionKind::Statement, changes.ops()),
            changes,
        })),
        Err(error) => Executed::Failed(error),
    })
}

/// What waits for its place in the log.
pub(super) enum Task {
    /// Executed again wherever the state has moved.
    Work(Arc<dyn Work>),
    /// An explicit transaction that began on the state at this place: it keeps its operations, or fails; but if something was
    /// committed under its token, it does nothing.
    Explicit(Seq, Option<CommitToken>),
}

/// A write that waits, or is in flight.
pub(super) struct Pending {
    pub(super) id: u64,
    pub(super) task: Task,
    pub(super) executed: Executed,
    pub(super) answer: oneshot::Sender<Answer>,
    /// When it came.
    pub(super) arrived: Duration,
}

/// What a write is told.
pub(super) type Answer = Result<Done>;

/// A write that took its place.
#[derive(Debug)]
pub(super) struct Done {
    /// The record that it is in; none if it changed nothing.
    pub(super) seq: Option<Seq>,
    /// What was committed before under its token, if it was an explicit transaction.
    pub(super) repeated: Option<Remembered>,
    /// A state that contains it.
    pub(super) snapshot: Snapshot,
}

/// What was staged and is not durable yet.
pub(super) struct Staging {
    /// The durable state that everything here builds on.
    pub(super) base: Arc<Position>,
    /// The group whose outcome is not known yet.
    pub(super) frozen: Vec<Pending>,
    /// The record that the frozen group is to be, and its token, if it is to be one.
    pub(super) in_flight: Option<(Seq, LogId)>,
    /// The highest slot that a record of ours may be in, or is. It never gets another group: the writer table could
    /// not tell the two apart.
    pub(super) spent: Seq,
    /// What goes into the next group.
    pub(super) queue: Vec<Pending>,
    /// The base with the frozen group and the queue.
    pub(super) tentative: GraphState,
    /// Counts the moves of the tentative state.
    version: u64,
    /// The queue has lost something that the rest was executed after.
    pub(super) dirty: bool,
    /// Somebody moves groups into the log.
    pub(super) has_owner: bool,
    /// When that somebody lets other processes in.
    pub(super) turns: Turns,
    /// Whoever did has ended before his time: what was in flight may still arrive.
    pub(super) broken: bool,
    /// Told when nobody does any more.
    pub(super) idle: Vec<oneshot::Sender<()>>,
    /// The time of the newest execution.
    time: i64,
    next_id: u64,
}

impl Staging {
    pub(super) fn new(base: Arc<Position>) -> Staging {
        let (tentative, time) = (base.state.clone(), base.time);
        Staging {
            base,
            frozen: Vec::new(),
            in_flight: None,
            spent: Seq(0),
            queue: Vec::new(),
            tentative,
            version: 0,
            dirty: false,
            has_owner: false,
            turns: Turns::default(),
            broken: false,
            idle: Vec::new(),
            time,
            next_id: 0,
        }
    }

    /// Begins anew on a durable state. Nothing may be in flight.
    pub(super) fn rebase(&mut self, base: Arc<Position>) {
        self.tentative = base.state.clone();
        self.time = self.time.max(base.time);
        self.base = base;
        self.version += 1;
        self.dirty = false;
    }

    /// Leaves chunks out of the states that writers build on.
    pub(super) fn lighten(&mut self, keys: &[BlockKey], newest: Arc<Position>) {
        if self.base.seq == newest.seq {
            self.base = newest;
        }
        self.tentative.evict(keys);
        for pending in &mut self.queue {
            if let Executed::Changed(changed) | Executed::Repeated(_, changed) = &mut pending.executed {
                changed.state.evict(keys);
            }
        }
    }

    /// The state moves on by a write.
    pub(super) fn move_to(&mut self, state: &GraphState) {
        self.tentative = state.clone();
        self.version += 1;
    }

    /// What the next execution is told.
    pub(super) fn context(&mut self, runtime: &SharedRuntime) -> StageContext {
        self.time = self.time.max(runtime.unix_micros());
        StageContext { seq: self.next_seq(), time: self.time, runtime: Arc::clone(runtime), may_wait: false }
    }

    /// The time of the newest execution: not before that of the base.
    pub(super) fn time(&self) -> i64 {
        self.time
    }

    /// The record that the queue will be in, unless its slot is lost.
    fn next_seq(&self) -> Seq {
        match self.in_flight {
            Some((seq, _)) => seq.next(),
            None => self.base.seq.next(),
        }
    }

    fn is_idle(&self) -> bool {
        self.in_flight.is_none() && self.frozen.is_empty() && self.queue.is_empty()
    }
}

/// What a writer holds while it waits.
pub(super) struct Staged {
    pub(super) id: u64,
    pub(super) answer: oneshot::Receiver<Answer>,
    /// Nobody moves groups into the log yet: the writer has to see to it.
    pub(super) needs_owner: bool,
}

/// What came of an attempt to stage work.
pub(super) enum Tried<W> {
    Staged(Arc<WorkCell<W>>, Staged),
    /// It needs chunks that are not in memory.
    Missed(W, Misses),
}

/// Counts a write among those that are being executed, for as long as it lives.
struct Executing<'a> {
    count: &'a AtomicUsize,
    /// Whether there was no other.
    alone: bool,
}

impl Executing<'_> {
    fn begin(count: &AtomicUsize) -> Executing<'_> {
        Executing { count, alone: count.fetch_add(1, Ordering::Relaxed) == 0 }
    }
}

impl Drop for Executing<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Inner {
    pub(super) fn staging(&self) -> MutexGuard<'_, Staging> {
        let mut staging = self.staging.lock().unwrap_or_else(PoisonError::into_inner);
        if staging.is_idle() {
            let newest = self.head.newest();
            if staging.dirty || newest.seq != staging.base.seq {
                staging.rebase(newest);
            }
        }
        staging
    }

    /// Executes a write and lets it wait for its group. What it misses is fetched before it is executed again: under
    /// the lock nobody waits.
    pub(super) async fn stage<W: Restage>(
        self: &Arc<Inner>,
        mut work: W,
    ) -> Result<(Arc<WorkCell<W>>, Staged)> {
        let executing = Executing::begin(&self.executing);
        let mut spared = None;
        loop {
            let misses = match self.try_stage(work, executing.alone)? {
                Tried::Staged(cell, staged) => return Ok((cell, staged)),
                Tried::Missed(again, misses) => {
                    work = again;
                    misses
                }
            };
            // From here on nothing goes that it has fetched, or it might never have all that it needs at once.
            spared.get_or_insert_with(|| self.spare());
            self.fetch_or_adopt(&misses).await?;
        }
    }

    pub(super) fn try_stage<W: Restage>(&self, mut work: W, alone: bool) -> Result<Tried<W>> {
        // Beside others the state would have moved by the end: such a write waits for the lock at once.
        let early = alone.then(|| {
            let (version, state, context) = {
                let mut staging = self.staging();
                let context = StageContext { may_wait: true, ..staging.context(&self.runtime) };
                (staging.version, staging.tentative.clone(), context)
            };
            (version, context.seq, execute(&mut work, &state, &context))
        });
        let early = match early {
            Some((_, _, Err(misses))) => return Ok(Tried::Missed(work, misses)),
            Some((version, seq, Ok(executed))) => Some((version, seq, executed)),
            None => None,
        };
        let cell = Arc::new(WorkCell::new(work));
        let mut staging = self.staging();
        let executed = match early {
            Some((version, seq, executed)) if version == staging.version && seq == staging.next_seq() => {
                executed
            }
            other => {
                if other.is_some() {
                    count(&self.counters.executed_again);
                }
                let context = staging.context(&self.runtime);
                match cell.execute(&staging.tentative, &context) {
                    Ok(executed) => executed,
                    Err(misses) => {
                        drop(staging);
                        let work = cell.take().ok_or_else(|| {
                            Error::new(ErrorCode::Internal, "a write was taken while it was executed")
                        })?;
                        return Ok(Tried::Missed(work, misses));
                    }
                }
            }
        };
        let task = Task::Work(Arc::clone(&cell) as Arc<dyn Work>);
        let staged = self.push(&mut staging, task, executed)?;
        drop(staging);
        Ok(Tried::Staged(cell, staged))
    }

    pub(super) fn push(&self, staging: &mut Staging, task: Task, executed: Executed) -> Result<Staged> {
        if staging.broken {
            return Err(Error::new(
                ErrorCode::Internal,
                "whether an earlier record was committed could not be found out, so no other may follow it",
            )
            .with_hint("Open the database again"));
        }
        if staging.queue.len() >= QUEUE_MAX {
            return Err(Error::new(
                ErrorCode::QueueFull,
                format!("{QUEUE_MAX} writes wait for the log already"),
            )
            .with_hint("Wait for earlier writes before sending more"));
        }
        let id = staging.next_id;
        staging.next_id += 1;
        if let Executed::Changed(changed) = &executed {
            let state = changed.state.clone();
            staging.move_to(&state);
        }
        let (sender, answer) = oneshot::channel();
        let arrived = self.runtime.monotonic();
        staging.queue.push(Pending { id, task, executed, answer: sender, arrived });
        count(&self.counters.admitted);
        let needs_owner = !std::mem::replace(&mut staging.has_owner, true);
        Ok(Staged { id, answer, needs_owner })
    }

    /// Gives up waiting for a write: what is it told?
    pub(super) fn give_up(&self, id: u64, waited: Duration) -> Option<Error> {
        let mut staging = self.staging();
        if let Some(at) = staging.queue.iter().position(|pending| pending.id == id) {
            let pending = staging.queue.remove(at);
            staging.dirty |= matches!(pending.executed, Executed::Changed(_));
            return Some(
                Error::new(
                    ErrorCode::StoreUnavailable,
                    format!("an earlier commit has had no answer from the store for {waited:?}; this write was withdrawn"),
                )
                .with_hint("Nothing of it was applied: try again when the store answers"),
            );
        }
        if !staging.frozen.iter().any(|pending| pending.id == id) {
            return None;
        }
        Some(match staging.in_flight {
            Some((seq, token)) => outcome_unknown(seq, token, &format!("the store has not answered for {waited:?}")),
            None => Error::new(
                ErrorCode::StoreUnavailable,
                format!("the store has not answered for {waited:?}, so it is not known whether others have committed"),
            )
            .with_hint("Nothing was applied: try again when the store answers"),
        })
    }
}

/// The error of a write of which nobody can say, now or ever, whether it was applied.
pub(super) fn outcome_unknown(seq: Seq, token: LogId, why: &str) -> Error {
    Error::new(
        ErrorCode::CommitOutcomeUnknown,
        format!("whether record {} was committed is not known: {why}", seq.0),
    )
    .with_outcome(crate::error::Outcome::Unknown)
    .with_hint("Look whether the change is there before repeating it")
    .with_detail("seq", seq.0)
    .with_detail("token", token)
}
