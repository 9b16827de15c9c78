//! Python's dates, times and durations to Cypher's.

use super::from_py::FromPy;
use super::unmappable::Unmappable;
use namidb_core::Value;
use namidb_core::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Point, Time};
use pyo3::prelude::*;
use pyo3::types::{
    PyDate, PyDateAccess, PyDateTime, PyDelta, PyDeltaAccess, PyTime, PyTimeAccess, PyType, PyTzInfoAccess,
};
use std::sync::Arc;

/// A `date`.
pub(super) fn date(date: &Bound<'_, PyDate>) -> Result<Value, Unmappable> {
    civil(date).map(Value::Date)
}

fn civil(date: &impl PyDateAccess) -> Result<Date, Unmappable> {
    Date::new(i64::from(date.get_year()), date.get_month(), date.get_day())
        .ok_or_else(|| Unmappable::new("the date does not exist"))
}

fn clock(time: &impl PyTimeAccess, extra_nanos: u32) -> Result<LocalTime, Unmappable> {
    let nanos = time.get_microsecond() * 1_000 + extra_nanos;
    LocalTime::new(time.get_hour(), time.get_minute(), time.get_second(), nanos)
        .ok_or_else(|| Unmappable::new("the time of day does not exist"))
}

/// A `time`; aware ones have an offset.
pub(super) fn time(time: &Bound<'_, PyTime>) -> Result<Value, Unmappable> {
    let local = clock(time, 0)?;
    if time.get_tzinfo().is_none() {
        return Ok(Value::LocalTime(local));
    }
    let Some(offset) = offset_seconds(time.as_any())? else {
        return Err(Unmappable::new("the offset of a time in a zone depends on the day")
            .with_hint("Use a datetime, or a time with a fixed offset"));
    };
    let time = Time::new(local, offset).ok_or_else(|| Unmappable::new("the offset is more than 18 hours"))?;
    Ok(Value::Time(time))
}

/// A `datetime`, a `pandas.Timestamp` with its nanoseconds, or `pandas.NaT`.
pub(super) fn datetime<'py>(
    from: &FromPy<'py>,
    instant: &Bound<'py, PyDateTime>,
) -> Result<Value, Unmappable> {
    let mut extra_nanos = 0;
    if !instant.is_exact_instance_of::<PyDateTime>() {
        if instant.get_type().name()?.to_str()? == "NaTType" {
            return Ok(Value::Null);
        }
        if let Some(nanos) = instant.getattr_opt("nanosecond")? {
            extra_nanos = nanos.extract()?;
        }
    }
    let local = LocalDateTime::new(civil(instant)?, clock(instant, extra_nanos)?)
        .ok_or_else(|| Unmappable::new("the date and time do not exist"))?;
    let Some(zone) = instant.get_tzinfo() else {
        return Ok(Value::LocalDateTime(local));
    };
    let Some(offset) = offset_seconds(instant.as_any())? else {
        return Ok(Value::LocalDateTime(local));
    };
    let name = zone_name(from, &zone)?;
    let instant = local.at_offset(offset, name).ok_or_else(|| {
        Unmappable::new(
            "the offset is more than 18 hours, or the zone's name is not one of the IANA database",
        )
    })?;
    Ok(Value::DateTime(Arc::new(instant)))
}

/// Seconds east of UTC, if the value knows.
fn offset_seconds(value: &Bound<'_, PyAny>) -> Result<Option<i32>, Unmappable> {
    let offset = value.call_method0("utcoffset")?;
    if offset.is_none() {
        return Ok(None);
    }
    let offset = offset.cast_into::<PyDelta>().map_err(PyErr::from)?;
    if offset.get_microseconds() != 0 {
        return Err(Unmappable::new("the offset has parts of a second").with_hint("Convert it to UTC first"));
    }
    Ok(Some(offset.get_days() * 86_400 + offset.get_seconds()))
}

