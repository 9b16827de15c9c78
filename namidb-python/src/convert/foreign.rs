//! Values of other libraries: numpy, pandas, polars, pyarrow, pydantic, and the rest of the standard library.
//!
//! They are recognised by what they offer, so that none of the libraries is imported.

use super::from_py::FromPy;
use super::temporal_from_py;
use super::unmappable::Unmappable;
use namidb_core::Value;
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::{PyFrozenSet, PyRange, PySet, PyType};
use std::sync::Arc;

/// A value that is none of the builtin types.
pub(super) fn value<'py>(from: &mut FromPy<'py>, value: &Bound<'py, PyAny>) -> Result<Value, Unmappable> {
    let classes = from.classes;
    let py = from.py;
    if value.is_instance(classes.uuid.bind(py))? {
        return Ok(Value::from(value.str()?.to_str()?));
    }
    if value.is_instance_of::<PyRange>() {
        return from.iterable(value);
    }
    if value.is_instance(classes.decimal.bind(py))? || value.is_instance(classes.fraction.bind(py))? {
        if from.decimals_as_floats {
            return Ok(Value::Float(value.extract::<f64>()?));
        }
        let kind = value.get_type().qualname()?;
        return Err(Unmappable::new(format!("{kind} has no exact counterpart in Cypher")).with_hint(
            "Choose: float(x), or str(x) to keep every digit; Client(decimal=\"float\") takes the nearest float",
        ));
    }
    if value.is_instance_of::<PySet>() || value.is_instance_of::<PyFrozenSet>() {
        return Err(
            Unmappable::new("a set has no order, and a list has one").with_hint("Pass sorted(x) or list(x)")
        );
    }
    if value.is_instance(classes.array.bind(py))? {
        return array(from, value);
    }
    let class = value.get_type();
    let module = class.getattr("__module__")?.to_string();
    let package = module.split('.').next().unwrap_or_default();
    match package {
        "numpy" => return numpy(from, value),
        "pandas" if matches!(class.name()?.to_str()?, "NAType" | "NaTType") => return Ok(Value::Null),
        "pandas" if value.hasattr("tolist")? => return converted(from, value, "tolist"),
        "polars" if value.hasattr("to_list")? => return converted(from, value, "to_list"),
        // Tables are lists of maps, with null where a value is missing: pandas itself gives NaN there.
        "pandas" | "polars" if value.hasattr("__arrow_c_stream__")? => {
            let table = py.import("pyarrow")?.call_method1("table", (value,))?;
            return converted(from, &table, "to_pylist");
        }
        "pyarrow" if value.hasattr("to_pylist")? => return converted(from, value, "to_pylist"),
        "pyarrow" if value.hasattr("as_py")? => return converted(from, value, "as_py"),
        _ => {}
    }
    if value.is_instance(classes.mapping.bind(py))? {
        return from.mapping(value);
    }
    if value.hasattr("__dataclass_fields__")? && !value.is_instance_of::<PyType>() {
        return dataclass(from, value);
    }
    if value.hasattr("model_dump")? && !value.is_instance_of::<PyType>() {
        return converted(from, value, "model_dump");
    }
    if value.is_instance(classes.sequence.bind(py))? {
        return from.iterable(value);
    }
    let refusal =
        Unmappable::new(format!("{} is not a value that Cypher has", class.fully_qualified_name()?));
    Err(if value.hasattr("__next__")? {
        refusal.with_hint("Pass list(x): a statement may read its parameters more than once")
    } else if value.hasattr("__fspath__")? {
        refusal.with_hint("Pass str(x)")
    } else {
        refusal
    })
}

/// What a method without arguments makes of a value.
fn converted<'py>(
    from: &mut FromPy<'py>,
    value: &Bound<'py, PyAny>,
    method: &str,
) -> Result<Value, Unmappable> {
    let plain = value.call_method0(method)?;
    from.value(&plain)
}

fn dataclass<'py>(from: &mut FromPy<'py>, value: &Bound<'py, PyAny>) -> Result<Value, Unmappable> {
    let fields = from.py.import("dataclasses")?.getattr("fields")?.call1((value,))?;
    let map = pyo3::types::PyDict::new(from.py);
    for field in fields.try_iter()? {
        let name = field?.getattr("name")?.cast_into::<pyo3::types::PyString>().map_err(PyErr::from)?;
        map.set_item(&name, value.getattr(&name)?)?;
    }
    from.value(map.as_any())
}

/// An array of the standard library.
fn array<'py>(from: &mut FromPy<'py>, value: &Bound<'py, PyAny>) -> Result<Value, Unmappable> {
    match value.getattr("typecode")?.extract::<char>()? {
        'f' => floats(value),
        'u' | 'w' => Err(Unmappable::new("an array of characters is neither a string nor a list")
            .with_hint("Pass x.tounicode()")),
        _ => converted(from, value, "tolist"),
    }
}

/// A scalar or an array of numpy. Its types have a one-letter kind.
fn numpy<'py>(from: &mut FromPy<'py>, value: &Bound<'py, PyAny>) -> Result<Value, Unmappable> {
    let Ok(dtype) = value.getattr("dtype") else {
        let class = value.get_type().fully_qualified_name()?;
        return Err(Unmappable::new(format!("{class} is not a value that Cypher has")));
    };
    let kind = dtype.getattr("kind")?.extract::<char>()?;
    let dimensions = value.getattr("ndim")?.extract::<usize>()?;
    match (dimensions, kind) {
        (0 | 1, 'c') => Err(Unmappable::new("Cypher has no complex numbers")),
        (0, 'M' | 'm') => temporal_from_py::numpy(from, value, kind),
        (0, 'f') if dtype.getattr("itemsize")?.extract::<usize>()? > 8 => {
            Err(Unmappable::new("the float needs more than 64 bits").with_hint("Pass float(x)"))
        }
        (0, _) => converted(from, value, "item"),
        (1, 'f') if dtype.getattr("itemsize")?.extract::<usize>()? == 4 => {
            // Contiguous and in the machine's byte order, which a view need not be.
            let plain = from.py.import("numpy")?.call_method1("ascontiguousarray", (value, "=f4"))?;
            floats(&plain)
        }
        // As scalars of numpy, which know their unit; `tolist` would give bare numbers.
        (1, 'M' | 'm') => from.iterable(value),
        (1, _) => converted(from, value, "tolist"),
        _ => Err(Unmappable::new(format!("an array of {dimensions} dimensions is not a value"))
            .with_hint("Pass x.tolist() for lists of lists")),
    }
}

fn floats(value: &Bound<'_, PyAny>) -> Result<Value, Unmappable> {
    if value.len()? == 0 {
        // Nothing lies nowhere in particular, which a buffer of floats must not.
        return Ok(Value::Vector(Arc::from([])));
    }
    let buffer = PyBuffer::<f32>::get(value)?;
    Ok(Value::Vector(Arc::from(buffer.to_vec(value.py())?)))
}
