//! `min(value)`.

use super::extreme::Extreme;
use crate::functions::{AggregateFunction, Signature, TypeSet as T};
use std::cmp::Ordering;

pub(super) const MIN: AggregateFunction = AggregateFunction {
    name: "min",
    doc: "The first value in the order of ORDER BY, nulls left out; null of nothing.",
    example: "UNWIND [2, 1] AS x RETURN min(x)",
    answer: "1",
    signature: Signature::new(&[T::ANY], T::ANY),
    accumulator: || Box::new(Extreme::new(Ordering::Less)),
};
