//! Answers and failures of both ways to the service in the words of the contract. The only place that knows the
//! service's reasons.
//!
//! What is kept of an answer is its status, its reason and the id of the upload server. Of a failure of the
//! transport only the innermost cause is kept: the ones around it name the URL, and that of a resumable upload
//! lets whoever knows it write.

use google_cloud_gax::error::CredentialsError;
use google_cloud_gax::error::rpc::StatusDetails;
use namidb_core::object_store::{Effect, Error, ErrorKind, ObjectPath, Operation, PutCondition, ServerTime};
use namidb_core::runtime::system;
use namidb_core::value::temporal::DateTime;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use std::error::Error as StdError;
use std::time::Duration;

/// What errors call this kind of store.
pub(crate) const STORE: &str = "gcs";

/// Names a request in the service's own logs.
const UPLOAD_ID: &str = "x-guploader-uploadid";

/// The service takes about one write each second of an object of one name. Who is told so waits at least this long.
const THROTTLED_WAIT_MIN: Duration = Duration::from_secs(1);

/// An answer that says that something did not work.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    /// The machine-readable reason; empty if the answer has none.
    pub(crate) reason: &'a str,
    pub(crate) message: &'a str,
    pub(crate) headers: Option<&'a HeaderMap>,
}

/// A refusal of ours, before anything is sent.
pub(crate) fn refused(kind: ErrorKind, operation: Operation, path: &ObjectPath) -> Error {
    Error::new(kind, STORE, operation).with_path(path)
}

/// What an answer means.
pub(crate) fn answered(
    answer: &Answer<'_>,
    operation: Operation,
    path: &ObjectPath,
    condition: &PutCondition,
) -> Error {
    let kind = meaning(answer, operation, condition);
    let unclear = matches!(answer.status, 408 | 500..);
    let changes = matches!(operation, Operation::Put | Operation::Delete);
    let effect = if unclear && changes { Effect::Unknown } else { Effect::NotApplied };
    let header = |name: &str| answer.headers.and_then(|headers| headers.get(name)?.to_str().ok());
    let request = header(UPLOAD_ID).unwrap_or("unknown");
    let said = Error::new(kind, STORE, operation)
        .with_path(path)
        .with_effect(effect)
        .with_server_time(answer.headers.and_then(server_time))
        .with_source(format!("{} {}, request {request}", answer.status, answer.reason));
    let asked = header(RETRY_AFTER.as_str()).and_then(|text| text.parse().ok()).map(Duration::from_secs);
    match kind {
        ErrorKind::Throttled => said.with_retry_after(asked.unwrap_or_default().max(throttled_wait())),
        _ => match asked {
            Some(delay) => said.with_retry_after(delay),
            None => said,
        },
    }
}

fn meaning(answer: &Answer<'_>, operation: Operation, condition: &PutCondition) -> ErrorKind {
    match (answer.status, answer.reason) {
        (304, _) => ErrorKind::NotModified,
        // A broken policy of the organisation has the same status. An answer without a reason is a broken condition.
        (412, "conditionNotMet" | "") => match (operation, condition) {
            (Operation::Put, PutCondition::IfAbsent) => ErrorKind::AlreadyExists,
            (Operation::Put, PutCondition::IfMatch(_)) => ErrorKind::VersionMismatch,
            _ => ErrorKind::Unexpected,
        },
        (412, "orgPolicyConstraintFailed") => ErrorKind::PermissionDenied,
        (404, _) if is_bucket_missing(answer.message) => ErrorKind::InvalidInput,
        (404, _) => match (operation, condition) {
            (Operation::Get | Operation::Head | Operation::Delete, _) => ErrorKind::NotFound,
            _ => ErrorKind::InvalidInput,
        },
        (416, _) => ErrorKind::InvalidInput,
        (429, _) | (403, "rateLimitExceeded" | "userRateLimitExceeded") => ErrorKind::Throttled,
        (403, "quotaExceeded") => ErrorKind::Full,
        (400 | 413, "invalid" | "invalidParameter" | "uploadTooLarge" | "required") => {
            ErrorKind::InvalidInput
        }
        (401, _) => ErrorKind::Unauthenticated,
        (403, _) => ErrorKind::PermissionDenied,
        (408 | 504, _) => ErrorKind::TimedOut,
        (500.., _) => ErrorKind::Unavailable,
        _ => ErrorKind::Unexpected,
    }
}

/// The service has one reason, `notFound`, for an object and for a bucket that is not there, and two texts.
fn is_bucket_missing(message: &str) -> bool {
    message.contains("bucket does not exist")
}

fn throttled_wait() -> Duration {
    // Whoever was refused at the same moment must not come back at the same moment.
    let jitter = Duration::from_millis((system::random_u128() % 1_000) as u64);
    THROTTLED_WAIT_MIN.saturating_add(jitter)
}

