//! Which process this is: the child of a fork has none of its parent's threads, so nothing that they serve may be touched
//! in it.

use std::sync::atomic::{AtomicU64, Ordering};

/// Forks that lie between this process and the first, counted from 1; 0 if nobody tells of them.
static TOLD: AtomicU64 = AtomicU64::new(0);

/// A number that no other process among the descendants of one process has.
pub(crate) fn current() -> u64 {
    match TOLD.load(Ordering::Relaxed) {
        // A system call, a tenth of a microsecond, at every use of a database.
        0 => u64::from(std::process::id()),
        // Above every number that the system gives.
        forks => forks << 32,
    }
}

/// Says that the program calls [`forked`] in the child of every fork of this process from now on, so that no call has to ask
/// the system which process it is in. To be called before a database is opened. The Python wheel does, whose interpreter
/// knows of forks.
pub fn forks_are_told() {
    // Said twice it stays as it is.
    let _ = TOLD.compare_exchange(0, 1, Ordering::Relaxed, Ordering::Relaxed);
}

/// Tells that this process is the child of a fork, before it does anything else with a database.
pub fn forked() {
    TOLD.fetch_add(1, Ordering::Relaxed);
}
