//! What keeps an engine from its duties: noted when one fails, forgotten when it succeeds again.
//!
//! Nothing is decided by it. Whoever operates the process reads it in [`Info`](super::Info).

use crate::error::{Error, ErrorCode};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A duty of an engine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Duty {
    /// Moving writes into the log.
    Commit,
    /// Writing checkpoints, and collecting what is dead.
    Checkpoint,
}

impl Duty {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Duty::Commit => "commit",
            Duty::Checkpoint => "checkpoint",
        }
    }
}

/// A duty that an engine cannot fulfil at present. Reads go on; it ends by itself when the duty succeeds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Degraded {
    /// What cannot be done.
    pub duty: Duty,
    /// Why not, the last time that it was tried.
    pub code: ErrorCode,
    /// The same in words.
    pub message: String,
    /// When it failed first, in microseconds since 1970.
    pub since: i64,
    /// How often it was tried in vain since.
    pub failures: u64,
}

/// The duties that failed last time.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<Vec<Degraded>>);

impl Health {
    fn degraded(&self) -> MutexGuard<'_, Vec<Degraded>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A duty failed.
    pub(super) fn failed(&self, duty: Duty, error: &Error, now: i64) {
        let (code, message) = (error.code(), error.message().to_owned());
        let mut degraded = self.degraded();
        match degraded.iter_mut().find(|degraded| degraded.duty == duty) {
            Some(known) => {
                *known = Degraded { code, message, failures: known.failures + 1, ..*known };
            }
            None => degraded.push(Degraded { duty, code, message, since: now, failures: 1 }),
        }
    }

    /// A duty was fulfilled.
    pub(super) fn succeeded(&self, duty: Duty) {
        self.degraded().retain(|degraded| degraded.duty != duty);
    }

    /// What is not well, commits first.
    pub(super) fn read(&self) -> Vec<Degraded> {
        let mut degraded = self.degraded().clone();
        degraded.sort_by_key(|degraded| degraded.duty);
        degraded
    }
}
