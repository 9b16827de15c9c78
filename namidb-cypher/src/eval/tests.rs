//! Evaluators against a straightforward evaluator of one row at a time, and openCypher's own corner cases.

pub(crate) mod build;
mod entities;
mod groups;
mod reference;
mod semantics;
