//! Values without a database: what `namidb.values` needs of the engine.

use crate::convert::{FromPy, ToPy, Zones};
use crate::errors;
use namidb_core::Value;
use namidb_core::graph::GraphState;
use namidb_core::value::order;
use namidb_core::value::temporal::ZonedText;
use namidb_core::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time};
use pyo3::prelude::*;
use pyo3::types::PyDict;

fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    FromPy::new(value.py())?.read(|from| from.value(value))
}

fn to_py<'py>(py: Python<'py>, value: &Value, zones: Zones) -> PyResult<Bound<'py, PyAny>> {
    ToPy::new(py, &GraphState::empty(), zones).value(value)
}

/// The text of a temporal value or a point, as `toString` gives it.
#[pyfunction]
#[pyo3(name = "_text")]
pub(crate) fn text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let value = from_py(value)?;
    Ok(value.to_text().unwrap_or_else(|| value.to_string()))
}

/// How ORDER BY orders two values: -1, 0 or 1.
#[pyfunction]
#[pyo3(name = "_compare")]
pub(crate) fn compare(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<i8> {
    Ok(order::compare(&from_py(a)?, &from_py(b)?) as i8)
}

/// Reads the text of a temporal value.
#[pyfunction]
#[pyo3(name = "_parse")]
pub(crate) fn parse<'py>(py: Python<'py>, kind: &str, text: &str) -> PyResult<Bound<'py, PyAny>> {
    let value = match kind {
        "date" => Date::parse(text).map(Value::from),
        "localtime" => LocalTime::parse(text).map(Value::from),
        "time" => Time::parse(text).map(Value::from),
        "localdatetime" => LocalDateTime::parse(text).map(Value::from),
        "datetime" => match DateTime::parse(text) {
            Some(instant) => Some(Value::from(instant)),
            None => return in_zone(py, text),
        },
        "duration" => Duration::parse(text).map(Value::from),
        _ => return Err(errors::argument(format!("there is no temporal kind {kind:?}"))),
    };
    to_py(py, &value.ok_or_else(|| unreadable(kind, text))?, Zones::Keep)
}

fn unreadable(kind: &str, text: &str) -> PyErr {
    let shown: String = text.chars().take(80).collect();
    errors::argument(format!("{shown:?} is not a {kind} in ISO 8601"))
}

/// A date and time with a zone and without an offset: Python knows the zones.
fn in_zone<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    let read = ZonedText::parse(text).ok_or_else(|| unreadable("datetime", text))?;
    let (None, Some(zone)) = (read.offset_seconds, read.zone) else {
        return Err(unreadable("datetime", text));
    };
    let zone = match py.import("zoneinfo")?.getattr("ZoneInfo")?.call1((zone.as_ref(),)) {
        Ok(zone) => zone,
        Err(_) => {
            return Err(errors::argument(format!(
                "{:?} is not a zone that this Python knows",
                zone.as_ref()
            )));
        }
    };
    let local = to_py(py, &Value::from(read.local), Zones::Keep)?;
    if !local.hasattr("tzinfo")? {
        return Err(errors::argument(
            "a time finer than a microsecond, or outside the years 1 to 9999, needs an offset",
        ));
    }
    let kwargs = PyDict::new(py);
    kwargs.set_item("tzinfo", zone)?;
    local.call_method("replace", (), Some(&kwargs))
}

/// A value as it comes back from the database. For tests of the table of types.
#[pyfunction]
#[pyo3(name = "_roundtrip", signature = (value, zones = "utc"))]
pub(crate) fn roundtrip<'py>(value: &Bound<'py, PyAny>, zones: &str) -> PyResult<Bound<'py, PyAny>> {
    to_py(value.py(), &from_py(value)?, Zones::parse(zones)?)
}
