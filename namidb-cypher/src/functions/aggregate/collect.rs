//! `collect(value)`.

use super::{Accumulator, PerGroup, Rows, only, same};
use crate::Error;
use crate::eval::errors;
use crate::functions::{AggregateFunction, Signature, TypeSet as T, VALUE_BYTES_MAX};
use crate::vector::{Values, Vector, value_bytes};
use namidb_core::Value;
use std::any::Any;

pub(super) const COLLECT: AggregateFunction = AggregateFunction {
    name: "collect",
    doc: "The values as a list, in the order of rows, nulls left out.",
    example: "UNWIND [1, null, 2] AS x RETURN collect(x)",
    answer: "[1, 2]",
    signature: Signature::new(&[T::ANY], T::LIST),
    accumulator: || Box::new(Collect::default()),
};

/// GQL's name.
pub(super) const COLLECT_LIST: AggregateFunction = AggregateFunction {
    name: "collect_list",
    example: "UNWIND [1, 2] AS x RETURN collect_list(x)",
    answer: "[1, 2]",
    ..COLLECT
};

#[derive(Debug, Default)]
struct Collect {
    lists: PerGroup<Vec<Value>>,
    bytes: u64,
}

impl Accumulator for Collect {
    fn update(&mut self, rows: &Rows<'_>, arguments: &[Vector]) -> Result<(), Error> {
        let argument = only(arguments, "collect")?;
        let lists = self.lists.upto(rows.group_count);
        for row in 0..rows.len {
            let value = argument.value(row);
            if value.is_null() {
                continue;
            }
            let weight = rows.weight(row);
            let bytes = value_bytes(&value).saturating_mul(weight);
            if weight > 1 && bytes > VALUE_BYTES_MAX {
                return Err(errors::too_large("the result of collect()", bytes, VALUE_BYTES_MAX));
            }
            self.bytes = self.bytes.saturating_add(bytes);
            let list = &mut lists[rows.group(row)];
            list.extend(std::iter::repeat_n(value, weight as usize));
        }
        Ok(())
    }

    fn merge(
        &mut self,
        other: Box<dyn Accumulator>,
        groups: &[u32],
        group_count: usize,
    ) -> Result<(), Error> {
        let other = same::<Collect>(other)?;
        let lists = self.lists.upto(group_count);
        self.bytes = self.bytes.saturating_add(other.bytes);
        for (group, list) in groups.iter().zip(other.lists.states) {
            lists[*group as usize].extend(list);
        }
        Ok(())
    }

    fn finish(self: Box<Self>, group_count: usize) -> Result<Vector, Error> {
        let lists = self.lists.into_states(group_count).into_iter().map(|list| Value::List(list.into()));
        Ok(Vector::Any(Values::new(lists.collect())))
    }

    fn size_bytes(&self) -> u64 {
        self.lists.size_bytes() + self.bytes
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
