//! The global order of values, as far as an index needs it: the order of `ORDER BY`, ascending.

use super::numbers::Number;
use crate::value::{DateTime, Duration, Time, Value};
use std::cmp::Ordering;

/// Where the types stand in the order, lowest first.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Map(_) => 0,
        Value::Node(_) => 1,
        Value::Relationship(_) => 2,
        Value::List(_) => 3,
        Value::Path(_) => 4,
        Value::DateTime(_) => 5,
        Value::LocalDateTime(_) => 6,
        Value::Date(_) => 7,
        Value::Time(_) => 8,
        Value::LocalTime(_) => 9,
        Value::Duration(_) => 10,
        Value::Point(_) => 11,
        Value::Vector(_) => 12,
        Value::Bytes(_) => 13,
        Value::String(_) => 14,
        Value::Boolean(_) => 15,
        Value::Integer(_) | Value::Float(_) => 16,
        Value::Null => 17,
    }
}

/// A total order. Values are equal in it if no order tells them apart, as 1 and 1.0.
pub(super) fn compare(one: &Value, two: &Value) -> Ordering {
    match (one, two) {
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::LocalTime(a), Value::LocalTime(b)) => a.cmp(b),
        (Value::LocalDateTime(a), Value::LocalDateTime(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => time(a).cmp(&time(b)),
        (Value::DateTime(a), Value::DateTime(b)) => instant(a).cmp(&instant(b)),
        (Value::Duration(a), Value::Duration(b)) => length(a).cmp(&length(b)),
        (Value::Point(a), Value::Point(b)) => {
            let coordinates = [(a.x, b.x), (a.y, b.y), (a.z, b.z)];
            coordinates.iter().fold(a.srid.cmp(&b.srid), |order, (a, b)| order.then_with(|| a.total_cmp(b)))
        }
        (Value::Vector(a), Value::Vector(b)) => lexicographic(a, b, f32::total_cmp),
        (Value::List(a), Value::List(b)) => lexicographic(a, b, compare),
        (Value::Map(a), Value::Map(b)) => {
            a.iter().zip(b.iter()).fold(a.len().cmp(&b.len()), |order, (a, b)| {
                order.then_with(|| a.0.cmp(b.0)).then_with(|| compare(a.1, b.1))
            })
        }
        (Value::Node(a), Value::Node(b)) => a.cmp(b),
        (Value::Relationship(a), Value::Relationship(b)) => a.cmp(b),
        (Value::Path(a), Value::Path(b)) => {
            a.nodes.cmp(&b.nodes).then_with(|| a.relationships.cmp(&b.relationships))
        }
        _ => match (number(one), number(two)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => rank(one).cmp(&rank(two)),
        },
    }
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Integer(v) => Some(Number::Integer(*v)),
        Value::Float(v) => Some(Number::from_float(*v)),
        _ => None,
    }
}

fn lexicographic<T>(one: &[T], two: &[T], compare: impl Fn(&T, &T) -> Ordering) -> Ordering {
    let first_difference = one.iter().zip(two).map(|(a, b)| compare(a, b)).find(|order| order.is_ne());
    first_difference.unwrap_or_else(|| one.len().cmp(&two.len()))
}

/// By the instant of the day, then by the offset.
fn time(time: &Time) -> (i128, i32) {
    (i128::from(time.nanos) - i128::from(time.offset_seconds) * 1_000_000_000, time.offset_seconds)
}

/// By the instant, then by how it was written.
fn instant(time: &DateTime) -> (i64, u32, i32, Option<&str>) {
    (time.seconds, time.nanos, time.offset_seconds, time.zone.as_deref())
}

/// By the average length in nanoseconds, a month being a twelfth of 365.2425 days; then part by part.
fn length(duration: &Duration) -> (i128, i64, i64, i64) {
    let seconds = i128::from(duration.months) * 2_629_746
        + i128::from(duration.days) * 86_400
        + i128::from(duration.seconds);
    let nanos = seconds * 1_000_000_000 + i128::from(duration.nanos);
    (nanos, duration.months, duration.days, duration.seconds)
}
