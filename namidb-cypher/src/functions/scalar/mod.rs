//! Functions of a row's values, by kind.

pub(super) mod conversion;
pub(super) mod graph;
pub(super) mod list;
pub(super) mod math;
pub(super) mod null;
pub(super) mod runtime;
pub(super) mod spatial;
pub(super) mod string;
pub(super) mod temporal;
#[cfg(test)]
mod tests;
pub(super) mod vector;

/// What every kernel's file begins with.
mod prelude {
    pub(super) use crate::Error;
    pub(super) use crate::eval::errors;
    pub(super) use crate::functions::{Call, ScalarFunction, Signature, TypeSet as T};
    pub(super) use crate::vector::{Vector, VectorBuilder};
    pub(super) use namidb_core::Value;
}
