//! Python's values to Cypher's.

use super::classes::Classes;
use super::foreign;
use super::keys::{Keys, text_of};
use super::temporal_from_py;
use super::unmappable::{Step, Unmappable};
use crate::errors;
use crate::runtime;
use namidb::Params;
use namidb_core::Value;
use namidb_core::value::Map;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDate, PyDateTime, PyDelta, PyDict, PyFloat, PyInt, PyList, PyMemoryView,
    PyString, PyTime, PyTuple,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Lists and mappings may lie in each other so deep. A structure that contains itself ends here too.
const DEPTH_MAX: usize = 200;
/// Other threads of Python may run after so many items: about a millisecond.
const ITEMS_AT_A_TIME: usize = 4_096;

/// Converts Python's values; keys that repeat are converted once.
pub(crate) struct FromPy<'py> {
    pub(super) py: Python<'py>,
    pub(crate) classes: &'static Classes,
    keys: Keys<'py>,
    depth: usize,
    /// Items of lists since another thread could run.
    items: usize,
    /// Whether a Decimal or Fraction becomes the nearest float; else it is refused.
    pub(super) decimals_as_floats: bool,
}

impl<'py> FromPy<'py> {
    pub(crate) fn new(py: Python<'py>) -> PyResult<FromPy<'py>> {
        let (classes, keys) = (Classes::get(py)?, Keys::default());
        Ok(FromPy { py, classes, keys, depth: 0, items: 0, decimals_as_floats: false })
    }

    /// The same, where decimals and fractions may become the nearest floats.
    pub(crate) fn decimals_as_floats(mut self, allowed: bool) -> FromPy<'py> {
        self.decimals_as_floats = allowed;
        self
    }

    /// Converts with `convert`; a structure that another thread changes meanwhile is refused.
    pub(crate) fn read<T>(
        &mut self,
        convert: impl FnOnce(&mut FromPy<'py>) -> Result<T, Unmappable>,
    ) -> PyResult<T> {
        // Iterating over a dict panics if the dict changes.
        let converted = catch_unwind(AssertUnwindSafe(|| convert(self)));
        let changed = || Err(Unmappable::new("the value changed while it was read"));
        converted.unwrap_or_else(|_| changed()).map_err(|error| errors::unmappable(self.py, error))
    }

    /// The parameters of a query.
    pub(crate) fn params(&mut self, params: Option<&Bound<'py, PyAny>>) -> PyResult<Params> {
        let Some(given) = params else { return Ok(Params::new()) };
        let Value::Map(map) = self.read(|this| this.value(given))? else {
            let kind = given.get_type().qualname()?;
            return Err(errors::argument(format!("params is a mapping of names to values, not {kind}")));
        };
        Ok(Params::from(map))
    }

    /// The parameters of many executions of a query.
    pub(crate) fn many_params(&mut self, many: &Bound<'py, PyAny>) -> PyResult<Vec<Params>> {
        let mut bindings = Vec::new();
        for (number, given) in many.try_iter()?.enumerate() {
            self.items += 1;
            if self.items.is_multiple_of(ITEMS_AT_A_TIME) {
                runtime::let_others_run(self.py)?;
            }
            let given = given?;
            let within =
                |error: Unmappable| error.within(Step::Index(number)).within(Step::Name("params".to_owned()));
            let Value::Map(map) = self.read(|this| this.value(&given).map_err(within))? else {
                let kind = given.get_type().qualname()?;
                let message = format!("params[{number}] is a mapping of names to values, not {kind}");
                return Err(errors::argument(message));
            };
            bindings.push(Params::from(map));
        }
        Ok(bindings)
    }

    /// The text of a name that repeats from row to row.
    pub(crate) fn key(&mut self, key: &Bound<'py, PyString>) -> Result<Arc<str>, Unmappable> {
        self.keys.get(key)
    }

    /// Any value.
    pub(crate) fn value(&mut self, value: &Bound<'py, PyAny>) -> Result<Value, Unmappable> {
        // Exact types first: they are most of what comes.
        if let Ok(text) = value.cast_exact::<PyString>() {
            return Ok(Value::String(Arc::from(text_of(text)?)));
        }
        if value.cast_exact::<PyInt>().is_ok() {
            return integer(value);
        }
        if let Ok(float) = value.cast_exact::<PyFloat>() {
            return Ok(Value::Float(float.value()));
        }
        if value.is_none() {
            return Ok(Value::Null);
        }
        if let Ok(truth) = value.cast_exact::<PyBool>() {
            return Ok(Value::Boolean(truth.is_true()));
        }
        if let Ok(dict) = value.cast_exact::<PyDict>() {
            return self.nested(|this| this.dict(dict));
        }
        if let Ok(list) = value.cast_exact::<PyList>() {
            return self.nested(|this| this.items(list.iter().map(Ok)));
        }
        if let Ok(tuple) = value.cast_exact::<PyTuple>() {
            return self.nested(|this| this.items(tuple.iter().map(Ok)));
        }
        if let Ok(bytes) = value.cast::<PyBytes>() {
            return Ok(Value::Bytes(Arc::from(bytes.as_bytes())));
        }
        self.less_common(value)
    }

    fn less_common(&mut self, value: &Bound<'py, PyAny>) -> Result<Value, Unmappable> {
        if let Ok(instant) = value.cast::<PyDateTime>() {
            return temporal_from_py::datetime(self, instant);
        }
        if let Ok(date) = value.cast::<PyDate>() {
            return temporal_from_py::date(date);
        }
        if let Ok(time) = value.cast::<PyTime>() {
            return temporal_from_py::time(time);
        }
        if let Ok(delta) = value.cast::<PyDelta>() {
            return temporal_from_py::delta(delta);
        }
        if let Some(own) = temporal_from_py::own_class(self, value)? {
            return Ok(own);
        }
        // Subclasses: IntEnum, StrEnum, named tuples, OrderedDict, numpy.float64.
        if value.cast::<PyInt>().is_ok() {
            return integer(value);
        }
        if let Ok(float) = value.cast::<PyFloat>() {
            return Ok(Value::Float(float.value()));
        }
        if let Ok(text) = value.cast::<PyString>() {
            return Ok(Value::String(Arc::from(text_of(text)?)));
        }
        if let Ok(dict) = value.cast::<PyDict>() {
            return self.nested(|this| this.dict(dict));
        }
        if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            return self.iterable(value);
        }
        if value.is_instance_of::<PyByteArray>() || value.is_instance_of::<PyMemoryView>() {
            let bytes = value
                .py()
                .get_type::<PyBytes>()
                .call1((value,))?
                .cast_into::<PyBytes>()
                .map_err(PyErr::from)?;
            return Ok(Value::Bytes(Arc::from(bytes.as_bytes())));
        }
        foreign::value(self, value)
    }

