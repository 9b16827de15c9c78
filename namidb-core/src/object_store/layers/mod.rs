//! Decorators: stores over stores, with the same trait.
//!
//! ```text
//!   engine
//!     Observe      counts requests and bytes
//!       Retry      waits, resends, settles lost answers
//!         Faults   (tests) loses answers, delays, corrupts, holds
//!         Distance (tests) takes its time, counts rounds of requests
//!           a backend
//! ```
//!
//! Each wraps any store and can be left out. None keeps a copy of an object.

mod clock;
#[cfg(any(test, feature = "testing"))]
mod distance;
#[cfg(any(test, feature = "testing"))]
pub mod fault;
mod observe;
mod retry;
#[cfg(test)]
mod tests;

pub use clock::{Clock, SleepFuture};
#[cfg(any(test, feature = "testing"))]
pub use distance::Distance;
pub use observe::{Counts, Observe, OperationCounts};
pub use retry::{Retry, RetryPolicy, Settled, settle};
