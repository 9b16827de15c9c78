//! What the layers over a store need of a runtime.

use super::{BoxFuture, Runtime, SharedRuntime};
use crate::object_store::layers::Clock;
use std::time::Duration;

impl Clock for SharedRuntime {
    fn now(&self) -> Duration {
        (**self).monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Runtime::sleep(&**self, duration)
    }

    fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_random(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}
