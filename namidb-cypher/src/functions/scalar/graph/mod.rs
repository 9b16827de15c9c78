//! Nodes, relationships and paths.

pub(in crate::functions) mod endpoints;
pub(in crate::functions) mod identity;
pub(in crate::functions) mod labels;
pub(in crate::functions) mod path;
pub(in crate::functions) mod properties;
