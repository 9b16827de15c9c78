//! Vectors.

pub(in crate::functions) mod similarity;
