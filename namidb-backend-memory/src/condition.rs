//! Whether a put may happen, given what is there.

use namidb_core::object_store::{ErrorKind, ObjectVersion, PutCondition};

/// What to answer if the condition does not hold.
pub(crate) fn check(condition: &PutCondition, present: Option<&ObjectVersion>) -> Result<(), ErrorKind> {
    match condition {
        PutCondition::Always => Ok(()),
        PutCondition::IfAbsent if present.is_none() => Ok(()),
        PutCondition::IfAbsent => Err(ErrorKind::AlreadyExists),
        PutCondition::IfMatch(version) if present == Some(version) => Ok(()),
        PutCondition::IfMatch(_) => Err(ErrorKind::VersionMismatch),
    }
}
