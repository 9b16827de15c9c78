//! The functions of the language, one definition each.
//!
//! A definition holds name, documentation, example, signature and kernel, and lies in a file named after the function;
//! the `mod.rs` of its folder lists it. The binder asks for a name and checks the number and the types
//! of the arguments; the evaluator calls the kernel with whole vectors. Names are looked up in lower case.

pub mod aggregate;
mod call;
pub mod procedures;
mod reference;
mod registry;
mod scalar;
mod signature;
mod user;

pub use call::{Call, ScalarKernel};
pub(crate) use call::{VALUE_BYTES_MAX, value_bytes_limit};
pub use reference::{EXAMPLE_GRAPH, reference};
pub use registry::{
    AggregateFunction, Category, ScalarFunction, aggregate, aggregate_names, all_aggregates, all_scalars,
    lookup, scalar_names,
};
pub use signature::{Signature, TypeSet};
pub(crate) use user::call as call_user_function;
pub use user::{FunctionResult, FunctionSignature, UserFunction, function};
