//! The errors of the operating system as errors of a store: the only place that knows their numbers.

use crate::disk::Errno;
use namidb_core::object_store::{Effect, Error, ErrorKind, ObjectPath, Operation};

/// The name of this kind of store in its errors.
pub(crate) const STORE: &str = "file";

/// An error that says what a condition, a name or a range can cause. Nothing has happened.
pub(crate) fn refused(kind: ErrorKind, operation: Operation, path: &ObjectPath) -> Error {
    Error::new(kind, STORE, operation).with_path(path).with_effect(Effect::NotApplied)
}

/// An error of the operating system, with what is known of its effect.
pub(crate) fn failed(errno: Errno, operation: Operation, path: &ObjectPath, effect: Effect) -> Error {
    Error::new(kind(errno), STORE, operation)
        .with_path(path)
        .with_effect(effect)
        .with_source(std::io::Error::from(errno))
}

/// An error of the operating system while nothing was changed.
pub(crate) fn failed_before(errno: Errno, operation: Operation, path: &ObjectPath) -> Error {
    failed(errno, operation, path, Effect::NotApplied)
}

/// Whether no name is there: it is missing, or what should be a directory above it is none.
pub(crate) fn is_missing(errno: Errno) -> bool {
    matches!(errno, Errno::NOENT | Errno::NOTDIR)
}

fn kind(errno: Errno) -> ErrorKind {
    match errno {
        Errno::ACCESS | Errno::PERM | Errno::ROFS => ErrorKind::PermissionDenied,
        // Somebody has to make room: waiting does not.
        Errno::NOSPC | Errno::DQUOT => ErrorKind::Full,
        // Descriptors may be closed, and a network come back.
        Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::STALE | Errno::TIMEDOUT | Errno::NOLCK => {
            ErrorKind::Unavailable
        }
        Errno::NAMETOOLONG | Errno::ISDIR | Errno::NOTDIR | Errno::FBIG | Errno::NOTEMPTY => {
            ErrorKind::InvalidInput
        }
        Errno::NOSYS | Errno::OPNOTSUPP | Errno::XDEV => ErrorKind::Unsupported,
        _ => ErrorKind::Unexpected,
    }
}
