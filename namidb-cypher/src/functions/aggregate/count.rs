//! `count(value)` and `count(*)`.

use super::{Accumulator, PerGroup, Rows, same};
use crate::Error;
use crate::eval::errors;
use crate::functions::{AggregateFunction, Signature, TypeSet as T};
use crate::vector::Vector;
use std::any::Any;

pub(super) const COUNT: AggregateFunction = AggregateFunction {
    name: "count",
    doc: "How many values there are, nulls not counted; count(*) counts rows.",
    example: "UNWIND [1, null, 3] AS x RETURN count(x)",
    answer: "2",
    signature: Signature::new(&[T::ANY], T::INTEGER).required(0),
    accumulator: || Box::new(Count::default()),
};

#[derive(Debug, Default)]
struct Count {
    counts: PerGroup<u64>,
}

impl Accumulator for Count {
    fn update(&mut self, rows: &Rows<'_>, arguments: &[Vector]) -> Result<(), Error> {
        let counts = self.counts.upto(rows.group_count);
        let value = arguments.first().filter(|value| value.has_nulls());
        match (rows.groups, value, rows.weights) {
            (None, None, None) => counts[0] = counts[0].saturating_add(rows.len as u64),
            (Some(groups), None, None) => groups.iter().for_each(|group| counts[*group as usize] += 1),
            _ => {
                for row in 0..rows.len {
                    if value.is_none_or(|value| !value.is_null(row)) {
                        let count = &mut counts[rows.group(row)];
                        *count = count.saturating_add(rows.weight(row));
                    }
                }
            }
        }
        Ok(())
    }

    fn merge(
        &mut self,
        other: Box<dyn Accumulator>,
        groups: &[u32],
        group_count: usize,
    ) -> Result<(), Error> {
        let counts = self.counts.upto(group_count);
        for (group, count) in groups.iter().zip(same::<Count>(other)?.counts.states) {
            counts[*group as usize] = counts[*group as usize].saturating_add(count);
        }
        Ok(())
    }

    fn finish(self: Box<Self>, group_count: usize) -> Result<Vector, Error> {
        let counts = self.counts.into_states(group_count).into_iter();
        let counts: Result<Vec<i64>, Error> =
            counts.map(|count| i64::try_from(count).map_err(|_| errors::overflow("the count"))).collect();
        Ok(Vector::integers(counts?))
    }

    fn size_bytes(&self) -> u64 {
        self.counts.size_bytes()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
