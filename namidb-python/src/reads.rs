//! Direct reads of one state of the graph, without Cypher.

use crate::arrow;
use crate::convert::{ToPy, Zones};
use crate::runtime::{self, NoCollection};
use crate::staging::ROWS_AT_A_TIME;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema};
use namidb::arrow::{MixedColumns, array_from_values};
use namidb::{Node, StateView};
use namidb_core::graph::{Direction, GraphState};
use namidb_core::hash::HashMap;
use namidb_core::residency::missed;
use namidb_core::{LabelId, NodeId, RelId, Uuid, Value};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::sync::Arc;

/// The version of the schema that rows of direct reads name. There is one.
const SCHEMA_VERSION: i64 = 0;

/// A reader of one state.
pub(crate) struct Reads<'py, 'a> {
    py: Python<'py>,
    state: &'a GraphState,
    to_py: ToPy<'py, 'a>,
}

impl<'py, 'a> Reads<'py, 'a> {
    pub(crate) fn new(py: Python<'py>, state: &'a GraphState, zones: Zones) -> Reads<'py, 'a> {
        Reads { py, state, to_py: ToPy::new(py, state, zones) }
    }

    /// The nodes with these public ids; none for each that does not exist or has not the label.
    pub(crate) fn lookup_nodes(&mut self, label: &str, ids: &[Uuid]) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(self.py);
        let _none = NoCollection::for_rows(self.py, ids.len())?;
        for (number, id) in ids.iter().enumerate() {
            if number % ROWS_AT_A_TIME == ROWS_AT_A_TIME - 1 {
                runtime::let_others_run(self.py)?;
            }
            list.append(self.lookup_node(label, id)?)?;
        }
        Ok(list)
    }

    /// The node with a public id, if it has the label.
    pub(crate) fn lookup_node(&mut self, label: &str, id: &Uuid) -> PyResult<Option<Bound<'py, PyDict>>> {
        let state = self.state;
        let Some(number) = state.catalog().label(label) else { return Ok(None) };
        match state.node_by_uuid(id).filter(|node| state.has_label(*node, number)) {
            Some(node) => self.node(label, node).map(Some),
            None => Ok(None),
        }
    }

    /// The nodes with a label, in the order of their creation.
    pub(crate) fn scan_label(&mut self, label: &str) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(self.py);
        let _none = NoCollection::for_rows(self.py, self.nodes_with(label).count())?;
        for (number, node) in self.nodes_with(label).enumerate() {
            if number % ROWS_AT_A_TIME == ROWS_AT_A_TIME - 1 {
                runtime::let_others_run(self.py)?;
            }
            list.append(self.node(label, node)?)?;
        }
        Ok(list)
    }

    fn nodes_with(&self, label: &str) -> impl Iterator<Item = NodeId> + use<'a> {
        let label: Option<LabelId> = self.state.catalog().label(label);
        let nodes = label.and_then(|label| self.state.label_nodes(label));
        nodes.into_iter().flat_map(|nodes| nodes.iter()).map(NodeId)
    }

    fn node(&mut self, label: &str, node: NodeId) -> PyResult<Bound<'py, PyDict>> {
        let py = self.py;
        let dict = PyDict::new(py);
        if missed() {
            // Only what else is missing is of interest.
            StateView::new(self.state).node(node);
            return Ok(dict);
        }
        dict.set_item(intern!(py, "id"), self.to_py.node_id(node))?;
        dict.set_item(intern!(py, "label"), label)?;
        dict.set_item(intern!(py, "labels"), self.to_py.labels(node)?)?;
        dict.set_item(intern!(py, "lsn"), self.state.node_seq(node).0)?;
        dict.set_item(intern!(py, "schema_version"), SCHEMA_VERSION)?;
        dict.set_item(intern!(py, "properties"), self.to_py.node_properties(node)?)?;
        Ok(dict)
    }

    /// The relationships of a type, in the order of their creation.
    pub(crate) fn scan_edge_type(&mut self, edge_type: &str) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(self.py);
        let state = self.state;
        if let Some(rel_type) = state.catalog().rel_type(edge_type) {
            let types = state.relationship_types();
            for id in
                state.live_relationships().iter().filter(|id| types.get(*id) == Some(u64::from(rel_type.0)))
            {
                self.append_edge(&list, RelId(id))?;
            }
        }
        Ok(list)
    }

    /// The relationships of a type at one end of a node.
    pub(crate) fn edges(
        &mut self,
        edge_type: &str,
        node: &Uuid,
        direction: Direction,
    ) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(self.py);
        let state = self.state;
        let lists =
            state.catalog().rel_type(edge_type).and_then(|rel_type| state.adjacency(rel_type, direction));
        if let (Some(lists), Some(node)) = (lists, state.node_by_uuid(node)) {
            for (_, id) in lists.neighbours(node).iter() {
                self.append_edge(&list, id)?;
            }
        }
        Ok(list)
    }

    fn append_edge(&mut self, list: &Bound<'py, PyList>, id: RelId) -> PyResult<()> {
        let py = self.py;
        if missed() {
            StateView::new(self.state).relationship(id);
            return Ok(());
        }
        let Some(record) = self.state.relationship(id) else { return Ok(()) };
        let dict = PyDict::new(py);
        dict.set_item(intern!(py, "id"), format!("r:{id}"))?;
        dict.set_item(intern!(py, "edge_type"), self.to_py.rel_type(record.rel_type))?;
        dict.set_item(intern!(py, "src"), self.to_py.node_id(record.source))?;
        dict.set_item(intern!(py, "dst"), self.to_py.node_id(record.target))?;
        dict.set_item(intern!(py, "lsn"), self.state.relationship_seq(id).0)?;
        dict.set_item(intern!(py, "properties"), self.to_py.relationship_properties(id)?)?;
        list.append(dict)?;
        if list.len() % ROWS_AT_A_TIME == 0 {
            runtime::let_others_run(py)?;
        }
        Ok(())
    }
}

