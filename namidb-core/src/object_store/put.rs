//! What a put takes and answers.

use super::{ObjectVersion, ServerTime};

/// When a put may happen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum PutCondition {
    /// Whatever is there.
    #[default]
    Always,
    /// Only if nothing is there.
    IfAbsent,
    /// Only if this version is there.
    IfMatch(ObjectVersion),
}

/// How to put.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct PutOptions {
    /// When the put may happen.
    pub condition: PutCondition,
}

impl From<PutCondition> for PutOptions {
    fn from(condition: PutCondition) -> PutOptions {
        PutOptions { condition }
    }
}

/// The answer to a put that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutReceipt {
    /// The version that it made.
    pub version: ObjectVersion,
    /// The store's time of the answer, if it says.
    pub server_time: Option<ServerTime>,
}
