//! Vectors.

pub(in crate::functions) mod measures;
pub(in crate::functions) mod similarity;
