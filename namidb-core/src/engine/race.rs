//! After a lost slot: the queue is taken through again, on the state that the winners left.
//!
//! Each write, in order, meets its own fate: a statement or a staged batch is executed again; an explicit
//! transaction keeps its operations if nobody touched what it wrote or relies on since it began, and otherwise it
//! alone fails, with a conflict that can be retried.

use super::Inner;
use super::head::Head;
use super::metrics::count;
use super::stage::{Executed, Pending, Staging, Task};
use crate::error::{Error, ErrorCode};
use crate::graph::{CommitToken, GraphState};
use crate::ids::Seq;
use crate::residency::{Misses, collect};
use crate::transaction::Footprint;
use crate::wal::Position;
use std::sync::Arc;

impl Inner {
    /// Takes the whole queue through again, on `base`. If chunks are missing for that, they come back, and the queue
    /// waits, to be taken through once more.
    pub(super) fn restage(&self, staging: &mut Staging, base: Arc<Position>) -> Misses {
        debug_assert!(staging.in_flight.is_none() && staging.frozen.is_empty());
        staging.rebase(base);
        let mut misses = Misses::default();
        let mut before: Vec<Footprint> = Vec::new();
        let has_explicit = staging.queue.iter().any(|pending| matches!(pending.task, Task::Explicit(..)));
        for mut pending in std::mem::take(&mut staging.queue) {
            // Nobody waits for it, or somebody was told that its outcome is unknown: then it is not executed again.
            if pending.answer.is_closed() {
                continue;
            }
            count(&self.counters.executed_again);
            match &pending.task {
                Task::Work(work) => {
                    let context = staging.context(&self.runtime);
                    match work.execute(&staging.tentative, &context) {
                        Ok(executed) => pending.executed = executed,
                        Err(missed) => misses.append(missed),
                    }
                }
                Task::Explicit(began, token) => {
                    let (began, token) = (*began, *token);
                    let (verdict, missed) =
                        collect(|| self.rebase_explicit(staging, &mut pending, began, token, &before));
                    misses.append(missed);
                    if let Err(error) = verdict
                        && misses.is_empty()
                    {
                        count(&self.counters.failed);
                        drop(pending.answer.send(Err(error)));
                        continue;
                    }
                }
            }
            if let Executed::Changed(changed) = &pending.executed {
                if has_explicit {
                    before.push(changed.changes.footprint());
                }
                let state = changed.state.clone();
                staging.move_to(&state);
            }
            staging.queue.push(pending);
        }
        staging.dirty = !misses.is_empty();
        misses
    }

    fn rebase_explicit(
        &self,
        staging: &mut Staging,
        pending: &mut Pending,
        began: Seq,
        token: Option<CommitToken>,
        before: &[Footprint],
    ) -> Result<(), Error> {
        let executed = std::mem::replace(&mut pending.executed, Executed::Unchanged);
        let mut changed = match executed {
            Executed::Changed(changed) | Executed::Repeated(_, changed) => changed,
            other => {
                pending.executed = other;
                return Ok(());
            }
        };
        // Before it is asked who came first: the first may be this very transaction.
        if let Some(first) = token.and_then(|token| staging.tentative.remembered(token)) {
            pending.executed = Executed::Repeated(first, changed);
            return Ok(());
        }
        let seq = staging.base.seq;
        let mine = changed.changes.footprint();
        let rebased = check(&self.head, &mine, began, seq, before.iter(), &staging.tentative)
            .and_then(|()| replant(&staging.tentative, changed.changes.ops(), seq.next()));
        // What was missing comes, and then this is asked again.
        let rebased = rebased.map(|state| changed.state = state);
        pending.executed = Executed::Changed(changed);
        rebased
    }
}

/// Whether a transaction that began at `began` may commit after what is committed up to `until`, and after `before`,
/// which would be in the next record with it.
///
/// # Errors
/// `Conflict` if not.
pub(super) fn check<'a>(
    head: &Head,
    mine: &Footprint,
    began: Seq,
    until: Seq,
    before: impl Iterator<Item = &'a Footprint>,
    state: &GraphState,
) -> Result<(), Error> {
    let mut conflict = None;
    let mut seq = began;
    let known = head.touched_since(began, until, |theirs| {
        seq = seq.next();
        conflict = mine.conflict(theirs);
        conflict.is_none()
    });
    for theirs in before {
        if conflict.is_none() {
            seq = until.next();
            conflict = mine.conflict(theirs);
        }
    }
    match conflict {
        Some(conflict) => Err(conflict.into_error(state).with_detail("with_sequence", seq.0.to_string())),
        None if known => Ok(()),
        None => Err(Error::new(
            ErrorCode::Fenced,
            "the log was collected while this transaction was open, so it is not known what others changed",
        )
        .with_hint("Run the transaction again")),
    }
}

/// The state after operations that were recorded on another one, which does not conflict with them.
///
/// # Errors
/// `Conflict` if they do not fit after all.
pub(super) fn replant(
    state: &GraphState,
    ops: &[crate::graph::op::Op],
    seq: Seq,
) -> Result<GraphState, Error> {
    let mut state = state.clone();
    match state.apply_transaction(ops, seq) {
        Ok(()) => Ok(state),
        Err(error) => {
            Err(Error::new(ErrorCode::Conflict, "another commit changed what this transaction builds on")
                .with_hint("Run the transaction again")
                .with_source(error))
        }
    }
}
