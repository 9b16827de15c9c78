//! Functions of a row's values, by kind.

mod conversion;
mod graph;
mod list;
mod math;
mod null;
mod runtime;
mod spatial;
mod string;
mod temporal;
#[cfg(test)]
mod tests;
mod vector;

use super::{Category, ScalarFunction};

/// The functions of each folder.
pub(super) static FAMILIES: &[&[(Category, &[ScalarFunction])]] = &[
    graph::FUNCTIONS,
    list::FUNCTIONS,
    null::FUNCTIONS,
    conversion::FUNCTIONS,
    math::FUNCTIONS,
    string::FUNCTIONS,
    runtime::FUNCTIONS,
    temporal::FUNCTIONS,
    spatial::FUNCTIONS,
    vector::FUNCTIONS,
];

/// What every kernel's file begins with.
mod prelude {
    pub(super) use crate::Error;
    pub(super) use crate::eval::errors;
    pub(super) use crate::functions::{Call, Category, ScalarFunction, Signature, TypeSet as T};
    pub(super) use crate::vector::{Vector, VectorBuilder};
    pub(super) use namidb_core::Value;
}
