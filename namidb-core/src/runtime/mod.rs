//! Every source of nondeterminism, behind one trait.
//!
//! The engine asks here for time, randomness and background work, and nowhere else, so that a
//! simulation can run the whole engine on one thread from one seed. `clippy.toml` bans the calls that
//! would go around it.

mod store_clock;
pub mod system;
mod tokio_runtime;
mod workers;

pub use tokio_runtime::TokioRuntime;
pub use workers::Workers;

use futures_util::future::{Either, select};
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the engine gets time, randomness and background work.
pub trait Runtime: fmt::Debug + Send + Sync + 'static {
    /// Runs a future in the background, to its end, whatever becomes of the caller.
    fn spawn(&self, name: &'static str, future: BoxFuture<'static, ()>);

    /// Runs a blocking closure where blocking is allowed.
    fn spawn_blocking(&self, name: &'static str, work: Box<dyn FnOnce() + Send + 'static>);

    /// Completes after `duration` of [`Runtime::monotonic`] time.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Time since some fixed moment; never goes backwards. For deadlines and back-off.
    fn monotonic(&self) -> Duration;

    /// Microseconds since 1970-01-01 UTC. For what people read; never for safety.
    fn unix_micros(&self) -> i64;

    /// Fills a buffer with unpredictable bytes.
    fn fill_random(&self, bytes: &mut [u8]);
}

/// A shared runtime.
pub type SharedRuntime = Arc<dyn Runtime>;

/// The output of a future, unless it takes longer than `limit`; then it is dropped.
pub async fn within<F: Future>(runtime: &dyn Runtime, limit: Duration, future: F) -> Option<F::Output> {
    match select(pin!(future), runtime.sleep(limit)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

/// A random 128-bit number.
pub fn random_u128(runtime: &dyn Runtime) -> u128 {
    let mut bytes = [0; 16];
    runtime.fill_random(&mut bytes);
    u128::from_le_bytes(bytes)
}

/// A new version 7 UUID (RFC 9562, 5.7): ordered by the millisecond in which it was made.
pub fn uuid_v7(runtime: &dyn Runtime) -> uuid::Uuid {
    let mut random = [0; 10];
    runtime.fill_random(&mut random);
    let millis = u64::try_from(runtime.unix_micros() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
