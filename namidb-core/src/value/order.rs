//! Cypher's equality, its comparability, and the total order of ORDER BY.
//!
//! Three questions, three answers: `=` is ternary and says null where a null hides the answer; `<` is
//! ternary and says null between kinds that do not compare; ORDER BY orders everything:
//! map < node < relationship < list < path < temporal values < point < vector < bytes < string < boolean <
//! number < NaN < null. Within the temporal values, date-times come first, then local date-times, dates, times,
//! local times, durations.
//!
//! Where two values of one kind compare by `<`, they do so in the order of ORDER BY, and they are equal by `=`
//! exactly if they share a place in it, except for NaN: an index answers all three. Two instants at different
//! offsets are therefore not equal; they are ordered by instant, then by offset, then by zone.

use super::{DateTime, Duration, Map, Point, Time, Value};
use std::cmp::Ordering;

/// `a = b`: none if a null makes it unknown.
pub fn equals(a: &Value, b: &Value) -> Option<bool> {
    Some(match (a, b) {
        (Value::Null, _) | (_, Value::Null) => return None,
        (Value::Boolean(a), Value::Boolean(b)) => a == b,
        (Value::Integer(a), Value::Integer(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Integer(i), Value::Float(f)) | (Value::Float(f), Value::Integer(i)) => {
            compare_integer_float(*i, *f) == Some(Ordering::Equal)
        }
        (Value::String(a), Value::String(b)) => a == b,
        (Value::List(a), Value::List(b)) => return equal_lists(a, b),
        (Value::Map(a), Value::Map(b)) => return equal_maps(a, b),
        (Value::Point(a), Value::Point(b)) => a.srid == b.srid && a.x == b.x && a.y == b.y && a.z == b.z,
        (Value::Vector(a), Value::Vector(b)) => a == b,
        (a, b) => a == b,
    })
}

fn equal_lists(a: &[Value], b: &[Value]) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    all(a.iter().zip(b).map(|(x, y)| equals(x, y)))
}

fn equal_maps(a: &Map, b: &Map) -> Option<bool> {
    if a.len() != b.len() || a.iter().zip(b.iter()).any(|((x, _), (y, _))| x != y) {
        return Some(false);
    }
    all(a.iter().zip(b.iter()).map(|((_, x), (_, y))| equals(x, y)))
}

/// Ternary conjunction: false wins over unknown.
fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = true;
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = false,
        }
    }
    known.then_some(true)
}

/// How `<`, `<=`, `>` and `>=` compare two values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// They have an order.
    Ordered(Ordering),
    /// They are numbers, one of them NaN: every comparison is false.
    Unordered,
    /// A null, or kinds that do not compare: every comparison is null.
    Unknown,
}

