//! `stDevP(value)`.

use super::deviation::Deviation;
use crate::functions::{AggregateFunction, Signature, TypeSet as T};

pub(super) const ST_DEV_P: AggregateFunction = AggregateFunction {
    name: "stDevP",
    doc: "The standard deviation of a whole population, nulls left out; 0.0 of fewer than two numbers.",
    example: "UNWIND [1, 3] AS x RETURN stDevP(x)",
    answer: "1.0",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    accumulator: || Box::new(Deviation::new(false)),
};

/// GQL's name.
pub(super) const STDEV_POP: AggregateFunction = AggregateFunction {
    name: "stdev_pop",
    example: "UNWIND [1, 3] AS x RETURN stdev_pop(x)",
    answer: "1.0",
    ..ST_DEV_P
};
