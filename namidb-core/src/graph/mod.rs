//! The graph as immutable, shareable arrays.

pub mod op;
