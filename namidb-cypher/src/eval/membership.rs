//! `item IN list` in ternary logic.

use super::bits::{self, Truth};
use super::errors;
use crate::Error;
use crate::vector::Vector;
use namidb_core::Value;
use namidb_core::hash::HashSet;
use namidb_core::value::order;
use std::sync::{Arc, Mutex, PoisonError};

/// Lists shorter than this are searched from front to back.
const SET_LENGTH_MIN: usize = 8;

/// The elements of a list of one type without nulls.
#[derive(Debug)]
enum Elements {
    Integers(HashSet<i64>),
    Strings(HashSet<Arc<str>>),
    /// Of several types, with a null, or too few to make a table of.
    Unsorted,
}

impl Elements {
    fn of(list: &[Value]) -> Elements {
        if list.len() < SET_LENGTH_MIN {
            return Elements::Unsorted;
        }
        let integers: Option<HashSet<i64>> = list.iter().map(Value::as_integer).collect();
        if let Some(integers) = integers {
            return Elements::Integers(integers);
        }
        let strings = list.iter().map(|value| match value {
            Value::String(text) => Some(Arc::clone(text)),
            _ => None,
        });
        strings.collect::<Option<HashSet<_>>>().map_or(Elements::Unsorted, Elements::Strings)
    }
}

/// The table of the list that was looked at last, so that a constant one is hashed once.
#[derive(Debug, Default)]
pub(crate) struct ListCache(Mutex<Option<Known>>);

/// A list, by its identity, and its table.
type Known = (Arc<[Value]>, Arc<Elements>);

impl ListCache {
    fn get(&self, list: &Arc<[Value]>) -> Arc<Elements> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((known, elements)) if Arc::ptr_eq(known, list) => Arc::clone(elements),
            _ => {
                let elements = Arc::new(Elements::of(list));
                *last = Some((Arc::clone(list), Arc::clone(&elements)));
                elements
            }
        }
    }
}

/// `item IN list`, row by row.
pub(crate) fn evaluate(item: &Vector, list: &Vector, cache: &ListCache) -> Result<Vector, Error> {
    let len = item.len();
    if let Vector::Constant(list, _) = list {
        let list = match list {
            Value::List(list) => list,
            Value::Null => return Ok(Vector::nulls(len)),
            other => return Err(errors::unexpected_type("IN", "a list on its right", other)),
        };
        if let Vector::Constant(item, _) = item {
            return Ok(Vector::constant(contains(item, list).map_or(Value::Null, Value::Boolean), len));
        }
        match (item, &*cache.get(list)) {
            (Vector::Integer(items), Elements::Integers(set)) => {
                let values: &[i64] = &items.values;
                return Ok(bits::booleans_or_null(len, items.validity.clone(), |row| {
                    set.contains(&values[row])
                }));
            }
            (Vector::String(items), Elements::Strings(set)) => {
                return Ok(bits::booleans_or_null(len, items.validity.clone(), |row| {
                    set.contains(items.text(row))
                }));
            }
            _ => {}
        }
        let answers: Vec<Option<bool>> = item.values().map(|item| contains(&item, list)).collect();
        return Ok(Truth::from_answers(&answers).into_vector());
    }
    let mut answers = Vec::with_capacity(len);
    for row in 0..len {
        answers.push(match list.value(row) {
            Value::List(list) => contains(&item.value(row), &list),
            Value::Null => None,
            other => return Err(errors::unexpected_type("IN", "a list on its right", &other)),
        });
    }
    Ok(Truth::from_answers(&answers).into_vector())
}

/// True if an element equals the item; otherwise unknown if a comparison was, false if none was.
pub(crate) fn contains(item: &Value, list: &[Value]) -> Option<bool> {
    let mut unknown = false;
    for element in list {
        match order::equals(item, element) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => unknown = true,
        }
    }
    if unknown { None } else { Some(false) }
}
