//! Functions that look at nulls.

pub(in crate::functions) mod coalesce;
pub(in crate::functions) mod exists;
pub(in crate::functions) mod null_if;