/// The IANA name of a zone: `zoneinfo` calls it `key`, `pytz` calls it `zone`. Fixed offsets have none.
fn zone_name<'py>(
    from: &FromPy<'py>,
    zone: &Bound<'py, pyo3::types::PyTzInfo>,
) -> Result<Option<Arc<str>>, Unmappable> {
    let attribute = if zone.is_instance(from.classes.zone_info.bind(from.py))? { "key" } else { "zone" };
    let Some(name) = zone.getattr_opt(attribute)? else { return Ok(None) };
    Ok(name.extract::<Option<String>>().unwrap_or_default().map(Arc::from))
}

/// A `timedelta`, or a `pandas.Timedelta` with its nanoseconds.
pub(super) fn delta(delta: &Bound<'_, PyDelta>) -> Result<Value, Unmappable> {
    let mut nanos = i64::from(delta.get_microseconds()) * 1_000;
    if !delta.is_exact_instance_of::<PyDelta>()
        && let Some(extra) = delta.getattr_opt("nanoseconds")?
    {
        nanos += extra.extract::<i64>()?;
    }
    duration(0, i64::from(delta.get_days()), i64::from(delta.get_seconds()), nanos)
}

fn duration(months: i64, days: i64, seconds: i64, nanos: i64) -> Result<Value, Unmappable> {
    let duration = Duration::new(months, days, seconds, nanos)
        .ok_or_else(|| Unmappable::new("the duration is out of range"))?;
    Ok(Value::Duration(Arc::new(duration)))
}

/// A scalar of numpy: `datetime64` (kind `M`) or `timedelta64` (kind `m`), by its unit.
pub(super) fn numpy<'py>(
    from: &FromPy<'py>,
    value: &Bound<'py, PyAny>,
    kind: char,
) -> Result<Value, Unmappable> {
    let numpy = from.py.import("numpy")?;
    if numpy.call_method1("isnat", (value,))?.is_truthy()? {
        return Ok(Value::Null);
    }
    let (unit, step) =
        numpy.call_method1("datetime_data", (value.getattr("dtype")?,))?.extract::<(String, i64)>()?;
    let count = value.call_method1("astype", ("i8",))?.extract::<i64>()?;
    let count = count.checked_mul(step).ok_or_else(|| Unmappable::new("the time is out of range"))?;
    if kind == 'm' {
        return numpy_delta(&unit, count);
    }
    let out_of_range = || Unmappable::new("the time is out of range");
    let epoch = Date { days: 0 };
    let found = match unit.as_str() {
        "Y" => {
            return epoch
                .plus_months(count.checked_mul(12).ok_or_else(out_of_range)?)
                .map(Value::Date)
                .ok_or_else(out_of_range);
        }
        "M" => return epoch.plus_months(count).map(Value::Date).ok_or_else(out_of_range),
        "W" => {
            return epoch
                .plus_days(count.checked_mul(7).ok_or_else(out_of_range)?)
                .map(Value::Date)
                .ok_or_else(out_of_range);
        }
        "D" => return epoch.plus_days(count).map(Value::Date).ok_or_else(out_of_range),
        unit => seconds_and_nanos(unit, count)?,
    };
    let local = LocalDateTime { seconds: found.0, nanos: found.1 };
    if local.is_valid() { Ok(Value::LocalDateTime(local)) } else { Err(out_of_range()) }
}

fn numpy_delta(unit: &str, count: i64) -> Result<Value, Unmappable> {
    match unit {
        "Y" => duration(
            count.checked_mul(12).ok_or_else(|| Unmappable::new("the duration is out of range"))?,
            0,
            0,
            0,
        ),
        "M" => duration(count, 0, 0, 0),
        "W" => duration(
            0,
            count.checked_mul(7).ok_or_else(|| Unmappable::new("the duration is out of range"))?,
            0,
            0,
        ),
        "D" => duration(0, count, 0, 0),
        unit => {
            let (seconds, nanos) = seconds_and_nanos(unit, count)?;
            duration(0, 0, seconds, i64::from(nanos))
        }
    }
}

