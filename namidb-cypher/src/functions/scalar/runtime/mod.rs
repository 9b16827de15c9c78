//! Functions whose result the arguments do not determine.

pub(in crate::functions) mod rand;
pub(in crate::functions) mod random_uuid;
pub(in crate::functions) mod timestamp;
