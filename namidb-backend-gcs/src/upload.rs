//! Putting an object through the SDK: small ones in one request, large ones in a session that can be resumed.
//!
//! The condition of a session is told at its start, and holds for the request that ends it. After a failure the SDK
//! asks how much of a session has come before it goes on, and an ended session answers with its object: so going on
//! cannot lose to itself, as a repeated single request with a condition would. Single requests are never repeated.

use crate::condition::{NeverThere, generation};
use crate::error::{STORE, put_failed, refused, unreadable};
use crate::store::Bucket;
use crate::version::version_of;
use bytes::Bytes;
use google_cloud_gax::error::Error as SdkError;
use google_cloud_gax::retry_policy::{NeverRetry, RetryPolicy};
use google_cloud_gax::retry_result::RetryResult;
use google_cloud_gax::retry_state::RetryState;
use namidb_core::object_store::{
    Effect, Error, ErrorKind, ObjectPath, Operation, PutCondition, PutReceipt, Result, ServerTime,
};
use namidb_core::runtime::{self, TokioRuntime};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What is at least this large goes in a session.
pub(crate) const SESSION_BYTES_MIN: usize = 16 << 20;

/// The largest object.
pub(crate) const OBJECT_BYTES_MAX: u64 = 5 << 40;

/// Writes an object if the condition holds.
pub(crate) async fn put(
    bucket: &Bucket,
    path: &ObjectPath,
    payload: Bytes,
    condition: &PutCondition,
) -> Result<PutReceipt> {
    let Ok(generation) = generation(condition) else {
        let NeverThere = NeverThere;
        return Err(refused(ErrorKind::VersionMismatch, Operation::Put, path));
    };
    let mebibytes = u32::try_from(payload.len() >> 20).unwrap_or(u32::MAX);
    let limit = bucket.timeout.saturating_add(Duration::from_secs(u64::from(mebibytes)));
    let in_session = payload.len() >= SESSION_BYTES_MIN;
    let mut write = bucket.storage.write_object(&bucket.resource, path.as_str(), payload);
    if let Some(generation) = generation {
        write = write.set_if_generation_match(generation);
    }
    let doubt = Arc::new(AtomicBool::new(false));
    let written = if in_session {
        let policy = GoOn { times: bucket.max_retries, doubt: Arc::clone(&doubt) };
        within(limit, path, Box::pin(write.with_retry_policy(policy).send_unbuffered())).await?
    } else {
        within(limit, path, Box::pin(write.with_retry_policy(NeverRetry).send_buffered())).await?
    };
    match written {
        Ok(object) if object.generation > 0 => {
            let time = object.update_time.map(|time| {
                ServerTime(time.seconds().saturating_mul(1_000_000) + i64::from(time.nanos()) / 1_000)
            });
            Ok(PutReceipt { version: version_of(object.generation), server_time: time })
        }
        Ok(_) => Err(unreadable("the answer has no generation", Operation::Put, path)),
        Err(error) => {
            let error = put_failed(&error, path, condition);
            Err(if doubt.load(Ordering::Relaxed) { in_doubt(error) } else { error })
        }
    }
}

/// The last failure of a session in which an earlier answer was lost. That a condition does not hold may then be the
/// work of the session itself: only reading back can tell.
fn in_doubt(error: Error) -> Error {
    if error.is_conflict() {
        let path = error.path().cloned().unwrap_or_else(ObjectPath::root);
        return Error::new(ErrorKind::Unavailable, STORE, Operation::Put)
            .with_path(&path)
            .with_server_time(error.server_time())
            .with_source("an answer was lost, and then the condition did not hold");
    }
    error.with_effect(Effect::Unknown)
}

/// Waits for an answer so long as one may take: the SDK itself would wait for ever.
async fn within<T>(limit: Duration, path: &ObjectPath, call: impl Future<Output = T>) -> Result<T> {
    let Some(runtime) = TokioRuntime::current() else {
        return Err(refused(ErrorKind::Unsupported, Operation::Put, path)
            .with_source("the SDK runs on tokio, and the caller does not"));
    };
    let silent = || Error::new(ErrorKind::TimedOut, STORE, Operation::Put).with_path(path);
    runtime::within(&runtime, limit, call).await.ok_or_else(silent)
}

/// Lets a session go on after what may pass, and remembers whether an answer was lost.
#[derive(Debug)]
struct GoOn {
    times: u32,
    doubt: Arc<AtomicBool>,
}

impl RetryPolicy for GoOn {
    fn on_error(&self, state: &RetryState, error: SdkError) -> RetryResult {
        let seen = put_failed(&error, &ObjectPath::root(), &PutCondition::Always);
        if seen.effect() == Effect::Unknown {
            self.doubt.store(true, Ordering::Relaxed);
        }
        if !seen.is_transient() {
            RetryResult::Permanent(error)
        } else if state.attempt_count > self.times {
            RetryResult::Exhausted(error)
        } else {
            RetryResult::Continue(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path() -> ObjectPath {
        ObjectPath::new("a").unwrap()
    }

    fn reset() -> SdkError {
        SdkError::io(std::io::Error::new(std::io::ErrorKind::ConnectionReset, "reset"))
    }

    #[test]
    fn a_session_goes_on_so_often_and_remembers_a_lost_answer() {
        let policy = GoOn { times: 2, doubt: Arc::default() };
        let try_number = |count: u32| RetryState::new(true).set_attempt_count(count);
        let refused = || SdkError::connect(std::io::Error::from(std::io::ErrorKind::ConnectionRefused));
        assert!(policy.on_error(&try_number(1), refused()).is_continue());
        assert!(!policy.doubt.load(Ordering::Relaxed));
        assert!(policy.on_error(&try_number(2), reset()).is_continue());
        assert!(policy.doubt.load(Ordering::Relaxed));
        assert!(policy.on_error(&try_number(3), reset()).is_exhausted());
        let forbidden = SdkError::http(403, Default::default(), Bytes::new());
        assert!(policy.on_error(&try_number(1), forbidden).is_permanent());
    }

    #[test]
    fn a_condition_that_breaks_after_a_lost_answer_is_no_lost_race() {
        let lost = Error::new(ErrorKind::AlreadyExists, STORE, Operation::Put).with_path(&path());
        let doubtful = in_doubt(lost);
        assert_eq!((doubtful.kind(), doubtful.effect()), (ErrorKind::Unavailable, Effect::Unknown));
        let denied = in_doubt(Error::new(ErrorKind::PermissionDenied, STORE, Operation::Put));
        assert_eq!((denied.kind(), denied.effect()), (ErrorKind::PermissionDenied, Effect::Unknown));
    }

    #[test]
    fn a_put_without_an_answer_ends_in_time_and_its_effect_is_unknown() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let path = path();
        let silent = within(Duration::from_millis(1), &path, std::future::pending::<()>());
        let error = runtime.block_on(silent).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::TimedOut, Effect::Unknown));
        let answered = within(Duration::from_secs(9), &path, std::future::ready(7));
        assert_eq!(runtime.block_on(answered).unwrap(), 7);
    }
}