/// A count of a unit from hours down, as whole seconds and nanoseconds.
fn seconds_and_nanos(unit: &str, count: i64) -> Result<(i64, u32), Unmappable> {
    let larger = |factor: i64| {
        count
            .checked_mul(factor)
            .map(|seconds| (seconds, 0))
            .ok_or_else(|| Unmappable::new("the time is out of range"))
    };
    let smaller = |parts: i64| {
        let nanos = count.rem_euclid(parts) * (1_000_000_000 / parts);
        Ok((count.div_euclid(parts), nanos as u32))
    };
    match unit {
        "h" => larger(3_600),
        "m" => larger(60),
        "s" => larger(1),
        "ms" => smaller(1_000),
        "us" => smaller(1_000_000),
        "ns" => smaller(1_000_000_000),
        _ => Err(Unmappable::new(format!(
            "a time in units of '{unit}' is finer than a nanosecond, or has no unit"
        ))
        .with_hint("Convert it with astype('datetime64[ns]')")),
    }
}

/// The class of a value is exactly this one.
fn is(value: &Bound<'_, PyAny>, class: &Py<PyType>) -> bool {
    value.get_type().is(class)
}

/// An integer attribute.
fn field<T: for<'a> FromPyObject<'a, 'a, Error = PyErr>>(
    value: &Bound<'_, PyAny>,
    name: &str,
) -> Result<T, Unmappable> {
    let attribute = value.getattr(name)?;
    attribute.extract::<T>().map_err(|_| Unmappable::new(format!("{name} is not a number in its range")))
}

/// A value of one of the classes of `namidb.values`, if it is one.
pub(super) fn own_class<'py>(
    from: &FromPy<'py>,
    value: &Bound<'py, PyAny>,
) -> Result<Option<Value>, Unmappable> {
    let classes = from.classes;
    let day = || {
        Date::new(field(value, "year")?, field(value, "month")?, field(value, "day")?)
            .ok_or_else(|| Unmappable::new("there is no such date"))
    };
    let of_day = || {
        LocalTime::new(
            field(value, "hour")?,
            field(value, "minute")?,
            field(value, "second")?,
            field(value, "nanosecond")?,
        )
        .ok_or_else(|| Unmappable::new("there is no such time of day"))
    };
    let both = || {
        LocalDateTime::new(day()?, of_day()?).ok_or_else(|| Unmappable::new("there is no such date and time"))
    };
    Ok(Some(if is(value, &classes.duration) {
        duration(
            field(value, "months")?,
            field(value, "days")?,
            field(value, "seconds")?,
            field(value, "nanoseconds")?,
        )?
    } else if is(value, &classes.date) {
        Value::Date(day()?)
    } else if is(value, &classes.local_time) {
        Value::LocalTime(of_day()?)
    } else if is(value, &classes.time) {
        let time = Time::new(of_day()?, field(value, "offset_seconds")?);
        Value::Time(time.ok_or_else(|| Unmappable::new("the offset is more than 18 hours"))?)
    } else if is(value, &classes.local_datetime) {
        Value::LocalDateTime(both()?)
    } else if is(value, &classes.datetime) {
        let zone = value.getattr("zone")?.extract::<Option<String>>()?.map(Arc::from);
        let instant: Option<DateTime> = both()?.at_offset(field(value, "offset_seconds")?, zone);
        Value::DateTime(Arc::new(instant.ok_or_else(|| {
            Unmappable::new(
                "the offset is more than 18 hours, or the zone's name is not one of the IANA database",
            )
        })?))
    } else if is(value, &classes.point) {
        let point = Point::new(
            field(value, "srid")?,
            field(value, "x")?,
            field(value, "y")?,
            value.getattr("z")?.extract()?,
        );
        Value::Point(Arc::new(point.ok_or_else(|| {
            Unmappable::new("there is no such coordinate system, or it has another number of dimensions")
                .with_hint("The systems are 7203 and 4326 with x and y, 9157 and 4979 with z as well")
        })?))
    } else {
        return Ok(None);
    }))
}
