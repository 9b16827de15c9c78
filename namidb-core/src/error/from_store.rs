//! What an error of a store is to whoever asked the engine.

use super::{Error, ErrorCode, Outcome};
use crate::object_store::{self, Effect, ErrorKind, Operation};

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Error {
        let (code, hint) = match error.kind() {
            ErrorKind::Throttled => (ErrorCode::StoreUnavailable, None),
            ErrorKind::Unavailable | ErrorKind::TimedOut => (
                ErrorCode::StoreUnavailable,
                Some("Look whether the store can be reached from here; the handle goes on as soon as it can"),
            ),
            ErrorKind::Full => (
                ErrorCode::StorageFull,
                Some("Make room: reads go on, and writes do as soon as there is some"),
            ),
            ErrorKind::Unauthenticated => {
                (ErrorCode::StoreAuth, Some("Give credentials the way the provider's own tools take them"))
            }
            ErrorKind::PermissionDenied => (ErrorCode::StoreAuth, Some(permissions(error.operation()))),
            ErrorKind::NotFound
            | ErrorKind::AlreadyExists
            | ErrorKind::VersionMismatch
            | ErrorKind::NotModified
            | ErrorKind::InvalidInput
            | ErrorKind::Unsupported
            | ErrorKind::Unexpected => (ErrorCode::Store, None),
        };
        let outcome = match error.effect() {
            Effect::NotApplied => Outcome::NotApplied,
            Effect::Unknown => Outcome::Unknown,
        };
        let mut wrapped = Error::new(code, error.to_string())
            .with_outcome(outcome)
            .with_detail("store", error.store())
            .with_detail("operation", error.operation().as_str());
        if let Some(path) = error.path() {
            wrapped = wrapped.with_detail("object", path);
        }
        if let Some(hint) = hint {
            wrapped = wrapped.with_hint(hint);
        }
        wrapped.with_source(error)
    }
}

/// What is to be allowed to whoever was refused an operation.
fn permissions(operation: Operation) -> &'static str {
    match operation {
        Operation::Put | Operation::Delete => {
            "Who writes gets, puts, deletes and lists objects: allow all four, or open it with read_only=true, which \
            gets and lists"
        }
        Operation::Get | Operation::Head | Operation::List | Operation::Open => {
            "Who reads gets and lists objects, and who writes puts and deletes them as well: allow it"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object_store::ObjectPath;

    #[test]
    fn an_error_of_a_store_keeps_its_kind_its_effect_and_its_object() {
        let path = ObjectPath::new("ns/manifest").unwrap();
        let of = |kind| Error::from(object_store::Error::new(kind, "test", Operation::Put).with_path(&path));
        let lost = of(ErrorKind::TimedOut);
        assert_eq!((lost.code(), lost.outcome()), (ErrorCode::StoreUnavailable, Outcome::Unknown));
        assert!(!lost.is_retryable(), "what may have happened is not simply done again");
        assert_eq!(lost.detail("object"), Some("ns/manifest"));
        assert_eq!(lost.detail("operation"), Some("put"));
        assert!(std::error::Error::source(&lost).is_some());
        let slow = of(ErrorKind::Throttled);
        assert_eq!((slow.code(), slow.outcome()), (ErrorCode::StoreUnavailable, Outcome::NotApplied));
        assert!(slow.is_retryable());
        let full = of(ErrorKind::Full);
        assert_eq!((full.code(), full.outcome()), (ErrorCode::StorageFull, Outcome::NotApplied));
        assert_eq!(of(ErrorKind::PermissionDenied).code(), ErrorCode::StoreAuth);
        assert_eq!(of(ErrorKind::Unsupported).code(), ErrorCode::Store);
    }

    #[test]
    fn what_opens_a_store_names_no_object_and_a_refusal_says_what_to_allow() {
        let refused = |operation| object_store::Error::new(ErrorKind::PermissionDenied, "file", operation);
        let opening = refused(Operation::Open).with_path(&ObjectPath::root()).with_source("of root");
        let opening = Error::from(opening);
        assert_eq!(opening.message(), "file open: it is not permitted (of root)");
        assert!(opening.hint().is_some_and(|hint| hint.starts_with("Who reads")), "{opening}");
        let writing = Error::from(refused(Operation::Put));
        assert!(writing.hint().is_some_and(|hint| hint.contains("read_only=true")), "{writing}");
    }
}
