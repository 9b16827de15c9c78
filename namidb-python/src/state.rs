//! One state of the graph, for direct reads from Python. Clients, transactions and snapshots each give theirs.

use crate::convert::{Text, Zones};
use crate::reads::{self, Reads};
use crate::{runtime, staging};
use namidb::blocking::Database;
use namidb::{ChunkSource, Rereads, Snapshot, StateView, View};
use namidb_core::graph::{Direction, GraphState};
use namidb_core::residency::collect;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// Labels and types with their counts, keys of properties, and the fingerprint of the schema.
type Names<'py> = (Bound<'py, PyDict>, Bound<'py, PyDict>, Vec<String>, String);

/// One state of the graph.
#[pyclass(frozen, module = "namidb._namidb")]
pub(crate) struct State {
    state: GraphState,
    source: ChunkSource,
    zones: Zones,
    /// Whose newest state it is: where it expires before anything of it was read, a newer one is as good.
    newest_of: Option<Database>,
}

impl State {
    /// A state that stays as it is.
    pub(crate) fn new(view: View<'_>, zones: Zones) -> State {
        State { state: view.state().clone(), source: view.source(), zones, newest_of: None }
    }

    /// The newest state of a database.
    pub(crate) fn newest(snapshot: &Snapshot, database: &Database, zones: Zones) -> State {
        let mut state = State::new(snapshot.view(), zones);
        state.newest_of = Some(database.clone());
        state
    }

    fn read<'py, T>(
        &self,
        py: Python<'py>,
        read: impl Fn(&mut Reads<'py, '_>) -> PyResult<T>,
    ) -> PyResult<T> {
        self.resolve(py, |state| read(&mut Reads::new(py, state, self.zones)))
    }

    /// Does work that reads, again until nothing that it reads is missing.
    fn resolve<T>(&self, py: Python<'_>, work: impl Fn(&GraphState) -> PyResult<T>) -> PyResult<T> {
        let mut newer: Option<Snapshot> = None;
        let mut rereads = Rereads::default();
        loop {
            let state = newer.as_ref().map_or(&self.state, |snapshot| snapshot.view().state());
            let (result, misses) = collect(|| work(state));
            if misses.is_empty() {
                return result;
            }
            let fetched = runtime::call(py, None, |cancel| {
                match (self.source.fetch(&misses, &cancel), &self.newest_of) {
                    (Err(error), Some(database)) if rereads.again(&error) => {
                        database.cancelled_by(cancel).snapshot().map(Some)
                    }
                    (fetched, _) => fetched.map(|()| None),
                }
            })?;
            newer = fetched.or(newer);
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

    /// Labels and types that are in use, with how many nodes and relationships have them, the keys of properties, and a text
    /// that graphs with the same names and definitions have in common.
    fn names<'py>(&self, py: Python<'py>) -> PyResult<Names<'py>> {
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
        let fingerprint = StateView::new(&self.state).schema_without_types().fingerprint();
        Ok((labels, types, keys.map(|(_, name)| name.to_string()).collect(), fingerprint))
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
        self.resolve(py, |state| reads::label_table(py, state, &label, include_labels))
    }
}
