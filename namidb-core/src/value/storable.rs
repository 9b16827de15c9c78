//! What a property can hold: every value but nodes, relationships and paths, at any depth up to
//! [`DEPTH_MAX`].
//!
//! Lists may hold lists and nulls, and maps may hold everything: an extension of openCypher, which stores flat
//! lists of one kind only. As in openCypher, a property that is a list holds no map.

use super::Value;
use crate::error::{Error, ErrorCode};
use std::fmt;

/// Lists and maps may lie in each other so deep.
pub const DEPTH_MAX: usize = 64;

/// Why a property cannot hold a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotStorable {
    /// It is, or has in it, something that exists only while a query runs.
    Entity(&'static str),
    /// It is a list that holds a map.
    MapInList,
    /// Its lists and maps lie in each other deeper than [`DEPTH_MAX`].
    Depth,
    /// It is, or has in it, a temporal value or a point that is out of range.
    Range(&'static str),
}

/// Checks that a property can hold a value. Null passes: storing it means to remove.
///
/// # Errors
/// Why not.
pub fn check(value: &Value) -> Result<(), NotStorable> {
    at_depth(value, 0, false)
}

fn at_depth(value: &Value, depth: usize, in_map: bool) -> Result<(), NotStorable> {
    if depth > DEPTH_MAX {
        return Err(NotStorable::Depth);
    }
    let in_range = match value {
        Value::Node(_) | Value::Relationship(_) | Value::Path(_) => {
            return Err(NotStorable::Entity(value.type_name()));
        }
        Value::List(items) => {
            return items.iter().try_for_each(|item| match item {
                Value::Map(_) if !in_map => Err(NotStorable::MapInList),
                item => at_depth(item, depth + 1, in_map),
            });
        }
        Value::Map(map) => return map.iter().try_for_each(|(_, item)| at_depth(item, depth + 1, true)),
        Value::Date(v) => v.is_valid(),
        Value::LocalTime(v) => v.is_valid(),
        Value::Time(v) => v.is_valid(),
        Value::LocalDateTime(v) => v.is_valid(),
        Value::DateTime(v) => v.is_valid(),
        Value::Duration(v) => v.is_valid(),
        Value::Point(v) => v.is_valid(),
        Value::Null
        | Value::Boolean(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::String(_)
        | Value::Bytes(_)
        | Value::Vector(_) => true,
    };
    if in_range { Ok(()) } else { Err(NotStorable::Range(value.type_name())) }
}

impl fmt::Display for NotStorable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotStorable::Entity(kind) => write!(f, "a property cannot hold a {kind}"),
            NotStorable::MapInList => f.write_str("a property cannot be a list that holds a map"),
            NotStorable::Depth => {
                write!(
                    f,
                    "a property cannot hold lists and maps that lie in each other deeper than {DEPTH_MAX}"
                )
            }
            NotStorable::Range(kind) => write!(f, "a property cannot hold a {kind} that is out of range"),
        }
    }
}

impl std::error::Error for NotStorable {}

impl From<NotStorable> for Error {
    fn from(reason: NotStorable) -> Error {
        let error = Error::new(ErrorCode::PropertyType, reason.to_string());
        match reason {
            NotStorable::Entity(_) => error.with_hint("Store its id or its properties instead"),
            NotStorable::MapInList => {
                error.with_hint("Store a map of lists, or a node for each of the list's maps")
            }
            NotStorable::Depth | NotStorable::Range(_) => error,
        }
    }
}
