//! `value.key` on what is no graph entity: maps, points and temporal values.

use super::errors;
use crate::Error;
use namidb_core::Value;
use namidb_core::value::temporal::SECOND_NANOS;
use namidb_core::value::{Date, Duration, LocalTime, Point};

/// A component of a value; null if a map has no such key.
pub(crate) fn component(value: &Value, key: &str) -> Result<Value, Error> {
    let found = match value {
        Value::Null => return Ok(Value::Null),
        Value::Map(map) => return Ok(map.get(key).cloned().unwrap_or_default()),
        Value::Date(date) => of_date(*date, key),
        Value::LocalTime(time) => of_time(*time, key),
        Value::Time(time) => of_time(time.local(), key).or_else(|| of_offset(time.offset_seconds, None, key)),
        Value::LocalDateTime(at) => of_date(at.date(), key).or_else(|| of_time(at.time(), key)),
        Value::DateTime(at) if key == "epochMillis" => {
            let millis = i128::from(at.seconds) * 1_000 + i128::from(at.nanos / 1_000_000);
            Some(integer(key, millis)?)
        }
        Value::DateTime(at) => {
            let local = at.local();
            of_date(local.date(), key)
                .or_else(|| of_time(local.time(), key))
                .or_else(|| of_offset(at.offset_seconds, at.zone.as_deref(), key))
                .or_else(|| match key {
                    "epochSeconds" => Some(Value::Integer(at.seconds)),
                    _ => None,
                })
        }
        Value::Duration(duration) => {
            of_duration(duration, key).map(|amount| integer(key, amount)).transpose()?
        }
        Value::Point(point) => of_point(point, key),
        other => {
            return Err(errors::type_error(
                "InvalidArgumentType",
                format!("a value of type {} has no properties", other.type_name()),
            ));
        }
    };
    found.ok_or_else(|| {
        errors::argument_error(
            "InvalidArgumentValue",
            format!("a value of type {} has no component '{key}'", value.type_name()),
        )
    })
}

fn integer(key: &str, amount: i128) -> Result<Value, Error> {
    i64::try_from(amount).map(Value::Integer).map_err(|_| {
        errors::overflow(format_args!("'{key}' of this value")).with_hint("Take a component of a longer unit")
    })
}

fn of_date(date: Date, key: &str) -> Option<Value> {
    Some(Value::Integer(match key {
        "year" => date.year(),
        "quarter" => i64::from(date.quarter()),
        "month" => i64::from(date.month()),
        "week" => i64::from(date.week().1),
        "weekYear" => date.week().0,
        "dayOfQuarter" => i64::from(date.day_of_quarter()),
        "day" => i64::from(date.day()),
        "ordinalDay" => i64::from(date.ordinal_day()),
        "weekDay" | "dayOfWeek" => i64::from(date.weekday()),
        _ => return None,
    }))
}

fn of_time(time: LocalTime, key: &str) -> Option<Value> {
    Some(Value::Integer(match key {
        "hour" => i64::from(time.hour()),
        "minute" => i64::from(time.minute()),
        "second" => i64::from(time.second()),
        "millisecond" => i64::from(time.nanosecond() / 1_000_000),
        "microsecond" => i64::from(time.nanosecond() / 1_000),
        "nanosecond" => i64::from(time.nanosecond()),
        _ => return None,
    }))
}

fn of_offset(seconds: i32, zone: Option<&str>, key: &str) -> Option<Value> {
    let written = || {
        let sign = if seconds < 0 { '-' } else { '+' };
        let magnitude = seconds.unsigned_abs();
        let rest =
            if magnitude.is_multiple_of(60) { String::new() } else { format!(":{:02}", magnitude % 60) };
        format!("{sign}{:02}:{:02}{rest}", magnitude / 3_600, magnitude / 60 % 60)
    };
    Some(match key {
        "timezone" => zone.map_or_else(|| Value::from(written()), Value::from),
        "offset" => Value::from(written()),
        "offsetMinutes" => Value::from(seconds / 60),
        "offsetSeconds" => Value::from(seconds),
        _ => return None,
    })
}

fn of_duration(duration: &Duration, key: &str) -> Option<i128> {
    let Duration { months, days, seconds, nanos } = *duration;
    // The time is split toward zero, as its text is.
    let total = duration.total_nanos();
    let whole_seconds = (total / i128::from(SECOND_NANOS)) as i64;
    let amount = match key {
        "milliseconds" => return Some(total / 1_000_000),
        "microseconds" => return Some(total / 1_000),
        "nanoseconds" => return Some(total),
        "years" => months / 12,
        "quarters" => months / 3,
        "months" => months,
        "weeks" => days / 7,
        "days" => days,
        "hours" => whole_seconds / 3_600,
        "minutes" => whole_seconds / 60,
        "seconds" => seconds,
        "quartersOfYear" => months / 3 % 4,
        "monthsOfQuarter" => months % 3,
        "monthsOfYear" => months % 12,
        "daysOfWeek" => days % 7,
        "minutesOfHour" => whole_seconds / 60 % 60,
        "secondsOfMinute" => whole_seconds % 60,
        "millisecondsOfSecond" => i64::from(nanos / 1_000_000),
        "microsecondsOfSecond" => i64::from(nanos / 1_000),
        "nanosecondsOfSecond" => i64::from(nanos),
        _ => return None,
    };
    Some(i128::from(amount))
}

fn of_point(point: &Point, key: &str) -> Option<Value> {
    Some(match key {
        "x" => Value::Float(point.x),
        "y" => Value::Float(point.y),
        "z" if point.is_3d() => Value::Float(point.z),
        "longitude" if point.is_geographic() => Value::Float(point.x),
        "latitude" if point.is_geographic() => Value::Float(point.y),
        "height" if point.is_geographic() && point.is_3d() => Value::Float(point.z),
        "crs" => Value::from(point.crs()),
        "srid" => Value::from(point.srid),
        // A coordinate that the system of this point does not have is null, as for a map.
        "z" | "longitude" | "latitude" | "height" => Value::Null,
        _ => return None,
    })
}
