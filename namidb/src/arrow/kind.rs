//! Which Arrow type a column of values can have.

use namidb_core::Value;
use std::sync::Arc;

/// The microseconds that an Arrow timestamp holds, as whole seconds: i64::MAX / 1,000,000 and a margin.
const MICROS_SECONDS_MAX: u64 = 9_223_372_036_853;
/// The same for nanoseconds.
const NANOS_SECONDS_MAX: u64 = 9_223_372_035;
/// A struct with more fields than this is a map used as a dictionary: its values become JSON text.
const STRUCT_FIELDS_MAX: usize = 1_024;

/// What the values seen so far have in common.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Kind {
    /// Only nulls.
    Null,
    Boolean,
    Integer,
    Float,
    String,
    Bytes,
    Date,
    LocalTime,
    /// With nanoseconds, if true; else in microseconds.
    LocalDateTime(bool),
    /// With nanoseconds, if true; else in microseconds.
    DateTime(bool),
    Duration,
    Point,
    Vector,
    List(Box<Kind>),
    /// Fields in the order in which they were met.
    Struct(Vec<(Arc<str>, Kind)>),
    /// No common type; the names of the first two kinds that met.
    Mixed(&'static str, &'static str),
}

impl Kind {
    /// What all of `values` have in common.
    pub(super) fn of_all<'a>(values: impl IntoIterator<Item = &'a Value>) -> Kind {
        values.into_iter().fold(Kind::Null, |kind, value| kind.unify(Kind::of(value)))
    }

    pub(super) fn of(value: &Value) -> Kind {
        match value {
            Value::Null => Kind::Null,
            Value::Boolean(_) => Kind::Boolean,
            Value::Integer(_) => Kind::Integer,
            Value::Float(_) => Kind::Float,
            Value::String(_) => Kind::String,
            Value::Bytes(_) => Kind::Bytes,
            Value::Date(date) if i32::try_from(date.days).is_ok() => Kind::Date,
            Value::LocalTime(_) => Kind::LocalTime,
            Value::LocalDateTime(t) => timestamp(t.seconds, t.nanos, Kind::LocalDateTime),
            Value::DateTime(t) => timestamp(t.seconds, t.nanos, Kind::DateTime),
            Value::Duration(d)
                if i32::try_from(d.months).is_ok()
                    && i32::try_from(d.days).is_ok()
                    && d.seconds.unsigned_abs() < NANOS_SECONDS_MAX =>
            {
                Kind::Duration
            }
            Value::Point(_) => Kind::Point,
            Value::Vector(_) => Kind::Vector,
            Value::List(items) => Kind::List(Box::new(Kind::of_all(items.iter()))),
            Value::Map(map) => {
                Kind::Struct(map.iter().map(|(key, value)| (Arc::clone(key), Kind::of(value))).collect())
            }
            // Times with an offset have no Arrow type, and the others are outside Arrow's ranges.
            _ => Kind::String,
        }
    }

    /// The kind that holds both.
    pub(super) fn unify(self, other: Kind) -> Kind {
        match (self, other) {
            (Kind::Null, kind) | (kind, Kind::Null) => kind,
            (Kind::Integer, Kind::Float) | (Kind::Float, Kind::Integer) => Kind::Float,
            (Kind::LocalDateTime(a), Kind::LocalDateTime(b)) => Kind::LocalDateTime(a || b),
            (Kind::DateTime(a), Kind::DateTime(b)) => Kind::DateTime(a || b),
            (Kind::List(a), Kind::List(b)) => Kind::List(Box::new(a.unify(*b))),
            (Kind::Struct(a), Kind::Struct(b)) => unify_fields(a, b),
            (Kind::Mixed(a, b), _) | (_, Kind::Mixed(a, b)) => Kind::Mixed(a, b),
            (a, b) if a == b => a,
            (a, b) => Kind::Mixed(a.name(), b.name()),
        }
    }

    /// The first two kinds that met and have no common type, anywhere inside.
    pub(super) fn mixed(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Kind::Mixed(a, b) => Some((a, b)),
            Kind::List(inner) => inner.mixed(),
            Kind::Struct(fields) => fields.iter().find_map(|(_, kind)| kind.mixed()),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Boolean => "BOOLEAN",
            Kind::Integer => "INTEGER",
            Kind::Float => "FLOAT",
            Kind::String => "STRING",
            Kind::Bytes => "BYTES",
            Kind::Date => "DATE",
            Kind::LocalTime => "LOCAL TIME",
            Kind::LocalDateTime(_) => "LOCAL DATETIME",
            Kind::DateTime(_) => "DATETIME",
            Kind::Duration => "DURATION",
            Kind::Point => "POINT",
            Kind::Vector => "VECTOR",
            Kind::List(_) => "LIST",
            Kind::Struct(_) => "MAP",
            Kind::Mixed(..) => "several kinds",
        }
    }
}

fn timestamp(seconds: i64, nanos: u32, kind: fn(bool) -> Kind) -> Kind {
    let fine = !nanos.is_multiple_of(1_000);
    let limit = if fine { NANOS_SECONDS_MAX } else { MICROS_SECONDS_MAX };
    if seconds.unsigned_abs() < limit { kind(fine) } else { Kind::String }
}

fn unify_fields(mut fields: Vec<(Arc<str>, Kind)>, others: Vec<(Arc<str>, Kind)>) -> Kind {
    // Rows of one query mostly have the same keys in the same order.
    let mut hint = 0;
    for (name, kind) in others {
        let at = match fields.get(hint) {
            Some((field, _)) if *field == name => Some(hint),
            _ => fields.iter().position(|(field, _)| *field == name),
        };
        match at {
            Some(at) => {
                let before = std::mem::replace(&mut fields[at].1, Kind::Null);
                fields[at].1 = before.unify(kind);
                hint = at + 1;
            }
            None => fields.push((name, kind)),
        }
    }
    if fields.len() > STRUCT_FIELDS_MAX {
        Kind::Mixed("MAP", "MAP with other keys")
    } else {
        Kind::Struct(fields)
    }
}