/// Compares two values for `<` and its like.
pub fn comparison(a: &Value, b: &Value) -> Comparison {
    let ordered = |ordering: Option<Ordering>| ordering.map_or(Comparison::Unordered, Comparison::Ordered);
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => ordered(a.partial_cmp(b)),
        (Value::Integer(i), Value::Float(f)) => ordered(compare_integer_float(*i, *f)),
        (Value::Float(f), Value::Integer(i)) => ordered(compare_integer_float(*i, *f).map(Ordering::reverse)),
        (Value::String(a), Value::String(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::Boolean(a), Value::Boolean(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::LocalTime(a), Value::LocalTime(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Comparison::Ordered(compare_times(a, b)),
        (Value::LocalDateTime(a), Value::LocalDateTime(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) => Comparison::Ordered(compare_instants(a, b)),
        (Value::List(a), Value::List(b)) => compare_lists(a, b),
        _ => Comparison::Unknown,
    }
}

fn compare_lists(a: &[Value], b: &[Value]) -> Comparison {
    for (x, y) in a.iter().zip(b) {
        match comparison(x, y) {
            Comparison::Ordered(Ordering::Equal) => {}
            decided => return decided,
        }
    }
    Comparison::Ordered(a.len().cmp(&b.len()))
}

impl Comparison {
    /// What a comparison that holds for these orders answers; none where the answer is null.
    pub fn holds(self, test: impl FnOnce(Ordering) -> bool) -> Option<bool> {
        match self {
            Comparison::Ordered(order) => Some(test(order)),
            Comparison::Unordered => Some(false),
            Comparison::Unknown => None,
        }
    }
}

/// `a < b`, none where the answer is null.
pub fn less_than(a: &Value, b: &Value) -> Option<bool> {
    comparison(a, b).holds(Ordering::is_lt)
}

/// `a <= b`, none where the answer is null.
pub fn less_or_equal(a: &Value, b: &Value) -> Option<bool> {
    comparison(a, b).holds(Ordering::is_le)
}

/// `a > b`, none where the answer is null.
pub fn greater_than(a: &Value, b: &Value) -> Option<bool> {
    comparison(a, b).holds(Ordering::is_gt)
}

/// `a >= b`, none where the answer is null.
pub fn greater_or_equal(a: &Value, b: &Value) -> Option<bool> {
    comparison(a, b).holds(Ordering::is_ge)
}

/// The total order of ORDER BY, of min and max over mixed kinds, and of indexes. Values that are equal in it
/// are equivalent: 1 and 1.0, NaN and NaN, null and null, 0.0 and -0.0.
pub fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Float(a), Value::Float(b)) => compare_floats(*a, *b),
        (Value::Integer(i), Value::Float(f)) => compare_integer_float(*i, *f).unwrap_or(Ordering::Less),
        (Value::Float(f), Value::Integer(i)) => {
            compare_integer_float(*i, *f).map_or(Ordering::Greater, Ordering::reverse)
        }
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => {
            let each = a.iter().zip(b.iter()).map(|(x, y)| compare(x, y));
            first_difference(each).then_with(|| a.len().cmp(&b.len()))
        }
        (Value::Map(a), Value::Map(b)) => compare_maps(a, b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::LocalTime(a), Value::LocalTime(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => compare_times(a, b),
        (Value::LocalDateTime(a), Value::LocalDateTime(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) => compare_instants(a, b),
        (Value::Duration(a), Value::Duration(b)) => compare_durations(a, b),
        (Value::Point(a), Value::Point(b)) => compare_points(a, b),
        (Value::Vector(a), Value::Vector(b)) => {
            let each = a.iter().zip(b.iter()).map(|(x, y)| compare_floats(f64::from(*x), f64::from(*y)));
            a.len().cmp(&b.len()).then_with(|| first_difference(each))
        }
        (Value::Node(a), Value::Node(b)) => a.cmp(b),
        (Value::Relationship(a), Value::Relationship(b)) => a.cmp(b),
        (Value::Path(a), Value::Path(b)) => {
            a.nodes.cmp(&b.nodes).then_with(|| a.relationships.cmp(&b.relationships))
        }
        (a, b) => rank(a).cmp(&rank(b)),
    }
}

/// Whether grouping, DISTINCT and indexes take two values for one.
pub fn equivalent(a: &Value, b: &Value) -> bool {
    compare(a, b).is_eq()
}

/// The place of a kind in the total order. Integers and floats share one, except NaN.
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
        Value::Integer(_) => 16,
        Value::Float(f) if !f.is_nan() => 16,
        Value::Float(_) => 17,
        Value::Null => 18,
    }
}

fn compare_maps(a: &Map, b: &Map) -> Ordering {
    let keys = a.iter().map(|(key, _)| key).cmp(b.iter().map(|(key, _)| key));
    let values = || first_difference(a.iter().zip(b.iter()).map(|((_, x), (_, y))| compare(x, y)));
    a.len().cmp(&b.len()).then(keys).then_with(values)
}

/// Floats with NaN last and one zero.
fn compare_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// An integer against a float, exactly: `i as f64` would round above 2^53. None if the float is NaN.
pub fn compare_integer_float(i: i64, f: f64) -> Option<Ordering> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if f.is_nan() {
        None
    } else if f >= LIMIT {
        Some(Ordering::Less)
    } else if f < -LIMIT {
        Some(Ordering::Greater)
    } else {
        // In range, so the truncation is exact, and the fraction decides between equals.
        let whole = f.trunc();
        Some(
            i.cmp(&(whole as i64)).then_with(|| 0.0_f64.partial_cmp(&(f - whole)).unwrap_or(Ordering::Equal)),
        )
    }
}

/// Times by the instant of the day in UTC, then by their offset.
fn compare_times(a: &Time, b: &Time) -> Ordering {
    a.utc_nanos().cmp(&b.utc_nanos()).then(a.offset_seconds.cmp(&b.offset_seconds))
}

/// Dates with times by the instant, then by their offset, then by the name of their zone, those without first.
fn compare_instants(a: &DateTime, b: &DateTime) -> Ordering {
    (a.seconds, a.nanos, a.offset_seconds, &a.zone).cmp(&(b.seconds, b.nanos, b.offset_seconds, &b.zone))
}

/// Durations by their mean length (a month has 30.436875 days), then by their parts, so that the order is
/// total and equal only for equal parts.
fn compare_durations(a: &Duration, b: &Duration) -> Ordering {
    let parts = |d: &Duration| (d.months, d.days, d.seconds);
    a.mean_nanos().cmp(&b.mean_nanos()).then_with(|| parts(a).cmp(&parts(b)))
}

fn compare_points(a: &Point, b: &Point) -> Ordering {
    let parts = [(a.x, b.x), (a.y, b.y), (a.z, b.z)].map(|(x, y)| compare_floats(x, y));
    a.srid.cmp(&b.srid).then(first_difference(parts.into_iter()))
}

fn first_difference(mut orders: impl Iterator<Item = Ordering>) -> Ordering {
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}
