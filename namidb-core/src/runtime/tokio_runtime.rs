//! The runtime of real programs: tokio's tasks, the system's clocks and randomness.

#![allow(clippy::disallowed_methods, reason = "this is the one place that may call them")]

use super::{BoxFuture, Runtime, system};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A [`Runtime`] over a tokio runtime that somebody else owns and keeps alive.
#[derive(Clone, Debug)]
pub struct TokioRuntime {
    handle: tokio::runtime::Handle,
}

impl TokioRuntime {
    /// Uses the tokio runtime behind `handle`.
    pub fn new(handle: tokio::runtime::Handle) -> TokioRuntime {
        TokioRuntime { handle }
    }

    /// Uses the tokio runtime that the caller runs on, if it runs on one.
    pub fn current() -> Option<TokioRuntime> {
        tokio::runtime::Handle::try_current().ok().map(TokioRuntime::new)
    }
}

impl Runtime for TokioRuntime {
    fn spawn(&self, _name: &'static str, future: BoxFuture<'static, ()>) {
        drop(self.handle.spawn(future));
    }

    fn spawn_blocking(&self, _name: &'static str, work: Box<dyn FnOnce() + Send + 'static>) {
        drop(self.handle.spawn_blocking(work));
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let handle = self.handle.clone();
        Box::pin(async move {
            let sleep = {
                let _guard = handle.enter();
                tokio::time::sleep(duration)
            };
            sleep.await;
        })
    }

    fn monotonic(&self) -> Duration {
        static ORIGIN: OnceLock<Instant> = OnceLock::new();
        ORIGIN.get_or_init(Instant::now).elapsed()
    }

    fn unix_micros(&self) -> i64 {
        system::unix_micros()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        system::fill_random(bytes);
    }
}
