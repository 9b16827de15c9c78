//! No backtraces in the errors of libraries.
//!
//! An SDK may give each of its errors a backtrace, where `RUST_BACKTRACE` asks for one: Azure's has one in every answer
//! "not found". The standard library makes them under a lock of its own, and the child of a fork in the middle of that
//! would wait for a thread that it has not. What panics still shows where.

use pyo3::prelude::*;
use std::backtrace::Backtrace;

/// Set for panics and errors.
const ALL: &str = "RUST_BACKTRACE";
/// The same for errors alone, where it is set.
const ERRORS: &str = "RUST_LIB_BACKTRACE";

/// Turns them off for this module, unless somebody has asked for just these. Other modules and programs that are started later
/// find the variables as they were: the standard library looks once.
pub(crate) fn turn_off(py: Python<'_>) -> PyResult<()> {
    let environ = py.import("os")?.getattr("environ")?;
    if environ.contains(ERRORS)? || !environ.contains(ALL)? {
        return Ok(());
    }
    environ.set_item(ERRORS, "0")?;
    let _looks = Backtrace::capture();
    environ.del_item(ERRORS)
}
