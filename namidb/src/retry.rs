//! How often, and how soon, a transaction is run again.

use namidb_core::runtime::Runtime;
use std::time::Duration;

/// How often, and how soon, a transaction that failed in a way that can be retried is run again.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Retry {
    /// How long to go on, from the first attempt.
    pub max_time: Duration,
    /// The first pause.
    pub initial_delay: Duration,
    /// How much longer each pause is than the one before.
    pub multiplier: f64,
    /// How much of a pause is left to chance, as a fraction: two that collided do not collide again.
    pub jitter: f64,
    /// How many attempts, the first included; none for as many as the time allows.
    pub max_attempts: Option<u32>,
}

impl Default for Retry {
    fn default() -> Retry {
        Retry {
            max_time: Duration::from_secs(30),
            initial_delay: Duration::from_millis(50),
            multiplier: 2.0,
            jitter: 0.2,
            max_attempts: None,
        }
    }
}

/// The attempts of one call.
#[derive(Debug)]
pub(crate) struct Attempts {
    retry: Retry,
    started: Duration,
    made: u32,
    delay: Duration,
}

impl Attempts {
    pub(crate) fn new(retry: Retry, runtime: &dyn Runtime) -> Attempts {
        Attempts { retry, started: runtime.monotonic(), made: 1, delay: retry.initial_delay }
    }

    /// The pause before the next attempt, after one that failed in a way that can be retried; none if it was the last.
    pub(crate) fn pause(&mut self, runtime: &dyn Runtime) -> Option<Duration> {
        let mut random = [0; 4];
        runtime.fill_random(&mut random);
        let chance = f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX) * 2.0 - 1.0;
        let pause = self.delay.mul_f64((1.0 + chance * self.retry.jitter).clamp(0.0, 2.0));
        let spent = runtime.monotonic().saturating_sub(self.started);
        if self.retry.max_attempts.is_some_and(|max| self.made >= max) || spent + pause > self.retry.max_time
        {
            return None;
        }
        self.made += 1;
        self.delay = self.delay.mul_f64(self.retry.multiplier.clamp(1.0, 10.0));
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let runtime = crate::runtime::shared().unwrap();
        let retry = Retry { jitter: 0.0, max_attempts: Some(4), ..Retry::default() };
        let mut attempts = Attempts::new(retry, &*runtime);
        let pauses: Vec<u128> =
            std::iter::from_fn(|| attempts.pause(&*runtime)).map(|pause| pause.as_millis()).collect();
        assert_eq!(pauses, [50, 100, 200]);
        let hasty = Retry { max_time: Duration::from_millis(10), ..Retry::default() };
        assert_eq!(Attempts::new(hasty, &*runtime).pause(&*runtime), None);
    }
}
