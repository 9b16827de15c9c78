//! Errors of the SDK in the words of the contract. The only place that knows the service's codes.
//!
//! What is kept of an answer is its status, its code and the id of the request. Its text is not: it may repeat the
//! signature of the request. Of an error of the transport only the innermost cause is kept: the ones around it name
//! the URL, and a shared access signature is a part of that.

use azure_core::error::ErrorKind as AzureKind;
use azure_core::http::StatusCode;
use azure_core::http::headers::{HeaderName, Headers, RETRY_AFTER, X_MS_RETRY_AFTER_MS};
use azure_core::time::parse_rfc7231;
use namidb_core::object_store::{Effect, Error, ErrorKind, ObjectPath, Operation, PutCondition, ServerTime};
use std::error::Error as StdError;
use std::time::Duration;

/// What errors call this kind of store.
pub(crate) const STORE: &str = "azure";

const DATE: HeaderName = HeaderName::from_static("date");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");

/// The code with which the service says that it does not have, or no longer has, a block of a list.
pub(crate) const INVALID_BLOCK_LIST: &str = "InvalidBlockList";

/// A refusal of ours, before anything is sent.
pub(crate) fn refused(kind: ErrorKind, operation: Operation, path: &ObjectPath) -> Error {
    Error::new(kind, STORE, operation).with_path(path)
}

/// An error of a get, a head, a delete, a list, or of opening the store.
pub(crate) fn failed(error: &azure_core::Error, operation: Operation, path: &ObjectPath) -> Error {
    translate(error, operation, path, &PutCondition::Always)
}

/// An error of a put.
pub(crate) fn put_failed(error: &azure_core::Error, path: &ObjectPath, condition: &PutCondition) -> Error {
    translate(error, Operation::Put, path, condition)
}

/// The service's code for an error, if the service answered.
pub(crate) fn code_of(error: &azure_core::Error) -> Option<&str> {
    match error.kind() {
        AzureKind::HttpResponse { error_code, .. } => error_code.as_deref(),
        _ => None,
    }
}

/// The service's clock, as an answer tells it.
pub(crate) fn server_time(headers: &Headers) -> Option<ServerTime> {
    http_time(headers.get_optional_str(&DATE)?)
}

/// A date of HTTP, which has whole seconds.
pub(crate) fn http_time(text: &str) -> Option<ServerTime> {
    let seconds = parse_rfc7231(text).ok()?.unix_timestamp();
    seconds.checked_mul(1_000_000).map(ServerTime)
}

fn translate(
    error: &azure_core::Error,
    operation: Operation,
    path: &ObjectPath,
    condition: &PutCondition,
) -> Error {
    let AzureKind::HttpResponse { status, error_code, raw_response } = error.kind() else {
        return without_answer(error, operation, path);
    };
    let code = error_code.as_deref().unwrap_or_default();
    let (kind, effect) = meaning(*status, code, operation, condition);
    let headers = raw_response.as_ref().map(|response| response.headers());
    let request = headers.and_then(|headers| headers.get_optional_str(&REQUEST_ID)).unwrap_or("unknown");
    let said = Error::new(kind, STORE, operation)
        .with_path(path)
        .with_effect(effect)
        .with_server_time(headers.and_then(server_time))
        .with_source(format!("{} {code}, request {request}", u16::from(*status)));
    match headers.and_then(retry_after) {
        Some(delay) => said.with_retry_after(delay),
        None => said,
    }
}

