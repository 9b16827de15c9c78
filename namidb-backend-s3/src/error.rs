//! The errors of the SDK as errors of a store: the only place that knows status codes and the names of S3's errors.
//!
//! What is told is the status, the code, the message and the ids of the request. Neither the SDK nor S3 puts a secret
//! there.

use crate::answered::Answered;
use crate::credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::{RequestId, RequestIdExt};
use namidb_core::object_store::{Effect, Error, ErrorKind, ObjectPath, Operation, PutCondition};
use std::fmt::Write;
use std::time::Duration;

/// The name of this kind of store in its errors.
pub(crate) const STORE: &str = "s3";

/// What was asked, for the error that it may end in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) operation: Operation,
    pub(crate) path: &'a ObjectPath,
    /// Of a put.
    pub(crate) condition: Option<&'a PutCondition>,
}

impl<'a> Call<'a> {
    /// An operation that puts nothing.
    pub(crate) fn new(operation: Operation, path: &'a ObjectPath) -> Call<'a> {
        Call { operation, path, condition: None }
    }

    /// A put.
    pub(crate) fn put(path: &'a ObjectPath, condition: &'a PutCondition) -> Call<'a> {
        Call { operation: Operation::Put, path, condition: Some(condition) }
    }

    /// An error for which nothing was asked of the service.
    pub(crate) fn refused(&self, kind: ErrorKind) -> Error {
        Error::new(kind, STORE, self.operation).with_path(self.path).with_effect(Effect::NotApplied)
    }

    /// An answer that ended before it was whole. Only a read has one that long.
    pub(crate) fn cut_off(&self, error: &(dyn std::error::Error + 'static)) -> Error {
        self.refused(ErrorKind::Unavailable)
            .with_source(format!("the answer was cut off: {}", with_causes(error)))
    }

    /// An answer of which nothing more came for so long.
    pub(crate) fn fell_silent(&self, silence: Duration) -> Error {
        self.refused(ErrorKind::TimedOut)
            .with_source(format!("the answer was cut off: nothing more of it came for {silence:?}"))
    }

    /// What the SDK says.
    pub(crate) fn failed<E>(&self, error: &SdkError<E, HttpResponse>, answered: &Answered) -> Error
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let found = match error {
            SdkError::ServiceError(answer) => {
                let status = answer.raw().status().as_u16();
                self.judge(status, answer.err().meta().code().unwrap_or_default())
            }
            SdkError::TimeoutError(_) => Found::unknown(ErrorKind::TimedOut),
            SdkError::DispatchFailure(failure) => {
                let connector = failure.as_connector_error().map(|error| error as &dyn std::error::Error);
                if connector.is_some_and(|error| is_in_chain::<CredentialsError>(error, |_| true)) {
                    Found::not_applied(ErrorKind::Unauthenticated)
                } else if connector.is_some_and(never_connected) {
                    Found::not_applied(ErrorKind::Unavailable)
                } else if failure.is_timeout() {
                    Found::unknown(ErrorKind::TimedOut)
                } else if failure.is_user() {
                    Found::not_applied(ErrorKind::InvalidInput)
                } else {
                    Found::unknown(ErrorKind::Unavailable)
                }
            }
            SdkError::ConstructionFailure(_) => Found::not_applied(ErrorKind::InvalidInput),
            // An answer that makes no sense was cut off, or comes from something that is no S3.
            SdkError::ResponseError(_) => Found::unknown(ErrorKind::Unavailable),
            _ => Found::unknown(ErrorKind::Unexpected),
        };
        let writes = matches!(self.operation, Operation::Put | Operation::Delete);
        let effect = if writes { found.effect } else { Effect::NotApplied };
        let told = Error::new(found.kind, STORE, self.operation)
            .with_path(self.path)
            .with_effect(effect)
            .with_server_time(answered.at());
        let told = match error.raw_response().and_then(retry_after) {
            Some(delay) => told.with_retry_after(delay),
            None => told,
        };
        if found.is_ordinary() { told } else { told.with_source(describe(found.kind, error)) }
    }

