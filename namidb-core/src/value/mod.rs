//! What a property, a parameter or a result can hold.

pub mod temporal;

use crate::ids::{NodeId, RelId};
use std::sync::Arc;

pub use temporal::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time};

/// A Cypher value. 24 bytes; clones are cheap.
///
/// Properties hold every kind but [`Value::Node`], [`Value::Relationship`] and [`Value::Path`], which
/// exist while a query runs.
#[derive(Clone, Debug, Default)]
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

/// A map value: entries sorted by key, each key once.
#[derive(Clone, Debug, Default)]
pub struct Map {
    entries: Vec<(Arc<str>, Value)>,
}

/// A point: its coordinate system by SRID (7203 cartesian, 9157 cartesian 3D, 4326 WGS 84,
/// 4979 WGS 84 3D), then x, y and, in the 3D systems, z.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The spatial reference identifier.
    pub srid: u32,
    /// The first coordinate; longitude in WGS 84.
    pub x: f64,
    /// The second coordinate; latitude in WGS 84.
    pub y: f64,
    /// The third coordinate; 0.0 in the two-dimensional systems.
    pub z: f64,
}

/// A path: `nodes.len() == relationships.len() + 1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The nodes, in walking order.
    pub nodes: Vec<NodeId>,
    /// The relationships, in walking order, whichever way each points.
    pub relationships: Vec<RelId>,
}

impl Map {
    /// A map of these entries; of two with the same key the later one counts.
    pub fn from_entries(mut entries: Vec<(Arc<str>, Value)>) -> Map {
        entries.reverse();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        entries.dedup_by(|a, b| a.0 == b.0);
        Map { entries }
    }

    /// The entries in ascending order of their keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Value)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
