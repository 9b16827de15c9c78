//! A clock for the age of chunks: it counts fetches, so it stands still while nothing has to be fetched, and chunks
//! that are read again and again are written to no more.

use std::sync::atomic::{AtomicU64, Ordering};

static NOW: AtomicU64 = AtomicU64::new(1);

/// The present time. A chunk that is used notes it, if it has not noted it yet.
#[inline]
pub fn now() -> u64 {
    NOW.load(Ordering::Relaxed)
}

/// Time goes on.
pub(super) fn tick() {
    NOW.fetch_add(1, Ordering::Relaxed);
}