    /// What an answer of the service means.
    fn judge(&self, status: u16, code: &str) -> Found {
        use ErrorKind::*;
        match (status, code) {
            (304, _) => Found::not_applied(NotModified),
            (412, _) | (_, "PreconditionFailed") => Found::not_applied(match self.condition {
                Some(PutCondition::IfAbsent) => AlreadyExists,
                Some(PutCondition::IfMatch(_)) => VersionMismatch,
                _ => Unexpected,
            }),
            // Two conditional requests were under way at once, and this one was turned away.
            (_, "ConditionalRequestConflict" | "OperationAborted") => Found::not_applied(Unavailable),
            (416, _) | (_, "InvalidRange") => Found::not_applied(InvalidInput),
            // The upload is gone: completed by a request whose answer was lost, or aborted by somebody.
            (_, "NoSuchUpload") => Found::unknown(Unavailable),
            (_, "NoSuchBucket" | "PermanentRedirect" | "AuthorizationHeaderMalformed") => {
                Found::not_applied(InvalidInput)
            }
            // The answer to a head has no body, and so no code.
            (404, "NoSuchKey" | "NotFound" | "") => match self.condition {
                Some(PutCondition::IfMatch(_)) => Found::not_applied(VersionMismatch),
                Some(_) => Found::not_applied(Unexpected),
                None => Found::not_applied(NotFound),
            },
            (
                _,
                "InvalidAccessKeyId"
                | "SignatureDoesNotMatch"
                | "ExpiredToken"
                | "InvalidToken"
                | "TokenRefreshRequired"
                | "RequestTimeTooSkewed"
                | "RequestExpired"
                | "MissingSecurityHeader"
                | "MissingAuthenticationToken",
            )
            | (401, _) => Found::not_applied(Unauthenticated),
            // A bucket's own limit, and a disk's of a server that is not AWS.
            (_, "QuotaExceeded" | "XMinioStorageFull" | "XMinioAdminBucketQuotaExceeded") | (507, _) => {
                Found::not_applied(Full)
            }
            (403, _) => Found::not_applied(PermissionDenied),
            (429, _) => Found::not_applied(Throttled),
            // In front of the service or behind it, nobody says.
            (
                _,
                "SlowDown" | "SlowDownRead" | "SlowDownWrite" | "TooManyRequests" | "RequestLimitExceeded",
            ) => Found::unknown(Throttled),
            (_, "RequestTimeout") | (408 | 504, _) => Found::unknown(TimedOut),
            (501, _) | (_, "NotImplemented" | "MethodNotAllowed") => Found::not_applied(Unsupported),
            (400 | 405 | 411 | 413 | 414 | 422, _) => Found::not_applied(InvalidInput),
            // Also an error in the body of an answer that began with 200.
            (500.., _) | (200..=299, _) => Found::unknown(Unavailable),
            _ => Found::unknown(Unexpected),
        }
    }
}

/// What became of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Found {
    kind: ErrorKind,
    effect: Effect,
}

impl Found {
    fn not_applied(kind: ErrorKind) -> Found {
        Found { kind, effect: Effect::NotApplied }
    }

    fn unknown(kind: ErrorKind) -> Found {
        Found { kind, effect: Effect::Unknown }
    }

    /// Whether this happens all day, and needs no explanation.
    fn is_ordinary(self) -> bool {
        use ErrorKind::*;
        matches!(self.kind, NotFound | NotModified | AlreadyExists | VersionMismatch)
    }
}

