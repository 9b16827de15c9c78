//! Cypher's dates, times and durations to Python's. What Python's own types would round or cannot hold comes as a
//! class of `namidb.values`.

use super::classes::Classes;
use super::to_py::Zones;
use namidb_core::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Point, Time};
use pyo3::prelude::*;
use pyo3::types::{PyDate, PyDateTime, PyDelta, PyTime, PyTzInfo};

/// Year, month and day, if Python's `date` holds them.
fn civil(date: Date) -> Option<(i32, u8, u8)> {
    let (year, month, day) = date.year_month_day();
    let year = i32::try_from(year).ok().filter(|year| (1..=9_999).contains(year))?;
    Some((year, month, day))
}

/// Whole microseconds, if there are no finer parts.
fn micros(time: LocalTime) -> Option<u32> {
    time.nanosecond().is_multiple_of(1_000).then(|| time.nanosecond() / 1_000)
}

pub(super) fn date<'py>(py: Python<'py>, date: Date) -> PyResult<Bound<'py, PyAny>> {
    if let Some((year, month, day)) = civil(date) {
        return Ok(PyDate::new(py, year, month, day)?.into_any());
    }
    Classes::get(py)?.date.bind(py).call1(date.year_month_day())
}

pub(super) fn local_time<'py>(py: Python<'py>, time: LocalTime) -> PyResult<Bound<'py, PyAny>> {
    if let Some(micros) = micros(time) {
        return Ok(PyTime::new(py, time.hour(), time.minute(), time.second(), micros, None)?.into_any());
    }
    let parts = (time.hour(), time.minute(), time.second(), time.nanosecond());
    Classes::get(py)?.local_time.bind(py).call1(parts)
}

pub(super) fn time<'py>(py: Python<'py>, time: Time) -> PyResult<Bound<'py, PyAny>> {
    let local = time.local();
    if let Some(micros) = micros(local) {
        let zone = fixed_offset(py, time.offset_seconds)?;
        let (hour, minute, second) = (local.hour(), local.minute(), local.second());
        return Ok(PyTime::new(py, hour, minute, second, micros, Some(&zone))?.into_any());
    }
    let parts = (local.hour(), local.minute(), local.second(), local.nanosecond(), time.offset_seconds);
    Classes::get(py)?.time.bind(py).call1(parts)
}

fn plain<'py>(
    py: Python<'py>,
    local: LocalDateTime,
    zone: Option<&Bound<'py, PyTzInfo>>,
) -> PyResult<Option<Bound<'py, PyDateTime>>> {
    let time = local.time();
    let (Some((year, month, day)), Some(micros)) = (civil(local.date()), micros(time)) else {
        return Ok(None);
    };
    PyDateTime::new(py, year, month, day, time.hour(), time.minute(), time.second(), micros, zone).map(Some)
}

pub(super) fn local_datetime<'py>(py: Python<'py>, local: LocalDateTime) -> PyResult<Bound<'py, PyAny>> {
    if let Some(found) = plain(py, local, None)? {
        return Ok(found.into_any());
    }
    let (year, month, day) = local.date().year_month_day();
    let time = local.time();
    let parts = (year, month, day, time.hour(), time.minute(), time.second(), time.nanosecond());
    Classes::get(py)?.local_datetime.bind(py).call1(parts)
}

pub(super) fn datetime<'py>(
    py: Python<'py>,
    instant: &DateTime,
    zones: Zones,
) -> PyResult<Bound<'py, PyAny>> {
    let found = match zones {
        Zones::Utc => {
            let utc = LocalDateTime { seconds: instant.seconds, nanos: instant.nanos };
            plain(py, utc, Some(&fixed_offset(py, 0)?))?
        }
        Zones::Keep => match &instant.zone {
            None => plain(py, instant.local(), Some(&fixed_offset(py, instant.offset_seconds)?))?,
            Some(name) => in_zone(py, instant, name)?,
        },
    };
    if let Some(found) = found {
        return Ok(found.into_any());
    }
    let local = instant.local();
    let (year, month, day) = local.date().year_month_day();
    let time = local.time();
    let (hour, minute, second, nano) = (time.hour(), time.minute(), time.second(), time.nanosecond());
    let zone = instant.zone.as_deref();
    let parts = (year, month, day, hour, minute, second, nano, instant.offset_seconds, zone);
    Classes::get(py)?.datetime.bind(py).call1(parts)
}

/// The instant in a named zone, if Python knows the zone and gives it the offset that was stored.
fn in_zone<'py>(py: Python<'py>, instant: &DateTime, name: &str) -> PyResult<Option<Bound<'py, PyDateTime>>> {
    let Ok(zone) = Classes::get(py)?.zone_info.bind(py).call1((name,)) else { return Ok(None) };
    let zone = zone.cast_into::<PyTzInfo>()?;
    let Some(first) = plain(py, instant.local(), Some(&zone))? else { return Ok(None) };
    let stored = PyDelta::new(py, 0, instant.offset_seconds, 0, true)?;
    if first.call_method0("utcoffset")?.eq(&stored)? {
        return Ok(Some(first));
    }
    // When clocks are put back an hour comes twice; fold 1 is the second.
    let kwargs = pyo3::types::PyDict::new(py);
    kwargs.set_item("fold", 1)?;
    let second = first.call_method("replace", (), Some(&kwargs))?.cast_into::<PyDateTime>()?;
    Ok(if second.call_method0("utcoffset")?.eq(&stored)? { Some(second) } else { None })
}

fn fixed_offset<'py>(py: Python<'py>, seconds: i32) -> PyResult<Bound<'py, PyTzInfo>> {
    if seconds == 0 {
        return Ok(Classes::get(py)?.utc.bind(py).clone().cast_into::<PyTzInfo>()?);
    }
    PyTzInfo::fixed_offset(py, PyDelta::new(py, 0, seconds, 0, true)?)
}

pub(super) fn duration<'py>(py: Python<'py>, duration: &Duration) -> PyResult<Bound<'py, PyAny>> {
    let parts = (duration.months, duration.days, duration.seconds, duration.nanos);
    Classes::get(py)?.duration.bind(py).call1(parts)
}

pub(super) fn point<'py>(py: Python<'py>, point: &Point) -> PyResult<Bound<'py, PyAny>> {
    let z = point.is_3d().then_some(point.z);
    Classes::get(py)?.point.bind(py).call1((point.srid, point.x, point.y, z))
}
