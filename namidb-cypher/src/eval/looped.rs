//! What comprehensions, quantifiers and `reduce` go over: lists, and ranges of integers that are never written out.

use super::errors;
use super::run::Node;
use super::scope::Scope;
use crate::Error;
use crate::syntax::span::Span;
use crate::vector::{Vector, VectorBuilder};
use namidb_core::Value;
use std::sync::Arc;

/// The integers from one to another, both included, in equal steps: `range(first, last, step)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct IntegerRange {
    first: i64,
    step: i64,
    count: u64,
}

impl IntegerRange {
    /// The range of the arguments of `range()`; none if one is null.
    ///
    /// # Errors
    /// For what is no integer, and a step of 0. openCypher has no compile-time error for them.
    pub(crate) fn of(arguments: &[Value]) -> Result<Option<IntegerRange>, Error> {
        let mut numbers = [0, 0, 1];
        if arguments.iter().any(Value::is_null) {
            return Ok(None);
        }
        for (number, value) in numbers.iter_mut().zip(arguments) {
            *number = value.as_integer().ok_or_else(|| {
                let found = value.type_name();
                errors::argument_error("InvalidArgumentType", format!("range() takes integers, not {found}"))
            })?;
        }
        let [first, last, step] = numbers;
        if step == 0 {
            return Err(errors::argument_error("NumberOutOfRange", "the step of range() must not be zero"));
        }
        let way = i128::from(last) - i128::from(first);
        let count = if way != 0 && (way > 0) != (step > 0) { 0 } else { way / i128::from(step) + 1 };
        Ok(Some(IntegerRange { first, step, count: u64::try_from(count).unwrap_or(u64::MAX) }))
    }

    /// How many integers there are.
    pub(crate) fn len(self) -> u64 {
        self.count
    }

    /// The integer at a place, counted from 0.
    pub(crate) fn get(self, at: u64) -> i64 {
        // Wraps on the way only: every integer of the range has 64 bits.
        self.first.wrapping_add(self.step.wrapping_mul(at as i64))
    }

    /// Appends some of the integers.
    pub(crate) fn append(self, skip: u64, take: u64, to: &mut VectorBuilder) {
        (skip..skip + take).for_each(|at| to.push_integer(self.get(at)));
    }
}

/// What a loop goes over, before it runs.
#[derive(Debug)]
pub(crate) enum Looped {
    /// A list.
    List(Box<Node>),
    /// The arguments of `range()`, and where it stands.
    Range(Vec<Node>, Span),
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
            Looped::Range(arguments, span) => {
                let vectors: Vec<Vector> =
                    arguments.iter().map(|node| node.evaluate(scope)).collect::<Result<_, Error>>()?;
                let range = |row: usize| {
                    let values: Vec<Value> = vectors.iter().map(|vector| vector.value(row)).collect();
                    let range = IntegerRange::of(&values).map_err(|error| error.with_span(*span))?;
                    Ok(range.map(Elements::Range))
                };
                (0..scope.len()).map(range).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: i64, last: i64, step: i64) -> Vec<i64> {
        let range = IntegerRange::of(&[first, last, step].map(Value::Integer)).unwrap().unwrap();
        (0..range.len()).map(|at| range.get(at)).collect()
    }

    #[test]
    fn both_ends_are_included_where_the_steps_meet_them() {
        assert_eq!(range(2, 8, 3), [2, 5, 8]);
        assert_eq!(range(2, 7, 3), [2, 5]);
        assert_eq!(range(3, 1, -1), [3, 2, 1]);
        assert_eq!(range(4, 4, -7), [4]);
        assert!(range(1, 0, 1).is_empty());
        assert!(range(0, 1, -1).is_empty());
        assert_eq!(range(i64::MAX - 1, i64::MAX, 1), [i64::MAX - 1, i64::MAX]);
        assert_eq!(range(i64::MIN, i64::MAX, i64::MAX), [i64::MIN, -1, i64::MAX - 1]);
    }

    #[test]
    fn a_range_of_every_integer_is_as_long_as_can_be_told() {
        let all = IntegerRange::of(&[i64::MIN, i64::MAX].map(Value::Integer)).unwrap().unwrap();
        assert_eq!(all.len(), u64::MAX);
    }
}
