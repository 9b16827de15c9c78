//! `max(value)`.

use super::extreme::Extreme;
use crate::functions::{AggregateFunction, Signature, TypeSet as T};
use std::cmp::Ordering;

pub(super) const MAX: AggregateFunction = AggregateFunction {
    name: "max",
    doc: "The last value in the order of ORDER BY, nulls left out; null of nothing.",
    example: "UNWIND [2, 1] AS x RETURN max(x)",
    answer: "2",
    signature: Signature::new(&[T::ANY], T::ANY),
    accumulator: || Box::new(Extreme::new(Ordering::Greater)),
};
