//! `avg(value)`.

use super::sum::{Sum, Sums};
use super::{Accumulator, Rows, only, same};
use crate::Error;
use crate::functions::{AggregateFunction, Signature, TypeSet as T};
use crate::vector::Vector;
use std::any::Any;

pub(super) const AVG: AggregateFunction = AggregateFunction {
    name: "avg",
    doc: "The mean of numbers, as a float, or of durations, nulls left out; null of nothing.",
    example: "UNWIND [1, 2] AS x RETURN avg(x)",
    answer: "1.5",
    signature: Signature::new(&[T::NUMBER.or(T::DURATION)], T::FLOAT.or(T::DURATION)),
    accumulator: || Box::new(Avg::default()),
};

#[derive(Debug, Default)]
struct Avg(Sums);

impl Accumulator for Avg {
    fn update(&mut self, rows: &Rows<'_>, arguments: &[Vector]) -> Result<(), Error> {
        self.0.add(rows, only(arguments, "avg")?, "avg()")
    }

    fn merge(
        &mut self,
        other: Box<dyn Accumulator>,
        groups: &[u32],
        group_count: usize,
    ) -> Result<(), Error> {
        self.0.take(same::<Avg>(other)?.0, groups, group_count, "avg()")
    }

    fn finish(self: Box<Self>, group_count: usize) -> Result<Vector, Error> {
        self.0.results(group_count, Sum::mean)
    }

    fn size_bytes(&self) -> u64 {
        self.0.size_bytes()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