    /// The items of anything that can be iterated over.
    pub(super) fn iterable(&mut self, value: &Bound<'py, PyAny>) -> Result<Value, Unmappable> {
        self.nested(|this| this.items(value.try_iter()?))
    }

    /// The pairs of anything with `items()`.
    pub(super) fn mapping(&mut self, value: &Bound<'py, PyAny>) -> Result<Value, Unmappable> {
        self.nested(|this| {
            let mut entries = Vec::new();
            for pair in value.call_method0("items")?.try_iter()? {
                let (key, item) = pair?.extract::<(Bound<'py, PyAny>, Bound<'py, PyAny>)>()?;
                entries.push(this.entry(&key, &item)?);
            }
            Ok(Value::Map(Arc::new(Map::from_entries(entries))))
        })
    }

    fn items(
        &mut self,
        items: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
    ) -> Result<Value, Unmappable> {
        let mut values = Vec::with_capacity(items.size_hint().0);
        for (index, item) in items.enumerate() {
            self.items += 1;
            if self.items.is_multiple_of(ITEMS_AT_A_TIME) {
                runtime::let_others_run(self.py)?;
            }
            values.push(self.value(&item?).map_err(|e| e.within(Step::Index(index)))?);
        }
        Ok(Value::List(Arc::from(values)))
    }

    fn dict(&mut self, dict: &Bound<'py, PyDict>) -> Result<Value, Unmappable> {
        let mut entries = Vec::with_capacity(dict.len());
        for (key, item) in dict.iter() {
            entries.push(self.entry(&key, &item)?);
        }
        refuse_entity(&entries)?;
        Ok(Value::Map(Arc::new(Map::from_entries(entries))))
    }

    /// A key and its value.
    pub(crate) fn entry(
        &mut self,
        key: &Bound<'py, PyAny>,
        item: &Bound<'py, PyAny>,
    ) -> Result<(Arc<str>, Value), Unmappable> {
        let Ok(text) = key.cast::<PyString>() else {
            let kind = key.get_type().qualname()?;
            return Err(Unmappable::new(format!("a map has strings as its keys, not {kind}"))
                .with_hint("Convert the keys with str()"));
        };
        let name = self.key(text)?;
        match self.value(item) {
            Ok(value) => Ok((name, value)),
            Err(refused) => Err(refused.within(Step::Name(name.to_string()))),
        }
    }

    fn nested(
        &mut self,
        convert: impl FnOnce(&mut FromPy<'py>) -> Result<Value, Unmappable>,
    ) -> Result<Value, Unmappable> {
        if self.depth == DEPTH_MAX {
            return Err(Unmappable::new(format!("lists and maps lie in each other deeper than {DEPTH_MAX}"))
                .with_hint("A structure that contains itself is not a value"));
        }
        self.depth += 1;
        let value = convert(self);
        self.depth -= 1;
        value
    }
}

fn integer(value: &Bound<'_, PyAny>) -> Result<Value, Unmappable> {
    match value.extract::<i64>() {
        Ok(number) => Ok(Value::Integer(number)),
        Err(_) => Err(Unmappable::new("the integer needs more than 64 bits")
            .with_hint("Pass it as a float or as a string")),
    }
}

/// A node or relationship of a result is a picture of it, and not the entity.
fn refuse_entity(entries: &[(Arc<str>, Value)]) -> Result<(), Unmappable> {
    let kind = entries.iter().find(|(key, _)| key.as_ref() == "_kind").and_then(|(_, kind)| kind.as_str());
    match kind {
        Some("node") => {
            Err(Unmappable::new("a node of a result is not a value").with_hint("Pass its id: n['id']"))
        }
        Some("rel") => {
            Err(Unmappable::new("a relationship of a result is not a value")
                .with_hint("Pass its id: r['id']"))
        }
        _ => Ok(()),
    }
}
