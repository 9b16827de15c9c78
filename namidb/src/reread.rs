//! Reading again on a newer snapshot, where another process has collected what the last one reads from.
//!
//! A snapshot pins nothing in the store: what of it is not in memory may be merged into other files and deleted, by
//! whoever compacts. Somebody who asked for the newest state, and has seen nothing of it yet, need not know.

use crate::error::{Error, Result};
use namidb_core::{ErrorCode, Outcome};

/// So often in a row: each time, somebody has compacted the whole of what is read while it was read.
const TIMES: u32 = 16;

/// How often a call on the newest state was done again.
///
/// For whoever takes a state from [`Database::snapshot`](crate::Database::snapshot) and reads it through its
/// [`ChunkSource`](crate::ChunkSource); the calls of a database do it themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rereads(u32);

impl Rereads {
    /// Whether what failed so is to be done again, on a newer snapshot. Only for what nobody has seen anything of.
    pub fn again(&mut self, error: &Error) -> bool {
        let expired = error.code() == ErrorCode::SnapshotExpired && error.outcome() == Outcome::NotApplied;
        self.0 += u32::from(expired);
        expired && self.0 <= TIMES
    }
}

/// Does work on the newest state; again on a newer one, if it expires.
pub(crate) fn on_newest<T>(mut work: impl FnMut() -> Result<T>) -> Result<T> {
    let mut rereads = Rereads::default();
    loop {
        match work() {
            Err(error) if rereads.again(&error) => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_expires_is_done_again_a_bounded_number_of_times() {
        let mut calls = 0;
        let expires_until = |calls: &mut u32, last: u32| {
            *calls += 1;
            if *calls < last { Err(Error::new(ErrorCode::SnapshotExpired, "collected")) } else { Ok(*calls) }
        };
        assert_eq!(on_newest(|| expires_until(&mut calls, 4)).unwrap(), 4);
        calls = 0;
        let error = on_newest(|| expires_until(&mut calls, u32::MAX)).unwrap_err();
        assert_eq!((error.code(), calls), (ErrorCode::SnapshotExpired, 1 + TIMES));
    }

    #[test]
    fn what_fails_otherwise_or_may_have_been_applied_is_not_done_again() {
        let unknown = Error::new(ErrorCode::SnapshotExpired, "collected").with_outcome(Outcome::Unknown);
        for error in [Error::new(ErrorCode::StoreUnavailable, "gone"), unknown] {
            assert!(!Rereads::default().again(&error), "{error}");
        }
    }
}
