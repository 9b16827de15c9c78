//! Cypher's values to Python's.

use super::classes::Classes;
use super::temporal_to_py as temporal;
use crate::errors;
use namidb_core::graph::{Catalog, GraphState};
use namidb_core::value::Path;
use namidb_core::{ErrorCode, NodeId, PropertyKeyId, RelId, RelTypeId, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyType};
use pyo3::{intern, types::PyBool};
use uuid::fmt::Hyphenated;

/// Lists and maps may lie in each other so deep; a query can build deeper ones.
const DEPTH_MAX: usize = 1_000;

/// What becomes of the zone of an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Zones {
    /// Every instant comes in UTC.
    Utc,
    /// Every instant comes at the offset and in the zone it was stored with.
    Keep,
}

impl Zones {
    /// Reads `utc` or `keep`.
    pub(crate) fn parse(text: &str) -> PyResult<Zones> {
        match text {
            "utc" => Ok(Zones::Utc),
            "keep" => Ok(Zones::Keep),
            _ => Err(errors::argument(format!("zones is \"utc\" or \"keep\", not {text:?}"))),
        }
    }
}

/// Converts Cypher's values; names that repeat are made once.
pub(crate) struct ToPy<'py, 'a> {
    py: Python<'py>,
    state: &'a GraphState,
    zones: Zones,
    labels: Names<'py>,
    rel_types: Names<'py>,
    keys: Names<'py>,
    depth: usize,
    /// What nodes, relationships and paths become, if not dicts and lists.
    classes: Option<&'static Classes>,
}

/// Names of the catalogue as Python strings, by number.
#[derive(Default)]
struct Names<'py> {
    made: Vec<Option<Bound<'py, PyString>>>,
}

impl<'py> Names<'py> {
    fn get(&mut self, py: Python<'py>, number: u32, name: impl FnOnce() -> String) -> Bound<'py, PyString> {
        let at = number as usize;
        if self.made.len() <= at {
            self.made.resize(at + 1, None);
        }
        self.made[at].get_or_insert_with(|| PyString::new(py, &name())).clone()
    }
}

impl<'py, 'a> ToPy<'py, 'a> {
    /// Converts values whose nodes and relationships are in `state`.
    pub(crate) fn new(py: Python<'py>, state: &'a GraphState, zones: Zones) -> ToPy<'py, 'a> {
        ToPy {
            py,
            state,
            zones,
            labels: Names::default(),
            rel_types: Names::default(),
            keys: Names::default(),
            depth: 0,
            classes: None,
        }
    }

    /// The same, where nodes, relationships and paths are objects.
    pub(crate) fn with_objects(self) -> PyResult<ToPy<'py, 'a>> {
        Ok(ToPy { classes: Some(Classes::get(self.py)?), ..self })
    }

    /// An object in place of a dict or list, if that is wanted.
    fn object(
        &self,
        made: Bound<'py, PyAny>,
        class: fn(&Classes) -> &Py<PyType>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self.classes {
            Some(classes) => class(classes).bind(self.py).call1((made,)),
            None => Ok(made),
        }
    }

    /// Any value.
    pub(crate) fn value(&mut self, value: &Value) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        Ok(match value {
            Value::Null => py.None().into_bound(py),
            Value::Boolean(v) => PyBool::new(py, *v).to_owned().into_any(),
            Value::Integer(v) => PyInt::new(py, *v).into_any(),
            Value::Float(v) => PyFloat::new(py, *v).into_any(),
            Value::String(v) => PyString::new(py, v).into_any(),
            Value::Bytes(v) => PyBytes::new(py, v).into_any(),
            Value::List(items) => {
                let items = self
                    .nested(|this| items.iter().map(|item| this.value(item)).collect::<PyResult<Vec<_>>>())?;
                PyList::new(py, items)?.into_any()
            }
            Value::Map(map) => self.nested(|this| {
                let dict = PyDict::new(py);
                for (key, item) in map.iter() {
                    dict.set_item(PyString::new(py, key), this.value(item)?)?;
                }
                Ok(dict.into_any())
            })?,
            Value::Date(v) => temporal::date(py, *v)?,
            Value::LocalTime(v) => temporal::local_time(py, *v)?,
            Value::Time(v) => temporal::time(py, *v)?,
            Value::LocalDateTime(v) => temporal::local_datetime(py, *v)?,
            Value::DateTime(v) => temporal::datetime(py, v, self.zones)?,
            Value::Duration(v) => temporal::duration(py, v)?,
            Value::Point(v) => temporal::point(py, v)?,
            Value::Vector(v) => PyList::new(py, v.iter().map(|x| f64::from(*x)))?.into_any(),
            Value::Node(id) => self.node(*id)?,
            Value::Relationship(id) => self.relationship(*id)?,
            Value::Path(path) => {
                let list = self.path(path)?.into_any();
                self.object(list, |classes| &classes.path)?
            }
        })
    }

