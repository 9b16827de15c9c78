//! The time that a layer waits by.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A wait in progress.
pub type SleepFuture = Pin<Box<dyn Future<Output = ()> + Send + 'static>>;

/// Time, waiting and chance for a layer, so that a test or a simulation owns them. The engine's runtime is
/// one.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Time since some fixed moment; never goes backwards.
    fn now(&self) -> Duration;

    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> SleepFuture;

    /// An unpredictable number.
    fn random(&self) -> u64;
}
