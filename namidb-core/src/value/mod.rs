//! What a property, a parameter or a result can hold.
//!
//! Three relations between values are kept apart: `=` and `<` of Cypher, which may answer null, and the total order
//! of `ORDER BY`, whose equality is also that of grouping, are in [`order`]; hashing that agrees with the latter
//! is in [`hash`]. `==` is neither: it compares representations, bit by bit. Bytes are in [`codec`].

pub mod codec;
pub mod hash;
mod map;
pub mod order;
mod show;
pub mod spatial;
pub mod storable;
pub mod temporal;
#[cfg(test)]
mod tests;

use crate::ids::{NodeId, RelId};
use std::sync::Arc;

pub use map::Map;
pub use spatial::Point;
pub use temporal::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time};

/// A Cypher value. 24 bytes; clones are cheap.
///
/// Properties hold every kind but [`Value::Node`], [`Value::Relationship`] and [`Value::Path`], which
/// exist while a query runs.
#[derive(Clone, Default)]
pub enum Value {
    /// Nothing known.
    #[default]
    Null,
    /// True or false.
    Boolean(bool),
    /// A 64-bit signed integer.
    Integer(i64),
    /// An IEEE 754 double; NaN, infinities and the sign of zero are kept.
    Float(f64),
    /// UTF-8 text.
    String(Arc<str>),
    /// Raw bytes.
    Bytes(Arc<[u8]>),
    /// Values in order.
    List(Arc<[Value]>),
    /// Values by name.
    Map(Arc<Map>),
    /// A day of the proleptic Gregorian calendar.
    Date(Date),
    /// A time of day without an offset.
    LocalTime(LocalTime),
    /// A time of day with an offset from UTC.
    Time(Time),
    /// A date and time of day without an offset.
    LocalDateTime(LocalDateTime),
    /// An instant, with the offset or zone it was written in.
    DateTime(Arc<DateTime>),
    /// Months, days, seconds and nanoseconds, each kept apart.
    Duration(Arc<Duration>),
    /// A point in one of the four coordinate systems.
    Point(Arc<Point>),
    /// A vector of 32-bit floats.
    Vector(Arc<[f32]>),
    /// A node, by id.
    Node(NodeId),
    /// A relationship, by id.
    Relationship(RelId),
    /// A path, by ids.
    Path(Arc<Path>),
}

/// A path: `nodes.len() == relationships.len() + 1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The nodes, in walking order.
    pub nodes: Vec<NodeId>,
    /// The relationships, in walking order, whichever way each points.
    pub relationships: Vec<RelId>,
}

impl Value {
    /// The name of the value's type, as error messages and `valueType` spell it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Boolean(_) => "BOOLEAN",
            Value::Integer(_) => "INTEGER",
            Value::Float(_) => "FLOAT",
            Value::String(_) => "STRING",
            Value::Bytes(_) => "BYTES",
            Value::List(_) => "LIST",
            Value::Map(_) => "MAP",
            Value::Date(_) => "DATE",
            Value::LocalTime(_) => "LOCAL TIME",
            Value::Time(_) => "TIME",
            Value::LocalDateTime(_) => "LOCAL DATETIME",
            Value::DateTime(_) => "DATETIME",
            Value::Duration(_) => "DURATION",
            Value::Point(_) => "POINT",
            Value::Vector(_) => "VECTOR",
            Value::Node(_) => "NODE",
            Value::Relationship(_) => "RELATIONSHIP",
            Value::Path(_) => "PATH",
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number of an integer.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The number of a float.
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Value::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// The truth of a boolean.
    pub fn as_boolean(&self) -> Option<bool> {
        match self {
            Value::Boolean(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The elements of a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a map.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }
}

macro_rules! from {
    ($($source:ty => |$value:ident| $make:expr;)*) => {
        $(impl From<$source> for Value {
            fn from($value: $source) -> Value {
                $make
            }
        })*
    };
}

from! {
    bool => |b| Value::Boolean(b);
    i64 => |i| Value::Integer(i);
    i32 => |i| Value::Integer(i64::from(i));
    i16 => |i| Value::Integer(i64::from(i));
    i8 => |i| Value::Integer(i64::from(i));
    u32 => |i| Value::Integer(i64::from(i));
    u16 => |i| Value::Integer(i64::from(i));
    u8 => |i| Value::Integer(i64::from(i));
    f64 => |f| Value::Float(f);
    f32 => |f| Value::Float(f64::from(f));
    &str => |s| Value::String(Arc::from(s));
    String => |s| Value::String(Arc::from(s));
    &String => |s| Value::String(Arc::from(s.as_str()));
    Arc<str> => |s| Value::String(s);
    &[u8] => |b| Value::Bytes(Arc::from(b));
    Arc<[u8]> => |b| Value::Bytes(b);
    Map => |m| Value::Map(Arc::new(m));
    Date => |d| Value::Date(d);
    LocalTime => |t| Value::LocalTime(t);
    Time => |t| Value::Time(t);
    LocalDateTime => |t| Value::LocalDateTime(t);
    DateTime => |t| Value::DateTime(Arc::new(t));
    Duration => |d| Value::Duration(Arc::new(d));
    Point => |p| Value::Point(Arc::new(p));
    Path => |p| Value::Path(Arc::new(p));
    uuid::Uuid => |id| Value::String(Arc::from(id.to_string()));
    NodeId => |id| Value::Node(id);
    RelId => |id| Value::Relationship(id);
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Value {
        items.into_iter().map(Into::into).collect()
    }
}

impl<T: Into<Value>, const N: usize> From<[T; N]> for Value {
    fn from(items: [T; N]) -> Value {
        items.into_iter().map(Into::into).collect()
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Value {
        Value::List(items.into_iter().collect())
    }
}

/// Equality of representation, for tests and for telling whether a write changes anything: same kind, same
/// bits. Cypher's own equality is [`order::equals`].
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Boolean(a), Value::Boolean(b)) => a == b,
            (Value::Integer(a), Value::Integer(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Map(a), Value::Map(b)) => a == b,
            (Value::Date(a), Value::Date(b)) => a == b,
            (Value::LocalTime(a), Value::LocalTime(b)) => a == b,
            (Value::Time(a), Value::Time(b)) => a == b,
            (Value::LocalDateTime(a), Value::LocalDateTime(b)) => a == b,
            (Value::DateTime(a), Value::DateTime(b)) => a == b,
            (Value::Duration(a), Value::Duration(b)) => a == b,
            (Value::Point(a), Value::Point(b)) => {
                a.srid == b.srid && [a.x, a.y, a.z].map(f64::to_bits) == [b.x, b.y, b.z].map(f64::to_bits)
            }
            (Value::Vector(a), Value::Vector(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(x, y)| x.to_bits() == y.to_bits())
            }
            (Value::Node(a), Value::Node(b)) => a == b,
            (Value::Relationship(a), Value::Relationship(b)) => a == b,
            (Value::Path(a), Value::Path(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}
