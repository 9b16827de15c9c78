//! Options as Python writes them: durations as seconds, `timedelta` or text, sizes as numbers or text.

use crate::errors;
use namidb::{OpenOptions, StorageOptions};
use namidb_core::uri::{Durability, OpenMode, parse_duration, parse_size};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDelta, PyDeltaAccess, PyString};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// The keywords of `Client`. What is not given, the URI says, and then the defaults.
pub(crate) struct Opening<'a, 'py> {
    pub(crate) cache_bytes: Option<&'a Bound<'py, PyAny>>,
    pub(crate) mode: Option<&'a str>,
    pub(crate) read_only: Option<bool>,
    pub(crate) max_staleness: Option<&'a Bound<'py, PyAny>>,
    pub(crate) query_timeout: Option<&'a Bound<'py, PyAny>>,
    pub(crate) memory_limit: Option<&'a Bound<'py, PyAny>>,
    pub(crate) durability: Option<&'a str>,
    pub(crate) commit_delay_ms: f64,
    pub(crate) storage_options: Option<&'a Bound<'py, PyAny>>,
    pub(crate) plan_cache: Option<&'a Bound<'py, PyAny>>,
    pub(crate) load_from: Option<&'a Bound<'py, PyAny>>,
}

impl Opening<'_, '_> {
    /// The same for the engine, checked.
    pub(crate) fn options(self, py: Python<'_>) -> PyResult<OpenOptions> {
        let engine = |error: namidb_core::Error| errors::exception(py, &error.into(), None);
        let mut open = OpenOptions::new();
        if let Some(bytes) = self.cache_bytes {
            open = open.cache_bytes(size("cache_bytes", bytes)?);
        }
        if let Some(mode) = self.mode {
            open = open.mode(OpenMode::parse(mode).map_err(engine)?);
        }
        if let Some(read_only) = self.read_only {
            open = open.read_only(read_only);
        }
        if let Some(staleness) = self.max_staleness {
            open = open.max_staleness(duration("max_staleness", staleness)?);
        }
        if let Some(timeout) = self.query_timeout {
            open = open.query_timeout(duration("query_timeout", timeout)?);
        }
        if let Some(limit) = self.memory_limit {
            open = open.memory_limit(size("memory_limit", limit)?);
        }
        if let Some(durability) = self.durability {
            open = open.durability(Durability::parse(durability).map_err(engine)?);
        }
        if self.commit_delay_ms != 0.0 {
            let delay = Duration::try_from_secs_f64(self.commit_delay_ms / 1e3);
            open = open.commit_delay(
                delay.map_err(|_| errors::argument("commit_delay_ms is not a length of time"))?,
            );
        }
        if let Some(given) = self.storage_options {
            open = open.storage_options(storage(given)?);
        }
        if let Some(plans) = self.plan_cache {
            let plans = plans.extract::<u32>();
            open = open.plan_cache(
                plans.map_err(|_| errors::argument("plan_cache is not a number of plans"))? as usize,
            );
        }
        if let Some(given) = self.load_from {
            open = open.load_from(directories(given)?);
        }
        Ok(open)
    }
}

/// A directory, or several.
fn directories(given: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
    if let Ok(one) = given.extract::<PathBuf>() {
        return Ok(vec![one]);
    }
    let refused = |_| PyTypeError::new_err("load_from is the path of a directory, or several of them");
    given.try_iter().map_err(refused)?.map(|one| one?.extract::<PathBuf>().map_err(refused)).collect()
}

/// Options of the backend. An error names the option and never its value, which may be a secret.
pub(crate) fn storage(given: &Bound<'_, PyAny>) -> PyResult<StorageOptions> {
    let refused = || errors::argument("storage_options is a mapping of names to texts");
    let pairs = given.call_method0("items").map_err(|_| refused())?;
    let mut sorted = BTreeMap::new();
    for pair in pairs.try_iter()? {
        let (name, value) = pair?.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
        let name = name.extract::<String>().map_err(|_| refused())?;
        let value = value
            .extract::<String>()
            .map_err(|_| errors::argument(format!("the storage option {name:?} is not a text")))?;
        sorted.insert(name, value);
    }
    let mut storage = StorageOptions::new();
    for (name, value) in sorted {
        storage.set(name, value);
    }
    Ok(storage)
}

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

/// The time that a query may take.
pub(crate) fn timeout(timeout: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Duration>> {
    timeout.map(|timeout| duration("timeout", timeout)).transpose()
}

/// Whether decimals may become floats.
pub(crate) fn decimals_as_floats(decimal: &str) -> PyResult<bool> {
    match decimal {
        "error" => Ok(false),
        "float" => Ok(true),
        other => Err(errors::argument(format!("decimal is \"error\" or \"float\", not {other:?}"))),
    }
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
