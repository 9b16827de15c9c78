//! The rows of a result as Python's objects.

use crate::convert::{ToPy, Zones};
use namidb_core::graph::GraphState;
use namidb_core::{NodeId, RelId, Value};
use namidb_cypher::vector::Vector;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};

/// Reads cells of columns; nodes and relationships are those of one state.
pub(crate) struct Cells<'py, 'a> {
    py: Python<'py>,
    to_py: ToPy<'py, 'a>,
}

impl<'py, 'a> Cells<'py, 'a> {
    pub(crate) fn new(py: Python<'py>, state: &'a GraphState, zones: Zones) -> Cells<'py, 'a> {
        Cells { py, to_py: ToPy::new(py, state, zones) }
    }

    /// The same, where nodes, relationships and paths are objects.
    pub(crate) fn with_objects(self) -> PyResult<Cells<'py, 'a>> {
        Ok(Cells { to_py: self.to_py.with_objects()?, ..self })
    }

    /// One cell, straight from the typed column.
    pub(crate) fn get(&mut self, column: &Vector, row: usize) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        let found = match column {
            Vector::Constant(value, _) => return self.to_py.value(value),
            Vector::Any(values) => {
                return self.to_py.value(values.as_slice().get(row).unwrap_or(&Value::Null));
            }
            Vector::Boolean(v) => v.get(row).map(|truth| PyBool::new(py, truth).to_owned().into_any()),
            Vector::Integer(v) => v.get(row).map(|number| PyInt::new(py, number).into_any()),
            Vector::Float(v) => v.get(row).map(|number| PyFloat::new(py, number).into_any()),
            Vector::String(v) => v.get(row).map(|text| PyString::new(py, text).into_any()),
            Vector::Node(v) => match v.get(row) {
                Some(id) => Some(self.to_py.node(NodeId(id))?),
                None => None,
            },
            Vector::Relationship(v) => match v.get(row) {
                Some(id) => Some(self.to_py.relationship(RelId(id))?),
                None => None,
            },
        };
        Ok(found.unwrap_or_else(|| py.None().into_bound(py)))
    }

    /// One row by the names of its columns.
    pub(crate) fn row<'c>(
        &mut self,
        names: &[Bound<'py, PyString>],
        columns: impl Iterator<Item = &'c Vector>,
        row: usize,
    ) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(self.py);
        for (name, column) in names.iter().zip(columns) {
            dict.set_item(name, self.get(column, row)?)?;
        }
        Ok(dict)
    }
}