/// What an answer means, and whether the request that it answers may have changed anything.
fn meaning(
    status: StatusCode,
    code: &str,
    operation: Operation,
    condition: &PutCondition,
) -> (ErrorKind, Effect) {
    let kind = match (code, operation, condition) {
        // The service says both of a blob that is there: it depends on how far the request came.
        ("BlobAlreadyExists" | "ConditionNotMet", Operation::Put, PutCondition::IfAbsent) => {
            ErrorKind::AlreadyExists
        }
        ("ConditionNotMet" | "BlobNotFound", Operation::Put, PutCondition::IfMatch(_)) => {
            ErrorKind::VersionMismatch
        }
        ("ConditionNotMet", Operation::Get, _) if status == StatusCode::NotModified => ErrorKind::NotModified,
        ("BlobNotFound", Operation::Get | Operation::Head | Operation::Delete, _) => ErrorKind::NotFound,
        ("ServerBusy" | "TooManyRequests", ..) => ErrorKind::Throttled,
        ("OperationTimedOut", ..) => ErrorKind::TimedOut,
        ("InternalError", ..) => ErrorKind::Unavailable,
        // A list of blocks that the commit of another has swept away: to be sent again from the beginning.
        (INVALID_BLOCK_LIST, Operation::Put, _) => ErrorKind::Unavailable,
        ("InvalidRange", ..) => ErrorKind::InvalidInput,
        ("ContainerNotFound" | "InvalidResourceName" | "OutOfRangeInput" | "RequestBodyTooLarge", ..) => {
            ErrorKind::InvalidInput
        }
        ("AuthenticationFailed" | "InvalidAuthenticationInfo" | "NoAuthenticationInformation", ..) => {
            ErrorKind::Unauthenticated
        }
        (
            "AccountIsDisabled"
            | "AuthorizationFailure"
            | "AuthorizationPermissionMismatch"
            | "AuthorizationProtocolMismatch"
            | "AuthorizationResourceTypeMismatch"
            | "AuthorizationServiceMismatch"
            | "AuthorizationSourceIPMismatch"
            | "InsufficientAccountPermissions"
            | "KeyBasedAuthenticationNotPermitted"
            | "PublicAccessNotPermitted"
            | "UnauthorizedBlobOverwrite",
            ..,
        ) => ErrorKind::PermissionDenied,
        // A code of which nothing is known here, or none. Leases, immutability and a container that is being deleted
        // are among them: never a lost race, and never a missing object.
        _ => match u16::from(status) {
            401 => ErrorKind::Unauthenticated,
            403 => ErrorKind::PermissionDenied,
            408 => ErrorKind::TimedOut,
            429 => ErrorKind::Throttled,
            500.. => ErrorKind::Unavailable,
            _ => ErrorKind::Unexpected,
        },
    };
    let changes = matches!(operation, Operation::Put | Operation::Delete);
    let unclear = matches!(u16::from(status), 408 | 500..);
    (kind, if changes && unclear { Effect::Unknown } else { Effect::NotApplied })
}

/// An error that no answer of the service stands behind.
fn without_answer(error: &azure_core::Error, operation: Operation, path: &ObjectPath) -> Error {
    let of = |kind| Error::new(kind, STORE, operation).with_path(path).with_source(innermost(error));
    match error.kind() {
        AzureKind::Connection => of(ErrorKind::Unavailable).with_effect(Effect::NotApplied),
        AzureKind::Io if is_timeout(error) => of(ErrorKind::TimedOut),
        AzureKind::Io => of(ErrorKind::Unavailable),
        // A token, or a signature, that could not be made: nothing was sent.
        AzureKind::Credential => of(ErrorKind::Unauthenticated),
        _ => of(ErrorKind::Unexpected),
    }
}

/// How long the service asks to wait.
fn retry_after(headers: &Headers) -> Option<Duration> {
    let number = |name: HeaderName| headers.get_optional_str(&name)?.parse::<u64>().ok();
    number(X_MS_RETRY_AFTER_MS)
        .map(Duration::from_millis)
        .or_else(|| number(RETRY_AFTER).map(Duration::from_secs))
}

fn causes(error: &azure_core::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let first: &(dyn StdError + 'static) = error;
    // A chain of causes is short; a bound keeps a faulty one from being followed for ever.
    std::iter::successors(Some(first), |error| (*error).source()).take(32)
}

fn is_timeout(error: &azure_core::Error) -> bool {
    causes(error).any(|cause| {
        cause.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_timeout)
            || cause
                .downcast_ref::<std::io::Error>()
                .is_some_and(|e| e.kind() == std::io::ErrorKind::TimedOut)
    })
}

