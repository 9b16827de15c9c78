//! A runtime for tests: its clock stands still, and its random bytes count.

use namidb_core::runtime::{BoxFuture, Runtime, SharedRuntime};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct StillRuntime;

/// Counted over all runtimes, so that no two public ids are the same.
static DRAWN: AtomicU64 = AtomicU64::new(0);

impl StillRuntime {
    pub(crate) const NOW: Duration = Duration::from_secs(1);

    pub(crate) fn shared() -> SharedRuntime {
        Arc::new(StillRuntime)
    }
}

impl Runtime for StillRuntime {
    fn spawn(&self, _name: &'static str, _future: BoxFuture<'static, ()>) {
        panic!("queries spawn nothing");
    }

    fn spawn_blocking(&self, _name: &'static str, work: Box<dyn FnOnce() + Send + 'static>) {
        work();
    }

    fn sleep(&self, _duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn monotonic(&self) -> Duration {
        StillRuntime::NOW
    }

    fn unix_micros(&self) -> i64 {
        1_000_000
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8).rev() {
            let number = DRAWN.fetch_add(1, Ordering::Relaxed).to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    }
}
