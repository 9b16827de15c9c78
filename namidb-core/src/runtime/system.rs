//! The system's own clock and randomness, for what has no [`Runtime`](super::Runtime): the defaults of
//! backends, which tests replace.

#![allow(clippy::disallowed_methods, reason = "this is the one place that may call them")]

use std::time::{SystemTime, UNIX_EPOCH};

/// Microseconds since 1970-01-01 UTC by the system's clock.
pub fn unix_micros() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |n| -n),
    }
}

/// Fills a buffer with unpredictable bytes.
///
/// # Panics
/// If the system has none: then no token and no writer id is safe.
#[allow(clippy::expect_used, reason = "without randomness no writer id and no token is safe: stop")]
pub fn fill_random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

/// A random 128-bit number.
pub fn random_u128() -> u128 {
    let mut bytes = [0; 16];
    fill_random(&mut bytes);
    u128::from_le_bytes(bytes)
}
