//! Procedures that are a table: they give the rows whose inputs are the arguments.

use super::{Field, Procedure, ProcedureCall, ProcedureRows, ProcedureSignature};
use namidb_core::Value;
use namidb_core::value::order;
use std::sync::Arc;

/// A procedure that looks its rows up.
#[derive(Debug)]
pub struct TableProcedure {
    signature: ProcedureSignature,
    /// Inputs, then outputs.
    rows: Vec<Vec<Value>>,
}

impl TableProcedure {
    /// A procedure by its fields and the rows that hold their values, inputs first.
    pub fn new(
        name: &str,
        inputs: Vec<Field>,
        outputs: Vec<Field>,
        rows: Vec<Vec<Value>>,
    ) -> Arc<TableProcedure> {
        let mut signature = ProcedureSignature::new(name, "Rows of a table.");
        signature.inputs = inputs;
        signature.outputs = outputs;
        Arc::new(TableProcedure { signature, rows })
    }
}

impl Procedure for TableProcedure {
    fn signature(&self) -> &ProcedureSignature {
        &self.signature
    }

    fn call(&self, arguments: &[Value], _: &ProcedureCall<'_>) -> ProcedureRows {
        let fits = |row: &&Vec<Value>| {
            let inputs = row.iter().zip(arguments);
            inputs.into_iter().all(|(cell, argument)| order::equivalent(cell, argument))
        };
        let outputs = |row: &Vec<Value>| row.iter().skip(arguments.len()).cloned().collect();
        Ok(self.rows.iter().filter(fits).map(outputs).collect())
    }
}