/// Whether the request was never sent.
fn never_connected(error: &(dyn std::error::Error + 'static)) -> bool {
    is_in_chain::<hyper_util::client::legacy::Error>(error, hyper_util::client::legacy::Error::is_connect)
}

/// Whether an error, or a cause of it, is of a type and has a property.
fn is_in_chain<E: std::error::Error + 'static>(
    error: &(dyn std::error::Error + 'static),
    is: impl Fn(&E) -> bool,
) -> bool {
    causes(error).any(|error| error.downcast_ref().is_some_and(&is))
}

/// An error, and what caused it.
fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

/// What an error says, and each of its causes.
fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// How long the service asks to wait: seconds, where it says so at all.
fn retry_after(response: &HttpResponse) -> Option<Duration> {
    response.headers().get("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// The status, the code, the message and the ids of the request; without an answer, what the transport says.
fn describe<E>(kind: ErrorKind, error: &SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let Some(response) = error.raw_response() else {
        return match kind {
            ErrorKind::Unauthenticated => {
                format!("{}. The SDK says: {}", credentials::NONE_FOUND, with_causes(error))
            }
            _ => with_causes(error),
        };
    };
    let mut text = response.status().as_u16().to_string();
    let meta = error.meta();
    // Writing to a text cannot fail.
    if let Some(code) = meta.code() {
        let _ = write!(text, " {code}");
    }
    match meta.message() {
        Some(message) => {
            let _ = write!(text, ": {}", message.trim_end_matches('.'));
        }
        None if meta.code().is_none() => {
            let _ = write!(text, ": {}", with_causes(error));
        }
        None => {}
    }
    if let Some(region) = response.headers().get("x-amz-bucket-region") {
        let _ = write!(text, "; the bucket is in the region {region}");
    }
    if let Some(id) = error.request_id() {
        let _ = write!(text, "; request {id}");
    }
    if let Some(id) = error.extended_request_id() {
        let _ = write!(text, ", {id}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::object_store::ObjectVersion;

    fn judge(condition: Option<&PutCondition>, status: u16, code: &str) -> (ErrorKind, Effect) {
        let path = ObjectPath::root();
        let found = Call { operation: Operation::Put, path: &path, condition }.judge(status, code);
        (found.kind, found.effect)
    }

    #[test]
    fn an_answer_means_what_its_code_says() {
        use Effect::{NotApplied, Unknown};
        use ErrorKind::*;
        let absent = PutCondition::IfAbsent;
        let matching = PutCondition::IfMatch(ObjectVersion::new("\"v\""));
        let always = PutCondition::Always;
        for (condition, status, code, kind, effect) in [
            (Some(&absent), 412, "PreconditionFailed", AlreadyExists, NotApplied),
            (Some(&matching), 412, "PreconditionFailed", VersionMismatch, NotApplied),
            (Some(&matching), 404, "NoSuchKey", VersionMismatch, NotApplied),
            (Some(&matching), 404, "NoSuchBucket", InvalidInput, NotApplied),
            (Some(&absent), 409, "ConditionalRequestConflict", Unavailable, NotApplied),
            (Some(&absent), 409, "BucketAlreadyExists", Unexpected, Unknown),
            (Some(&absent), 404, "NoSuchUpload", Unavailable, Unknown),
            (Some(&always), 412, "PreconditionFailed", Unexpected, NotApplied),
            (Some(&absent), 503, "SlowDown", Throttled, Unknown),
            (Some(&absent), 429, "", Throttled, NotApplied),
            (Some(&absent), 500, "InternalError", Unavailable, Unknown),
            (Some(&absent), 200, "InternalError", Unavailable, Unknown),
            (Some(&absent), 400, "RequestTimeout", TimedOut, Unknown),
            (Some(&absent), 501, "NotImplemented", Unsupported, NotApplied),
            (Some(&absent), 403, "AccessDenied", PermissionDenied, NotApplied),
            (Some(&absent), 403, "SignatureDoesNotMatch", Unauthenticated, NotApplied),
            (Some(&absent), 400, "ExpiredToken", Unauthenticated, NotApplied),
            (Some(&absent), 507, "XMinioStorageFull", Full, NotApplied),
            (None, 404, "NoSuchKey", NotFound, NotApplied),
            (None, 404, "", NotFound, NotApplied),
            (None, 404, "NoSuchBucket", InvalidInput, NotApplied),
            (None, 304, "", NotModified, NotApplied),
            (None, 416, "InvalidRange", InvalidInput, NotApplied),
            (None, 301, "PermanentRedirect", InvalidInput, NotApplied),
        ] {
            assert_eq!(judge(condition, status, code), (kind, effect), "{condition:?} {status} {code}");
        }
    }
}
