//! The errors of this store: only those that a condition, a name or a range can cause.

use namidb_core::object_store::{Error, ErrorKind, ObjectPath, Operation};

pub(crate) fn error(kind: ErrorKind, operation: Operation, path: &ObjectPath) -> Error {
    Error::new(kind, "memory", operation).with_path(path)
}
