//! Options as Python writes them: durations as seconds, `timedelta` or text, sizes as numbers or text.

use crate::errors;
use namidb_core::uri::{parse_duration, parse_size};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDelta, PyDeltaAccess, PyString};
use std::time::Duration;

/// A duration: a number of seconds, a `timedelta`, or text such as `250ms`.
pub(crate) fn duration(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Duration> {
    if let Ok(text) = value.cast::<PyString>() {
        return parse_duration(name, text.to_str()?).map_err(|error| as_argument(value.py(), &error));
    }
    let seconds = match value.cast::<PyDelta>() {
        Ok(delta) => {
            f64::from(delta.get_days()) * 86_400.0
                + f64::from(delta.get_seconds())
                + f64::from(delta.get_microseconds()) / 1e6
        }
        Err(_) => value.extract::<f64>()?,
    };
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| errors::argument(format!("{name} is not a length of time that can be waited for")))
}

/// A size in bytes: a number, or text such as `64MB`.
pub(crate) fn size(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    if let Ok(text) = value.cast::<PyString>() {
        return parse_size(name, text.to_str()?).map_err(|error| as_argument(value.py(), &error));
    }
    value.extract::<u64>().map_err(|_| errors::argument(format!("{name} is not a number of bytes")))
}

fn as_argument(py: Python<'_>, error: &namidb_core::Error) -> PyErr {
    errors::coded(py, namidb_core::ErrorCode::InvalidArgument, &error.to_string())
}

/// The text of a URI. A path means `file://`, and has the namespace `default`.
pub(crate) fn uri(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str()?.to_owned());
    }
    let py = value.py();
    if !value.hasattr("__fspath__")? {
        let kind = value.get_type().name()?;
        return Err(PyTypeError::new_err(format!("a URI is a str or a path, not {kind}")));
    }
    let path = py.import("os")?.call_method1("fspath", (value,))?;
    let path = py.import("os.path")?.call_method1("abspath", (path,))?;
    let quoted = py.import("urllib.parse")?.call_method1("quote", (path,))?.extract::<String>()?;
    Ok(format!("file://{quoted}?ns=default"))
}
