//! `range(first, last, step)` as a value: for whoever goes over its integers without writing them out.

use super::errors;
use crate::Error;
use crate::vector::VectorBuilder;
use namidb_core::Value;

/// The integers from one to another, both included, in equal steps: `range(first, last, step)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct IntegerRange {
    first: i64,
    step: i64,
    /// Never negative; 2^64 for the range of every integer.
    count: i128,
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
        Ok(Some(IntegerRange { first, step, count }))
    }

    /// How many integers there are, one less where they are 2^64: for loops.
    pub(crate) fn len(self) -> u64 {
        u64::try_from(self.count).unwrap_or(u64::MAX)
    }

    /// How many integers there are.
    ///
    /// # Errors
    /// If there are too many for an integer.
    pub(crate) fn size(self) -> Result<i64, Error> {
        i64::try_from(self.count).map_err(|_| errors::overflow("the size of the range"))
    }

    /// Whether a number is one of the integers.
    pub(crate) fn contains(self, number: i64) -> bool {
        let (way, step) = (i128::from(number) - i128::from(self.first), i128::from(self.step));
        way % step == 0 && (0..self.count).contains(&(way / step))
    }

    /// The integer at a position, counted from 0, or from the back and -1 if it is negative.
    pub(crate) fn element(self, position: i64) -> Option<i64> {
        let at = i128::from(position) + if position < 0 { self.count } else { 0 };
        let is_there = (0..self.count).contains(&at);
        is_there.then(|| self.get(at as u64))
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

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::ErrorCode;

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
        assert_eq!(all.size().unwrap_err().code(), ErrorCode::Arithmetic);
        assert_eq!((all.element(-1), all.element(0)), (Some(i64::MAX), Some(i64::MIN)));
        assert!(all.contains(i64::MIN) && all.contains(i64::MAX));
    }
}
