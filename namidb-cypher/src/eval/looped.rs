//! What comprehensions, quantifiers and `reduce` go over: lists, and ranges of integers that are never written out.

use super::errors;
use super::range::IntegerRange;
use super::range_call::RangeCall;
use super::run::Node;
use super::scope::Scope;
use crate::Error;
use namidb_core::Value;
use std::sync::Arc;

/// What a loop goes over, before it runs.
#[derive(Debug)]
pub(crate) enum Looped {
    /// A list.
    List(Box<Node>),
    /// A range.
    Range(RangeCall),
}

/// What a loop goes over in one row.
pub(crate) enum Elements {
    /// The elements of a list.
    List(Arc<[Value]>),
    /// Integers.
    Range(IntegerRange),
}

impl Looped {
    /// What each row's loop goes over; none where that is null.
    pub(crate) fn evaluate(
        &self,
        scope: &Scope<'_>,
        operation: &str,
    ) -> Result<Vec<Option<Elements>>, Error> {
        match self {
            Looped::List(list) => {
                let lists = list.evaluate(scope)?;
                let elements = lists.values().map(|value| match value {
                    Value::Null => Ok(None),
                    Value::List(items) => Ok(Some(Elements::List(items))),
                    other => Err(errors::unexpected_type(operation, "a list", &other)),
                });
                elements.collect()
            }
            Looped::Range(range) => {
                let ranges = range.evaluate(scope)?.into_iter();
                Ok(ranges.map(|range| range.map(Elements::Range)).collect())
            }
        }
    }
}

impl Elements {
    /// How many elements there are.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Elements::List(items) => items.len() as u64,
            Elements::Range(range) => range.len(),
        }
    }

    /// The element at a place before the end, counted from 0.
    pub(crate) fn get(&self, at: u64) -> Value {
        match self {
            Elements::List(items) => items[at as usize].clone(),
            Elements::Range(range) => Value::Integer(range.get(at)),
        }
    }
}