/// The nodes with a label as a table: `id`, `label`, `labels` if asked for, `lsn`, `schema_version`, then
/// a column for each property that any of them has, in order of the names. A property that is named like one of those
/// columns has its name after `properties.`.
pub(crate) fn label_table<'py>(
    py: Python<'py>,
    state: &GraphState,
    label: &str,
    include_labels: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let batch = py
        .detach(|| label_batch(StateView::new(state), label, include_labels))
        .map_err(|error| arrow::refused(py, &error))?;
    arrow::table(py, arrow::stream(py, vec![batch])?)
}

fn label_batch(
    view: StateView<'_>,
    label: &str,
    include_labels: bool,
) -> Result<RecordBatch, namidb::arrow::ArrowConversionError> {
    let nodes: Vec<Node> = view.scan_label(label).collect();
    let mut columns: Vec<(String, Vec<Value>)> = vec![
        ("id".to_owned(), nodes.iter().map(|node| Value::from(node.uuid)).collect()),
        ("label".to_owned(), vec![Value::from(label); nodes.len()]),
    ];
    if include_labels {
        let labels =
            |node: &Node| node.labels.iter().map(|label| Value::String(Arc::clone(label))).collect::<Value>();
        columns.push(("labels".to_owned(), nodes.iter().map(labels).collect()));
    }
    columns.push(("lsn".to_owned(), nodes.iter().map(|node| Value::Integer(node.seq.0 as i64)).collect()));
    columns.push(("schema_version".to_owned(), vec![Value::Integer(SCHEMA_VERSION); nodes.len()]));
    let own = columns.len();
    let mut numbers: HashMap<Arc<str>, usize> = HashMap::default();
    for (row, node) in nodes.iter().enumerate() {
        for (key, value) in node.properties.iter() {
            let number = *numbers.entry(Arc::clone(key)).or_insert_with(|| {
                columns.push((key.to_string(), vec![Value::Null; nodes.len()]));
                columns.len() - 1
            });
            columns[number].1[row] = value.clone();
        }
    }
    columns[own..].sort_by(|a, b| a.0.cmp(&b.0));
    let mut fields = Vec::with_capacity(columns.len());
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
    for (number, (name, values)) in columns.iter().enumerate() {
        let clashes = number >= own && columns[..own].iter().any(|(taken, _)| taken == name);
        let name = if clashes { format!("properties.{name}") } else { name.clone() };
        let array = array_from_values(&name, values, MixedColumns::String)?;
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}