    /// `{_kind: "node", id, label, labels, properties}`; none if there is no such node any more.
    pub(crate) fn node(&mut self, node: NodeId) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        let Some(id) = self.node_id(node) else { return Ok(py.None().into_bound(py)) };
        let dict = PyDict::new(py);
        dict.set_item(intern!(py, "_kind"), intern!(py, "node"))?;
        dict.set_item(intern!(py, "id"), id)?;
        let labels = self.labels(node)?;
        dict.set_item(intern!(py, "label"), labels.get_item(0).ok())?;
        dict.set_item(intern!(py, "labels"), labels)?;
        dict.set_item(intern!(py, "properties"), self.node_properties(node)?)?;
        self.object(dict.into_any(), |classes| &classes.node)
    }

    /// The public id of a node; none if there is no such node any more.
    pub(crate) fn node_id(&self, node: NodeId) -> Option<Bound<'py, PyString>> {
        let mut buffer = [0; Hyphenated::LENGTH];
        let uuid = self.state.node_uuid(node)?;
        Some(PyString::new(self.py, uuid.hyphenated().encode_lower(&mut buffer)))
    }

    /// The labels of a node, in the order in which the graph met them.
    pub(crate) fn labels(&mut self, node: NodeId) -> PyResult<Bound<'py, PyList>> {
        let (py, catalog) = (self.py, self.state.catalog());
        let labels = self.state.labels(node);
        let names = &mut self.labels;
        PyList::new(
            py,
            labels.iter().map(|label| names.get(py, label.0, || catalog.label_name(*label).to_string())),
        )
    }

    /// The properties of a node.
    pub(crate) fn node_properties(&mut self, node: NodeId) -> PyResult<Bound<'py, PyDict>> {
        let state = self.state;
        self.properties(state.catalog(), &state.node_properties(node))
    }

    /// The properties of a relationship.
    pub(crate) fn relationship_properties(&mut self, relationship: RelId) -> PyResult<Bound<'py, PyDict>> {
        let state = self.state;
        self.properties(state.catalog(), &state.relationship_properties(relationship))
    }

    fn properties(
        &mut self,
        catalog: &Catalog,
        properties: &[(PropertyKeyId, Value)],
    ) -> PyResult<Bound<'py, PyDict>> {
        let py = self.py;
        let dict = PyDict::new(py);
        for (key, value) in properties {
            let name = self.keys.get(py, key.0, || catalog.property_key_name(*key).to_string());
            dict.set_item(name, self.value(value)?)?;
        }
        Ok(dict)
    }

    /// `{_kind: "rel", id, edge_type, src, dst, properties}`; none if there is no such relationship any more.
    pub(crate) fn relationship(&mut self, relationship: RelId) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        let Some(record) = self.state.relationship(relationship) else { return Ok(py.None().into_bound(py)) };
        let dict = PyDict::new(py);
        dict.set_item(intern!(py, "_kind"), intern!(py, "rel"))?;
        dict.set_item(intern!(py, "id"), format!("r:{relationship}"))?;
        dict.set_item(intern!(py, "edge_type"), self.rel_type(record.rel_type))?;
        dict.set_item(intern!(py, "src"), self.node_id(record.source))?;
        dict.set_item(intern!(py, "dst"), self.node_id(record.target))?;
        dict.set_item(intern!(py, "properties"), self.relationship_properties(relationship)?)?;
        self.object(dict.into_any(), |classes| &classes.relationship)
    }

    /// The name of a relationship type.
    pub(crate) fn rel_type(&mut self, rel_type: RelTypeId) -> Bound<'py, PyString> {
        let catalog = self.state.catalog();
        self.rel_types.get(self.py, rel_type.0, || catalog.rel_type_name(rel_type).to_string())
    }

    fn path(&mut self, path: &Path) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(self.py);
        for (at, node) in path.nodes.iter().enumerate() {
            if at > 0
                && let Some(relationship) = path.relationships.get(at - 1)
            {
                list.append(self.relationship(*relationship)?)?;
            }
            list.append(self.node(*node)?)?;
        }
        Ok(list)
    }

    fn nested<T>(&mut self, convert: impl FnOnce(&mut ToPy<'py, 'a>) -> PyResult<T>) -> PyResult<T> {
        if self.depth == DEPTH_MAX {
            let message = format!("the result has lists and maps in each other deeper than {DEPTH_MAX}");
            return Err(errors::coded(self.py, ErrorCode::MemoryLimit, &message));
        }
        self.depth += 1;
        let converted = convert(self);
        self.depth -= 1;
        converted
    }
}
