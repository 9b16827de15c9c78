//! The Python wheel of NamiDB, with every backend.
//!
//! ```text
//! python/namidb/      what users import: the client with its coroutines, exceptions, values
//!   namidb._namidb    this crate: registration here, one class a file, conversions in `convert`
//!     namidb          the engine's facade
//! ```
//!
//! Invariants:
//! - The interpreter's lock is released wherever the engine runs or waits, and is never waited for while one of
//!   our locks is held.
//! - No panic crosses the border: it becomes an exception.
//! - Nothing of a process is touched in the child of a fork.

mod arrow;
mod backtraces;
mod batch;
mod callables;
mod client;
mod convert;
mod errors;
mod exclusive;
mod job;
mod options;
mod plain_values;
mod plan;
mod procedures;
mod process;
mod reads;
mod reports;
mod result;
mod rows;
mod running;
mod runtime;
mod snapshot;
mod snapshot_file;
mod staging;
mod state;
mod stream;
mod transaction;
mod uris;

use namidb_core::runtime::Runtime;
use pyo3::prelude::*;

/// A new version 7 UUID as text: UUIDs made later come later in order, to the millisecond.
#[pyfunction]
fn uuid7(py: Python<'_>) -> PyResult<String> {
    let clock = runtime::clock().map_err(|error| errors::exception(py, &error, None))?;
    Ok(namidb_core::runtime::uuid_v7(&clock).to_string())
}

/// Looks up what is looked up once a process. Called when the package is imported: a fork in the middle of a first look-up
/// would leave the child waiting for a thread that it has not.
#[pyfunction]
fn _after_import(py: Python<'_>) -> PyResult<()> {
    backtraces::turn_off(py)?;
    namidb::forks_are_told();
    convert::classes::Classes::get(py)?;
    errors::module(py)?;
    runtime::clock().map_err(|error| errors::exception(py, &error, None))?.monotonic();
    Ok(())
}

#[pyfunction]
fn _after_fork() {
    runtime::after_fork();
}

#[pyfunction]
fn _shut_down(py: Python<'_>) {
    runtime::shut_down(py);
}

#[pymodule]
fn _namidb(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<batch::Batch>()?;
    module.add_class::<client::Client>()?;
    module.add_class::<job::Job>()?;
    module.add_class::<plan::Plan>()?;
    module.add_class::<result::QueryResult>()?;
    module.add_class::<snapshot::Snapshot>()?;
    module.add_class::<stream::ResultStream>()?;
    module.add_class::<staging::StagedRows>()?;
    module.add_class::<state::State>()?;
    module.add_class::<transaction::Transaction>()?;
    module.add_function(wrap_pyfunction!(job::submit, module)?)?;
    module.add_function(wrap_pyfunction!(uuid7, module)?)?;
    module.add_function(wrap_pyfunction!(_after_import, module)?)?;
    module.add_function(wrap_pyfunction!(_after_fork, module)?)?;
    module.add_function(wrap_pyfunction!(_shut_down, module)?)?;
    module.add_function(wrap_pyfunction!(uris::schemes, module)?)?;
    module.add_function(wrap_pyfunction!(uris::parse_uri, module)?)?;
    module.add_function(wrap_pyfunction!(uris::verify, module)?)?;
    module.add_function(wrap_pyfunction!(plain_values::text, module)?)?;
    module.add_function(wrap_pyfunction!(plain_values::compare, module)?)?;
    module.add_function(wrap_pyfunction!(plain_values::parse, module)?)?;
    module.add_function(wrap_pyfunction!(plain_values::roundtrip, module)?)?;
    Ok(())
}