/// A put through the SDK that did not work.
pub(crate) fn put_failed(
    error: &google_cloud_gax::error::Error,
    path: &ObjectPath,
    condition: &PutCondition,
) -> Error {
    if let Some(status) = error.http_status_code() {
        let said = error.status();
        let reason = said.into_iter().flat_map(|status| &status.details).find_map(|detail| match detail {
            StatusDetails::ErrorInfo(info) => Some(info.reason.as_str()),
            _ => None,
        });
        let answer = Answer {
            status,
            reason: reason.unwrap_or_default(),
            message: said.map(|status| status.message.as_str()).unwrap_or_default(),
            headers: error.http_headers(),
        };
        return answered(&answer, Operation::Put, path, condition);
    }
    let of = |kind| Error::new(kind, STORE, Operation::Put).with_path(path).with_source(innermost(error));
    if error.is_connect() {
        of(ErrorKind::Unavailable).with_effect(Effect::NotApplied)
    } else if error.is_authentication() {
        let passing = cause::<CredentialsError>(error).is_some_and(CredentialsError::is_transient);
        let kind = if passing { ErrorKind::Unavailable } else { ErrorKind::Unauthenticated };
        of(kind).with_effect(Effect::NotApplied)
    } else if error.is_timeout() || cause::<reqwest::Error>(error).is_some_and(reqwest::Error::is_timeout) {
        of(ErrorKind::TimedOut)
    } else if error.is_io() || error.is_transport() || error.is_exhausted() {
        of(ErrorKind::Unavailable)
    } else {
        of(ErrorKind::Unexpected)
    }
}

/// A request of ours to the JSON API that got no answer.
pub(crate) fn unanswered(error: &reqwest::Error, operation: Operation, path: &ObjectPath) -> Error {
    let of = |kind| Error::new(kind, STORE, operation).with_path(path).with_source(innermost(error));
    if error.is_connect() {
        of(ErrorKind::Unavailable).with_effect(Effect::NotApplied)
    } else if error.is_timeout() {
        of(ErrorKind::TimedOut)
    } else if error.is_builder() {
        of(ErrorKind::Unexpected).with_effect(Effect::NotApplied)
    } else {
        of(ErrorKind::Unavailable)
    }
}

/// Credentials that could not be had for a request, which was therefore not sent.
pub(crate) fn no_credentials(error: &CredentialsError, operation: Operation, path: &ObjectPath) -> Error {
    let kind = if error.is_transient() { ErrorKind::Unavailable } else { ErrorKind::Unauthenticated };
    Error::new(kind, STORE, operation)
        .with_path(path)
        .with_effect(Effect::NotApplied)
        .with_source(innermost(error))
}

/// An answer that cannot be read, though it says that all went well.
pub(crate) fn unreadable(why: &'static str, operation: Operation, path: &ObjectPath) -> Error {
    Error::new(ErrorKind::Unexpected, STORE, operation).with_path(path).with_source(why)
}

/// The service's clock, as an answer tells it.
pub(crate) fn server_time(headers: &HeaderMap) -> Option<ServerTime> {
    http_time(headers.get(DATE)?.to_str().ok()?)
}

/// A date of HTTP, such as `Thu, 26 Nov 2026 06:00:00 GMT`.
pub(crate) fn http_time(text: &str) -> Option<ServerTime> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = text.split(' ').skip(1);
    let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    iso_seconds(&format!("{year}-{month:02}-{day}T{time}Z"))
}

/// A date of JSON, such as `2026-11-26T06:00:00.123Z`, in the whole seconds that the dates of HTTP have.
pub(crate) fn iso_seconds(text: &str) -> Option<ServerTime> {
    DateTime::parse(text)?.seconds.checked_mul(1_000_000).map(ServerTime)
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    // A chain of causes is short; a bound keeps a faulty one from being followed for ever.
    std::iter::successors(Some(error), |error| (*error).source()).take(32)
}

