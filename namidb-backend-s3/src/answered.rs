//! When the store answered, by its own clock: a header that the operations of the SDK do not pass on.

use aws_sdk_s3::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};
use namidb_core::object_store::ServerTime;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const NEVER: i64 = i64::MIN;

/// Remembers the `Date` of the newest answer to one request. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Answered(Arc<AtomicI64>);

impl Answered {
    /// Nothing was answered yet.
    pub(crate) fn not_yet() -> Answered {
        Answered(Arc::new(AtomicI64::new(NEVER)))
    }

    /// The time of the newest answer, in whole seconds, as the header has them.
    pub(crate) fn at(&self) -> Option<ServerTime> {
        Some(self.0.load(Ordering::Relaxed)).filter(|time| *time != NEVER).map(ServerTime)
    }
}

impl Intercept for Answered {
    fn name(&self) -> &'static str {
        "namidb-answered"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(date) = context.response().headers().get("date")
            && let Ok(time) = DateTime::from_str(date, DateTimeFormat::HttpDate)
        {
            self.0.store(server_time(&time).0, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// A time of the SDK as one of ours.
pub(crate) fn server_time(time: &DateTime) -> ServerTime {
    let micros = time.secs().saturating_mul(1_000_000).saturating_add(i64::from(time.subsec_nanos() / 1_000));
    ServerTime(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_microseconds() {
        assert_eq!(server_time(&DateTime::from_secs_and_nanos(2, 3_000_000)), ServerTime(2_003_000));
        assert_eq!(Answered::not_yet().at(), None);
    }
}
