//! Names to variables: which are visible where, and what each holds.

pub mod bound;
mod walk;
