//! Explicit transactions: a snapshot, changes to it, and a commit that others may forestall.

use super::Inner;
use super::race::{check, replant};
use super::stage::{Changed, Done, Executed, Staged, Task};
use crate::error::{Error, ErrorCode, Result};
use crate::graph::{CommitToken, GraphState, Remembered};
use crate::ids::Seq;
use crate::residency::{Misses, collect};
use crate::transaction::{Answer, Changes, Footprint, StageContext};
use crate::wal::{Position, Transaction as Encoded, TransactionKind};
use std::sync::Arc;

/// When what was to be committed once was committed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Once {
    /// Now, in this record.
    Now(Seq),
    /// Before; this is kept of it.
    Before(Remembered),
}

/// A transaction that reads one snapshot and its own changes. The first to commit wins: a later one that wrote, or
/// relies on, what an earlier one changed since its snapshot fails with a conflict that can be retried.
///
/// Dropping it rolls it back.
#[derive(Debug)]
pub struct Transaction {
    engine: Arc<Inner>,
    base: Arc<Position>,
    /// None once it is taken to be committed.
    changes: Option<Changes>,
    /// Of a read-only engine: what to write on is refused at the commit.
    read_only: bool,
    /// How often chunks had to go when it last let go of them.
    generation: u64,
}

impl Transaction {
    pub(super) fn begin(engine: &Arc<Inner>) -> Transaction {
        let base = engine.head.begin();
        let time = engine.runtime.unix_micros().max(base.time);
        let runtime = Arc::clone(&engine.runtime);
        let context = StageContext { seq: base.seq.next(), time, runtime, may_wait: false };
        let changes = Some(Changes::new(&base.state, &context));
        let read_only = engine.settings.read_only;
        let generation = engine.fetcher.ledger().condemnations();
        Transaction { engine: Arc::clone(engine), base, changes, read_only, generation }
    }

    /// The changes so far, to add to.
    ///
    /// # Panics
    /// Never: only [`Transaction::commit`] takes them, and it takes the transaction.
    #[allow(clippy::expect_used, reason = "commit takes the transaction with the changes")]
    pub fn changes(&mut self) -> &mut Changes {
        self.changes.as_mut().expect("a transaction has its changes until it commits")
    }

    /// Lets go of the chunks that had to go and that this transaction still holds. Between its statements: what one needs
    /// stays until it ends.
    pub fn lighten(&mut self) {
        let ledger = self.engine.fetcher.ledger();
        let generation = ledger.condemnations();
        if self.generation == generation {
            return;
        }
        self.generation = generation;
        let keys = ledger.condemned();
        Arc::make_mut(&mut self.base).state.evict(&keys);
        if let Some(changes) = &mut self.changes {
            changes.evict(&keys);
        }
    }

    /// The snapshot with the changes so far.
    pub fn state(&self) -> &GraphState {
        self.changes.as_ref().map_or(&self.base.state, Changes::state)
    }

    /// The last record that the snapshot contains.
    pub fn base_seq(&self) -> Seq {
        self.base.seq
    }

    /// Commits. Gives the record that it is in; none if nothing was changed.
    ///
    /// # Errors
    /// `Conflict` or `Fenced`, which can be retried, if somebody else came first; `UniqueViolation`, `KeyViolation`,
    /// `NotNullViolation` or `TypeViolation` if the changes do not meet the constraints; `ReadOnly`; `Closed`;
    /// `CommitOutcomeUnknown` if no answer came within the deadline; those of the store.
    ///
    /// # Cancel safety
    /// If the future is dropped, the transaction may be committed or not.
    pub async fn commit(self) -> Result<Option<Seq>> {
        if self.changes.as_ref().is_none_or(Changes::is_empty) {
            return Ok(None);
        }
        Box::pin(self.commit_changes(None)).await.map(|done| done.seq)
    }

