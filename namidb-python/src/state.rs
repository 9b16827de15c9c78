//! One state of the graph, for direct reads from Python. Clients, transactions and snapshots each give theirs.

use crate::convert::{Text, Zones};
use crate::reads::{self, Reads};
use crate::runtime;
use crate::staging;
use namidb_core::graph::{Direction, GraphState};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// One state of the graph.
#[pyclass(frozen, module = "namidb._namidb")]
pub(crate) struct State {
    state: GraphState,
    zones: Zones,
}

impl State {
    pub(crate) fn new(state: GraphState, zones: Zones) -> State {
        State { state, zones }
    }

    fn reads<'py>(&self, py: Python<'py>) -> Reads<'py, '_> {
        Reads::new(py, &self.state, self.zones)
    }
}

impl Drop for State {
    fn drop(&mut self) {
        runtime::free(std::mem::replace(&mut self.state, GraphState::empty()));
    }
}

#[pymethods]
impl State {
    #[getter]
    fn node_count(&self) -> u64 {
        self.state.node_count()
    }

    #[getter]
    fn relationship_count(&self) -> u64 {
        self.state.relationship_count()
    }

    fn lookup_node<'py>(
        &self,
        py: Python<'py>,
        label: Text<'_>,
        id: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.reads(py).lookup_node(&label, &staging::id_argument("id", id)?)
    }

    fn lookup_nodes<'py>(
        &self,
        py: Python<'py>,
        label: Text<'_>,
        ids: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.reads(py).lookup_nodes(&label, &staging::id_arguments("ids", ids)?)
    }

    fn scan_label<'py>(&self, py: Python<'py>, label: Text<'_>) -> PyResult<Bound<'py, PyList>> {
        self.reads(py).scan_label(&label)
    }

    fn scan_edge_type<'py>(&self, py: Python<'py>, edge_type: Text<'_>) -> PyResult<Bound<'py, PyList>> {
        self.reads(py).scan_edge_type(&edge_type)
    }

    fn out_edges<'py>(
        &self,
        py: Python<'py>,
        edge_type: Text<'_>,
        src: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.reads(py).edges(&edge_type, &staging::id_argument("src", src)?, Direction::Outgoing)
    }

    fn in_edges<'py>(
        &self,
        py: Python<'py>,
        edge_type: Text<'_>,
        dst: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.reads(py).edges(&edge_type, &staging::id_argument("dst", dst)?, Direction::Incoming)
    }

    #[pyo3(signature = (label, *, include_labels = false))]
    fn scan_label_arrow<'py>(
        &self,
        py: Python<'py>,
        label: Text<'_>,
        include_labels: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        reads::label_table(py, &self.state, &label, include_labels)
    }
}
