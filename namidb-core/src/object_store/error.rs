//! The error of a store: what the caller should do, and whether anything happened.

use super::{ObjectPath, ServerTime};
use std::fmt;
use std::time::Duration;

/// The result of a store's operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, grouped by what the caller does next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// To handle: nothing is at the path.
    NotFound,
    /// To handle: something is at the path, and was to be absent.
    AlreadyExists,
    /// To handle: another version, or nothing, is at the path. With [`Effect::Unknown`] an earlier attempt of
    /// the same put may have been applied and replaced since; see [`layers::Retry`](super::layers::Retry).
    VersionMismatch,
    /// To handle: the version is still the one that the caller has.
    NotModified,
    /// To wait: the store asks for fewer requests.
    Throttled,
    /// To wait: the store, or the way to it, is out of order.
    Unavailable,
    /// To wait: no answer came in time.
    TimedOut,
    /// To fix: the store has no room left, or the quota is used up. Reads go on.
    Full,
    /// To fix: the credentials are missing or wrong.
    Unauthenticated,
    /// To fix: the credentials do not allow this.
    PermissionDenied,
    /// To fix: the request makes no sense.
    InvalidInput,
    /// To fix: the store cannot do this.
    Unsupported,
    /// To fix: something that has no better name.
    Unexpected,
}

/// Whether the operation that failed changed anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Effect {
    /// It changed nothing, and never will.
    NotApplied,
    /// It may have been applied, or may be yet.
    Unknown,
}

/// An operation of a store.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[allow(missing_docs, reason = "the names of the trait's methods")]
pub enum Operation {
    Put,
    Get,
    Head,
    Delete,
    List,
    /// Opening the store.
    Open,
}

impl Operation {
    /// The method's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Operation::Put => "put",
            Operation::Get => "get",
            Operation::Head => "head",
            Operation::Delete => "delete",
            Operation::List => "list",
            Operation::Open => "open",
        }
    }
}

/// An error of a store. One pointer in size.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    effect: Effect,
    store: &'static str,
    operation: Operation,
    path: Option<ObjectPath>,
    retry_after: Option<Duration>,
    server_time: Option<ServerTime>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of `operation` on the kind of store named `store` (`"file"`, `"s3"`). Its effect is
    /// [`Effect::NotApplied`] for the kinds to handle and to fix, [`Effect::Unknown`] for those to wait on
    /// except [`ErrorKind::Throttled`]: a backend that knows better says so.
    pub fn new(kind: ErrorKind, store: &'static str, operation: Operation) -> Error {
        let writes = matches!(operation, Operation::Put | Operation::Delete);
        let unsure = matches!(kind, ErrorKind::Unavailable | ErrorKind::TimedOut | ErrorKind::Unexpected);
        let effect = if writes && unsure { Effect::Unknown } else { Effect::NotApplied };
        Error(Box::new(Inner {
            kind,
            effect,
            store,
            operation,
            path: None,
            retry_after: None,
            server_time: None,
            source: None,
        }))
    }

    /// Adds the path.
    #[must_use]
    pub fn with_path(mut self, path: &ObjectPath) -> Error {
        self.0.path = Some(path.clone());
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        self.0.source = Some(source.into());
        self
    }

    /// Says whether anything happened.
    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Error {
        self.0.effect = effect;
        self
    }

    /// Says how long the store asks to wait.
    #[must_use]
    pub fn with_retry_after(mut self, delay: Duration) -> Error {
        self.0.retry_after = Some(delay);
        self
    }

    /// Adds the store's time of the answer: that nothing is there, or nothing new, is an answer too.
    #[must_use]
    pub fn with_server_time(mut self, time: Option<ServerTime>) -> Error {
        self.0.server_time = time;
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether anything happened.
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// The kind of store: `"file"`, `"s3"`.
    pub fn store(&self) -> &'static str {
        self.0.store
    }

    /// The operation that failed.
    pub fn operation(&self) -> Operation {
        self.0.operation
    }

    /// The path, where there is one.
    pub fn path(&self) -> Option<&ObjectPath> {
        self.0.path.as_ref()
    }

    /// How long the store asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The store's time of the answer, if it was one and the store says.
    pub fn server_time(&self) -> Option<ServerTime> {
        self.0.server_time
    }

    /// Whether the store answered that a condition does not hold: ordinary traffic, not a failure.
    pub fn is_conflict(&self) -> bool {
        matches!(self.0.kind, ErrorKind::AlreadyExists | ErrorKind::VersionMismatch)
    }

    /// Whether nothing is at the path.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Whether waiting can help.
    pub fn is_transient(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::TimedOut)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fact = match self.0.kind {
            ErrorKind::NotFound => "there is no such object",
            ErrorKind::AlreadyExists => "the object exists already",
            ErrorKind::VersionMismatch => "the object has another version",
            ErrorKind::NotModified => "the object is unchanged",
            ErrorKind::Throttled => "the store asks for fewer requests",
            ErrorKind::Unavailable => "the store is unavailable",
            ErrorKind::TimedOut => "no answer came in time",
            ErrorKind::Full => "the store has no room left",
            ErrorKind::Unauthenticated => "the credentials are missing or wrong",
            ErrorKind::PermissionDenied => "it is not permitted",
            ErrorKind::InvalidInput => "the request makes no sense",
            ErrorKind::Unsupported => "the store cannot do it",
            ErrorKind::Unexpected => "the store failed",
        };
        write!(f, "{} {}", self.0.store, self.0.operation.as_str())?;
        // What has no name is the store as a whole.
        if let Some(path) = self.0.path.as_ref().filter(|path| !path.as_str().is_empty()) {
            write!(f, " of '{path}'")?;
        }
        write!(f, ": {fact}")?;
        if let Some(source) = &self.0.source {
            write!(f, " ({source})")?;
        }
        if self.0.effect == Effect::Unknown {
            f.write_str("; whether it was applied is unknown")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "object_store::Error({:?}, {:?}: {self})", self.0.kind, self.0.effect)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|s| s as &(dyn std::error::Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_word() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
    }

    #[test]
    fn only_a_write_without_an_answer_has_an_unknown_effect() {
        let effect = |kind, operation| Error::new(kind, "test", operation).effect();
        assert_eq!(effect(ErrorKind::TimedOut, Operation::Put), Effect::Unknown);
        assert_eq!(effect(ErrorKind::TimedOut, Operation::Get), Effect::NotApplied);
        assert_eq!(effect(ErrorKind::Throttled, Operation::Put), Effect::NotApplied);
        assert_eq!(effect(ErrorKind::AlreadyExists, Operation::Put), Effect::NotApplied);
    }
}
