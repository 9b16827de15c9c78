//! Putting a group, until its fate is known.

use super::super::Inner;
use super::super::health::Duty;
use super::super::look::Trust;
use super::super::metrics::count;
use super::super::open::check_writer_format;
use super::super::stage::outcome_unknown;
use super::Waits;
use crate::error::{Error, ErrorCode, Outcome, Result};
use crate::ids::Seq;
use crate::manifest::Manifest;
use crate::wal::record::Encoded;
use crate::wal::{self, Attempt, Position, Slot};
use std::sync::Arc;
use std::time::Duration;

/// A group whose bytes are frozen for a slot.
pub(super) struct Group {
    pub(super) encoded: Encoded,
    /// The state with the group.
    pub(super) position: Arc<Position>,
    /// When it was frozen.
    pub(super) began: Duration,
}

/// What became of a group.
pub(super) enum Fate {
    /// Its record is in the log, and the state with it is the newest.
    Committed,
    /// It is in a checkpoint, and the log has been collected past it.
    Contained,
    /// Another record has its slot; these are that slot and some above it.
    Lost(Vec<Slot>),
    /// The log has been collected past its slot, and it is not in the checkpoint.
    Overtaken,
    /// Nobody can know any more.
    Unknowable(Error),
    /// Nothing of it was applied.
    Failed(Error),
}

impl Inner {
    /// Puts a frozen group, until its fate is known. If its slot is lost, so many above are read with it.
    pub(super) async fn put(&self, group: &Group, above: u64) -> Fate {
        if let Err(error) = self.prepare_put(group).await {
            return Fate::Failed(error.with_outcome(Outcome::NotApplied));
        }
        let seq = group.encoded.header.seq;
        let mut in_doubt = false;
        let began = self.runtime.monotonic();
        let mut waits = Waits::of_doubt();
        loop {
            count(&self.counters.puts);
            let attempt = wal::append(&*self.store, &self.layout, &group.encoded, above).await;
            let answered = match &attempt {
                Attempt::Ours { answered } => *answered,
                Attempt::Other(slots) => slots.first().and_then(|slot| slot.answered),
                Attempt::Gone | Attempt::Unknown(_) | Attempt::Refused(_) => None,
            };
            match attempt {
                Attempt::Refused(error) if !in_doubt => return Fate::Failed(error.into()),
                Attempt::Refused(error) => self.cannot_commit(&error.into()),
                Attempt::Unknown(error) => {
                    in_doubt = true;
                    self.cannot_commit(&error.into());
                }
                Attempt::Ours { .. } | Attempt::Other(_) | Attempt::Gone => {
                    match self.trust(seq, [answered]).await {
                        Ok(Trust::Passed(manifest)) => return self.decide(seq, group, &manifest),
                        Ok(Trust::Holds) => match attempt {
                            Attempt::Ours { .. } => return Fate::Committed,
                            Attempt::Other(slots) => return Fate::Lost(slots),
                            // Above the floor nothing is ever deleted.
                            _ => return Fate::Unknowable(self.vanished(seq)),
                        },
                        // A look that fails leaves the outcome in doubt.
                        Err(error) => {
                            in_doubt = true;
                            self.cannot_commit(&error);
                        }
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

    pub(super) fn cannot_commit(&self, error: &Error) {
        self.health.failed(Duty::Commit, error, self.runtime.unix_micros());
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
}
