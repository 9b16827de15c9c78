//! Evaluators against a straightforward evaluator of one row at a time, and openCypher's own corner cases.

mod build;
mod reference;
mod semantics;
