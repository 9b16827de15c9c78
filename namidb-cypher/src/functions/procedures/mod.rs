//! Procedures: what CALL runs. They give rows, and read only.
//!
//! A built-in one has a file of its own in the folder of its namespace, and a line in the list there. A program adds
//! its own to a [`Callables`]: with [`procedure`] from a closure, or with its own [`Procedure`].

mod built_in;
mod db;
mod dbms;
mod native;
mod registry;
mod signature;
mod table;

pub use built_in::{BuiltIn, Fields};
pub use native::procedure;
pub use registry::{Callables, built_in};
pub use signature::{Field, ProcedureSignature};
pub use table::TableProcedure;

use crate::exec::ExecutionContext;
use namidb_core::Value;
use namidb_core::graph::GraphState;
use std::fmt;

/// The rows that a procedure gives: a value for each of its results, in their order. Any error may come out of one; it
/// becomes a procedure error that names the procedure.
pub type ProcedureRows = Result<Vec<Vec<Value>>, Box<dyn std::error::Error + Send + Sync>>;

/// What CALL runs.
pub trait Procedure: fmt::Debug + Send + Sync {
    /// Its name, what it takes and what it gives.
    fn signature(&self) -> &ProcedureSignature;

    /// The rows for some arguments, which are as many and of such types as the signature says. It is called once for
    /// each row that comes to the CALL, on any thread, and again for the same row if a transaction is tried again.
    ///
    /// # Errors
    /// Whatever keeps it from giving its rows.
    fn call(&self, arguments: &[Value], call: &ProcedureCall<'_>) -> ProcedureRows;
}

/// What a procedure is given beside its arguments.
#[derive(Clone, Copy, Debug)]
pub struct ProcedureCall<'a> {
    /// The graph as the statement sees it.
    pub state: &'a GraphState,
    /// Parameters, clock and limits; a procedure that takes long looks at [`ExecutionContext::check`] now and then.
    pub cx: &'a ExecutionContext,
}