fn cause<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The first line of the innermost cause, which names no URL.
pub(crate) fn innermost(error: &(dyn StdError + 'static)) -> String {
    match causes(error).last() {
        Some(cause) if !cause.is::<reqwest::Error>() => {
            cause.to_string().lines().next().unwrap_or_default().chars().take(200).collect()
        }
        _ => "the HTTP client failed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use google_cloud_gax::error::Error as SdkError;
    use namidb_core::object_store::ObjectVersion;
    use reqwest::header::HeaderValue;

    fn path() -> ObjectPath {
        ObjectPath::new("a/b").unwrap()
    }

    fn of(status: u16, reason: &str, operation: Operation, condition: &PutCondition) -> (ErrorKind, Effect) {
        let answer = Answer { status, reason, message: "", headers: None };
        let error = answered(&answer, operation, &path(), condition);
        (error.kind(), error.effect())
    }

    #[test]
    fn only_a_condition_that_is_not_met_is_a_lost_race() {
        let absent = PutCondition::IfAbsent;
        let version = PutCondition::IfMatch(ObjectVersion::new("1"));
        let put = |status, reason, condition| of(status, reason, Operation::Put, condition);
        let lost = |kind| (kind, Effect::NotApplied);
        assert_eq!(put(412, "conditionNotMet", &absent), lost(ErrorKind::AlreadyExists));
        assert_eq!(put(412, "conditionNotMet", &version), lost(ErrorKind::VersionMismatch));
        assert_eq!(put(412, "", &version), lost(ErrorKind::VersionMismatch));
        assert_eq!(put(412, "orgPolicyConstraintFailed", &absent), lost(ErrorKind::PermissionDenied));
        assert_eq!(put(412, "else", &absent), lost(ErrorKind::Unexpected));
        assert_eq!(put(409, "conflict", &absent), lost(ErrorKind::Unexpected));
        assert_eq!(put(404, "notFound", &version), lost(ErrorKind::InvalidInput));
    }

    #[test]
    fn whether_a_put_was_applied_is_known_unless_the_service_itself_failed() {
        let put = |status, reason| of(status, reason, Operation::Put, &PutCondition::IfAbsent);
        assert_eq!(put(503, "backendError"), (ErrorKind::Unavailable, Effect::Unknown));
        assert_eq!(put(504, ""), (ErrorKind::TimedOut, Effect::Unknown));
        assert_eq!(put(408, ""), (ErrorKind::TimedOut, Effect::Unknown));
        assert_eq!(put(429, "rateLimitExceeded"), (ErrorKind::Throttled, Effect::NotApplied));
        assert_eq!(put(403, "rateLimitExceeded"), (ErrorKind::Throttled, Effect::NotApplied));
        assert_eq!(put(403, "forbidden"), (ErrorKind::PermissionDenied, Effect::NotApplied));
        assert_eq!(put(401, "authError"), (ErrorKind::Unauthenticated, Effect::NotApplied));
    }

    #[test]
    fn a_missing_bucket_is_no_missing_object() {
        let kind = |message, operation| {
            let answer = Answer { status: 404, reason: "notFound", message, headers: None };
            answered(&answer, operation, &path(), &PutCondition::Always).kind()
        };
        assert_eq!(kind("No such object: b/a", Operation::Get), ErrorKind::NotFound);
        assert_eq!(kind("The specified bucket does not exist.", Operation::Get), ErrorKind::InvalidInput);
        assert_eq!(kind("The specified bucket does not exist.", Operation::Put), ErrorKind::InvalidInput);
    }

    #[test]
    fn who_is_throttled_waits_a_second_at_least_and_not_all_the_same() {
        let wait = |headers: Option<&HeaderMap>| {
            let answer = Answer { status: 429, reason: "", message: "", headers };
            answered(&answer, Operation::Put, &path(), &PutCondition::Always).retry_after().unwrap()
        };
        let waits: Vec<Duration> = (0..16).map(|_| wait(None)).collect();
        assert!(waits.iter().all(|wait| (1..2).contains(&wait.as_secs())), "{waits:?}");
        assert!(waits.iter().any(|wait| *wait != waits[0]), "{waits:?}");
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("7"));
        assert_eq!(wait(Some(&headers)), Duration::from_secs(7));
    }

    #[test]
    fn an_error_of_the_sdk_keeps_the_reason_the_request_and_the_time() {
        let body = r#"{"error":{"code":412,"message":"of https://host/?upload_id=hunter2","errors":
            [{"domain":"global","reason":"conditionNotMet","message":"hunter2"}]}}"#;
        let status = google_cloud_gax::error::rpc::Status::try_from(&bytes::Bytes::from(body)).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_static("Thu, 26 Nov 2026 06:00:00 GMT"));
        headers.insert(UPLOAD_ID, HeaderValue::from_static("5f2c"));
        let error = SdkError::service_with_http_metadata(status, Some(412), Some(headers));
        let error = put_failed(&error, &path(), &PutCondition::IfAbsent);
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(error.server_time(), Some(ServerTime(1_795_672_800_000_000)));
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("412 conditionNotMet, request 5f2c"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn what_was_never_sent_was_not_applied_and_what_was_cut_is_unknown() {
        let put = |error: SdkError| {
            let error = put_failed(&error, &path(), &PutCondition::IfAbsent);
            (error.kind(), error.effect())
        };
        let io = || std::io::Error::new(std::io::ErrorKind::ConnectionReset, "reset by peer");
        assert_eq!(put(SdkError::connect(io())), (ErrorKind::Unavailable, Effect::NotApplied));
        assert_eq!(put(SdkError::io(io())), (ErrorKind::Unavailable, Effect::Unknown));
        assert_eq!(put(SdkError::timeout(io())), (ErrorKind::TimedOut, Effect::Unknown));
        assert_eq!(put(SdkError::deser(io())), (ErrorKind::Unexpected, Effect::Unknown));
        let refused = |passing| SdkError::authentication(CredentialsError::from_msg(passing, "no token"));
        assert_eq!(put(refused(false)), (ErrorKind::Unauthenticated, Effect::NotApplied));
        assert_eq!(put(refused(true)), (ErrorKind::Unavailable, Effect::NotApplied));
    }

    #[test]
    fn dates_of_http_and_of_json_are_the_same_second() {
        let second = Some(ServerTime(1_795_672_800_000_000));
        assert_eq!(http_time("Thu, 26 Nov 2026 06:00:00 GMT"), second);
        assert_eq!(iso_seconds("2026-11-26T06:00:00.987654Z"), second);
        assert_eq!(http_time("Thursday"), None);
        assert_eq!(iso_seconds("soon"), None);
    }
}
