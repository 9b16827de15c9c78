//! Lists, and what lists and texts have in common.

pub(in crate::functions) mod collections;
pub(in crate::functions) mod ends;
pub(in crate::functions) mod range;
pub(in crate::functions) mod reverse;
pub(in crate::functions) mod size;