    /// As [`Transaction::commit`], under a token: if anything was committed under it before, by whomever, that is given, and
    /// nothing is done. So a commit whose answer was lost can be repeated. It takes a record even if nothing else was
    /// changed.
    ///
    /// # Errors
    /// As [`Transaction::commit`].
    ///
    /// # Cancel safety
    /// If the future is dropped, the transaction may be committed or not.
    pub async fn commit_once(mut self, token: CommitToken, answer: &Answer) -> Result<Once> {
        if let Some(first) = self.remembered(token).await? {
            return Ok(Once::Before(first));
        }
        self.changes().remember(token, answer)?;
        let done = Box::pin(self.commit_changes(Some(token))).await?;
        match (done.repeated, done.seq) {
            (Some(first), _) => Ok(Once::Before(first)),
            (None, Some(seq)) => Ok(Once::Now(seq)),
            (None, None) => Err(Error::new(ErrorCode::Internal, "a token was committed without a record")),
        }
    }

    /// What was committed under a token, as far as this transaction can see.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn remembered(&self, token: CommitToken) -> Result<Option<Remembered>> {
        self.engine.resolve(|| Ok(self.base.state.remembered(token))).await
    }

    /// Commits changes that are not empty.
    async fn commit_changes(mut self, token: Option<CommitToken>) -> Result<Done> {
        let gone = || Error::new(ErrorCode::Internal, "a transaction was committed twice");
        let mut changes = self.changes.take().ok_or_else(gone)?;
        if self.read_only {
            return Err(Error::new(ErrorCode::ReadOnly, "the database was opened read-only"));
        }
        let engine = Arc::clone(&self.engine);
        engine.check_open()?;
        engine.resolve(|| changes.check_constraints()).await?;
        let transaction = Encoded::new(TransactionKind::Explicit, changes.ops());
        let mut waiting = Some((changes, transaction));
        let mut spared = None;
        let staged = loop {
            match self.stage(token, &mut waiting)? {
                Ok(staged) => break staged,
                Err(misses) => {
                    spared.get_or_insert_with(|| engine.spare());
                    engine.fetch_or_adopt(&misses).await?;
                }
            }
        };
        drop(spared);
        engine.answer(staged).await
    }

    /// Puts the changes into the queue, on what others have done since; or says what is missing for that.
    fn stage(
        &self,
        token: Option<CommitToken>,
        waiting: &mut Option<(Changes, Encoded)>,
    ) -> Result<Result<Staged, Misses>> {
        let engine = &self.engine;
        let gone = || Error::new(ErrorCode::Internal, "a transaction was staged twice");
        let (changes, _) = waiting.as_ref().ok_or_else(gone)?;
        let mut staging = engine.staging();
        let fits = staging.in_flight.is_none()
            && staging.queue.is_empty()
            && staging.base.seq == self.base.seq
            && changes.seq() == self.base.seq.next();
        // Before it is asked who came first: the first may be this very transaction.
        let (first, misses) = collect(|| token.and_then(|token| staging.tentative.remembered(token)));
        if !misses.is_empty() {
            return Ok(Err(misses));
        }
        let state = if fits || first.is_some() {
            changes.state().clone()
        } else {
            let mine = changes.footprint();
            let before: Vec<Footprint> = staging
                .frozen
                .iter()
                .chain(&staging.queue)
                .filter_map(|pending| match &pending.executed {
                    Executed::Changed(changed) => Some(changed.changes.footprint()),
                    Executed::Unchanged | Executed::Repeated(..) | Executed::Failed(_) => None,
                })
                .collect();
            let until = staging.base.seq;
            let seq = staging.context(&engine.runtime).seq;
            // A conflict is told with the names of what it is about.
            let (state, misses) = collect(|| {
                check(&engine.head, &mine, self.base.seq, until, before.iter(), &staging.tentative)?;
                replant(&staging.tentative, changes.ops(), seq)
            });
            if !misses.is_empty() {
                return Ok(Err(misses));
            }
            state?
        };
        let (changes, transaction) = waiting.take().ok_or_else(gone)?;
        let changed = Box::new(Changed { state, changes, transaction });
        let executed = match first {
            Some(first) => Executed::Repeated(first, changed),
            None => Executed::Changed(changed),
        };
        engine.push(&mut staging, Task::Explicit(self.base.seq, token), executed).map(Ok)
    }

    /// Ends it without any effect.
    pub fn rollback(self) {}
}

impl Drop for Transaction {
    fn drop(&mut self) {
        self.engine.head.end(self.base.seq);
    }
}
