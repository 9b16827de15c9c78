//! Procedures that are tables, which the openCypher TCK registers: `Client._register_procedure`.

use crate::convert::FromPy;
use crate::errors;
use namidb::procedures::{Field, TableProcedure};
use namidb_core::Value;
use pyo3::prelude::*;
use std::sync::Arc;

/// A procedure by the names and types of its inputs and outputs, and by rows that are mappings over both.
pub(crate) fn table(
    py: Python<'_>,
    name: &str,
    inputs: &[(String, String)],
    outputs: &[(String, String)],
    rows: &[Bound<'_, PyAny>],
) -> PyResult<Arc<TableProcedure>> {
    let field = |(name, of): &(String, String)| {
        Field::parse(name, of).ok_or_else(|| errors::argument(format!("there is no type {of}, of {name}")))
    };
    let inputs = inputs.iter().map(field).collect::<PyResult<Vec<Field>>>()?;
    let outputs = outputs.iter().map(field).collect::<PyResult<Vec<Field>>>()?;
    let mut convert = FromPy::new(py)?;
    let mut table = Vec::with_capacity(rows.len());
    for row in rows {
        let Value::Map(map) = convert.read(|convert| convert.value(row))? else {
            return Err(errors::argument("a row of a procedure is a mapping of names to values"));
        };
        let cell = |field: &Field| map.get(&field.name).cloned().unwrap_or(Value::Null);
        table.push(inputs.iter().chain(&outputs).map(cell).collect());
    }
    Ok(TableProcedure::new(name, inputs, outputs, table))
}
