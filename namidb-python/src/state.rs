//! One state of the graph, for direct reads from Python. Clients, transactions and snapshots each give theirs.

use crate::convert::{Text, Zones};
use crate::reads::{self, Reads};
use crate::{runtime, staging};
use namidb::{ChunkSource, View};
use namidb_core::graph::{Direction, GraphState};
use namidb_core::residency::collect;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// One state of the graph.
#[pyclass(frozen, module = "namidb._namidb")]
pub(crate) struct State {
    state: GraphState,
    source: ChunkSource,
    zones: Zones,
}

impl State {
    pub(crate) fn new(view: View<'_>, zones: Zones) -> State {
        State { state: view.state().clone(), source: view.source(), zones }
    }

    fn read<'py, T>(
        &self,
        py: Python<'py>,
        read: impl Fn(&mut Reads<'py, '_>) -> PyResult<T>,
    ) -> PyResult<T> {
        self.resolve(py, || read(&mut Reads::new(py, &self.state, self.zones)))
    }

    /// Does work that reads, again until nothing that it reads is missing.
    fn resolve<T>(&self, py: Python<'_>, work: impl Fn() -> PyResult<T>) -> PyResult<T> {
        loop {
            let (result, misses) = collect(&work);
            if misses.is_empty() {
                return result;
            }
            runtime::call(py, None, |cancel| self.source.fetch(&misses, &cancel))?;
        }
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

    /// Labels and types that are in use, with how many nodes and relationships have them, and the keys of properties.
    fn names<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyDict>, Bound<'py, PyDict>, Vec<String>)> {
        let catalog = self.state.catalog();
        let (labels, types) = (PyDict::new(py), PyDict::new(py));
        for (number, name) in catalog.labels() {
            match self.state.label_count(number) {
                0 => {}
                count => labels.set_item(&**name, count)?,
            }
        }
        for (number, name) in catalog.rel_types() {
            match self.state.rel_type_count(number) {
                0 => {}
                count => types.set_item(&**name, count)?,
            }
        }
        let used = |number| {
            self.state.node_property_count(number) + self.state.relationship_property_count(number) > 0
        };
        let keys = catalog.property_keys().filter(|(number, _)| used(*number));
        Ok((labels, types, keys.map(|(_, name)| name.to_string()).collect()))
    }

    fn lookup_node<'py>(
        &self,
        py: Python<'py>,
        label: Text<'_>,
        id: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        let id = staging::id_argument("id", id)?;
        self.read(py, |reads| reads.lookup_node(&label, &id))
    }

    fn lookup_nodes<'py>(
        &self,
        py: Python<'py>,
        label: Text<'_>,
        ids: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let ids = staging::id_arguments("ids", ids)?;
        self.read(py, |reads| reads.lookup_nodes(&label, &ids))
    }

    fn scan_label<'py>(&self, py: Python<'py>, label: Text<'_>) -> PyResult<Bound<'py, PyList>> {
        self.read(py, |reads| reads.scan_label(&label))
    }

    fn scan_edge_type<'py>(&self, py: Python<'py>, edge_type: Text<'_>) -> PyResult<Bound<'py, PyList>> {
        self.read(py, |reads| reads.scan_edge_type(&edge_type))
    }

    fn out_edges<'py>(
        &self,
        py: Python<'py>,
        edge_type: Text<'_>,
        src: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let src = staging::id_argument("src", src)?;
        self.read(py, |reads| reads.edges(&edge_type, &src, Direction::Outgoing))
    }

    fn in_edges<'py>(
        &self,
        py: Python<'py>,
        edge_type: Text<'_>,
        dst: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let dst = staging::id_argument("dst", dst)?;
        self.read(py, |reads| reads.edges(&edge_type, &dst, Direction::Incoming))
    }

    #[pyo3(signature = (label, *, include_labels = false))]
    fn scan_label_arrow<'py>(
        &self,
        py: Python<'py>,
        label: Text<'_>,
        include_labels: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.resolve(py, || reads::label_table(py, &self.state, &label, include_labels))
    }
}
