//! The functions of the language, one definition each.
//!
//! The binder asks for a name and checks the number and the types of the arguments; the evaluator calls
//! the kernel. Names are looked up in lower case.

mod registry;
mod signature;

pub use registry::{AggregateFunction, ScalarFunction, aggregate, aggregate_names, lookup, scalar_names};
pub use signature::{Signature, TypeSet};