/// The text of the innermost cause, which names no URL.
pub(crate) fn innermost(error: &azure_core::Error) -> String {
    match causes(error).last() {
        Some(cause) if cause.is::<reqwest::Error>() => "the HTTP client failed".to_owned(),
        Some(cause) => cause.to_string(),
        None => "no cause is known".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use azure_core::http::RawResponse;
    use namidb_core::object_store::ObjectVersion;

    fn answer(status: u16, code: &str, headers: &[(&'static str, &'static str)]) -> azure_core::Error {
        let mut all = Headers::new();
        for (name, value) in headers {
            all.insert(*name, *value);
        }
        let status = StatusCode::from(status);
        let body = "<Error>The signature 'c2VjcmV0' does not match</Error>";
        let raw = RawResponse::from_bytes(status, all, body);
        azure_core::Error::with_message(
            AzureKind::HttpResponse {
                status,
                error_code: Some(code.to_owned()),
                raw_response: Some(Box::new(raw)),
            },
            body,
        )
    }

    fn path() -> ObjectPath {
        ObjectPath::new("a/b").unwrap()
    }

    fn put(status: u16, code: &str, condition: &PutCondition) -> (ErrorKind, Effect) {
        let error = put_failed(&answer(status, code, &[]), &path(), condition);
        (error.kind(), error.effect())
    }

    #[test]
    fn only_the_codes_of_a_broken_condition_are_a_lost_race() {
        let absent = PutCondition::IfAbsent;
        let version = PutCondition::IfMatch(ObjectVersion::new("\"1\""));
        let lost = |kind| (kind, Effect::NotApplied);
        assert_eq!(put(409, "BlobAlreadyExists", &absent), lost(ErrorKind::AlreadyExists));
        assert_eq!(put(412, "ConditionNotMet", &absent), lost(ErrorKind::AlreadyExists));
        assert_eq!(put(412, "ConditionNotMet", &version), lost(ErrorKind::VersionMismatch));
        assert_eq!(put(404, "BlobNotFound", &version), lost(ErrorKind::VersionMismatch));
        for (status, code) in [
            (409, "ContainerBeingDeleted"),
            (409, "LeaseAlreadyPresent"),
            (409, "BlobImmutableDueToPolicy"),
            (409, "SnapshotsPresent"),
            (409, "409"),
            (412, "LeaseIdMissing"),
            (412, "LeaseLost"),
            (412, "412"),
        ] {
            for condition in [&absent, &version, &PutCondition::Always] {
                assert_eq!(put(status, code, condition), lost(ErrorKind::Unexpected), "{code}");
            }
        }
    }

    #[test]
    fn whether_a_put_was_applied_is_known_unless_the_service_itself_failed() {
        let condition = PutCondition::IfAbsent;
        let unknown = |kind| (kind, Effect::Unknown);
        assert_eq!(put(500, "InternalError", &condition), unknown(ErrorKind::Unavailable));
        assert_eq!(put(500, "OperationTimedOut", &condition), unknown(ErrorKind::TimedOut));
        assert_eq!(put(503, "ServerBusy", &condition), unknown(ErrorKind::Throttled));
        assert_eq!(put(502, "", &condition), unknown(ErrorKind::Unavailable));
        assert_eq!(put(429, "", &condition), (ErrorKind::Throttled, Effect::NotApplied));
        assert_eq!(put(400, INVALID_BLOCK_LIST, &condition), (ErrorKind::Unavailable, Effect::NotApplied));
        assert_eq!(put(403, "AuthenticationFailed", &condition).0, ErrorKind::Unauthenticated);
        assert_eq!(put(403, "AuthorizationFailure", &condition).0, ErrorKind::PermissionDenied);
        assert_eq!(put(404, "ContainerNotFound", &condition).0, ErrorKind::InvalidInput);
    }

    #[test]
    fn a_missing_object_is_what_the_service_calls_a_missing_blob() {
        let kind = |status, code, operation| failed(&answer(status, code, &[]), operation, &path()).kind();
        assert_eq!(kind(404, "BlobNotFound", Operation::Get), ErrorKind::NotFound);
        assert_eq!(kind(404, "BlobNotFound", Operation::Head), ErrorKind::NotFound);
        assert_eq!(kind(404, "ContainerNotFound", Operation::Get), ErrorKind::InvalidInput);
        assert_eq!(kind(404, "404", Operation::Get), ErrorKind::Unexpected);
        assert_eq!(kind(304, "ConditionNotMet", Operation::Get), ErrorKind::NotModified);
        assert_eq!(kind(416, "InvalidRange", Operation::Get), ErrorKind::InvalidInput);
    }

    #[test]
    fn an_error_carries_the_request_and_the_times_and_nothing_that_is_secret() {
        let headers = [
            ("x-ms-request-id", "5f2c"),
            ("date", "Thu, 26 Nov 2026 06:00:00 GMT"),
            ("x-ms-retry-after-ms", "1500"),
        ];
        let error = failed(&answer(503, "ServerBusy", &headers), Operation::Get, &path());
        assert_eq!(error.server_time(), Some(ServerTime(1_795_672_800_000_000)));
        assert_eq!(error.retry_after(), Some(Duration::from_millis(1_500)));
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("503 ServerBusy, request 5f2c"), "{shown}");
        assert!(!shown.contains("c2VjcmV0"), "{shown}");
    }

    #[test]
    fn what_was_never_sent_was_not_applied_and_what_was_cut_is_unknown() {
        let of = |kind| {
            let cause = std::io::Error::new(std::io::ErrorKind::ConnectionReset, "reset by peer");
            let error = azure_core::Error::with_error(kind, cause, "of https://host/?sig=c2VjcmV0");
            put_failed(&error, &path(), &PutCondition::IfAbsent)
        };
        let refused = of(AzureKind::Connection);
        assert_eq!((refused.kind(), refused.effect()), (ErrorKind::Unavailable, Effect::NotApplied));
        let cut = of(AzureKind::Io);
        assert_eq!((cut.kind(), cut.effect()), (ErrorKind::Unavailable, Effect::Unknown));
        assert!(cut.to_string().contains("reset by peer") && !cut.to_string().contains("sig"), "{cut}");
        let unreadable = of(AzureKind::DataConversion);
        assert_eq!((unreadable.kind(), unreadable.effect()), (ErrorKind::Unexpected, Effect::Unknown));
        assert_eq!(of(AzureKind::Credential).effect(), Effect::NotApplied);
    }
}
