//! Text to syntax tree.

pub mod span;
