//! `stDev(value)`.

use super::deviation::Deviation;
use crate::functions::{AggregateFunction, Signature, TypeSet as T};

pub(super) const ST_DEV: AggregateFunction = AggregateFunction {
    name: "stDev",
    doc: "The standard deviation of a sample, nulls left out; 0.0 of fewer than two numbers.",
    example: "UNWIND [1, 3] AS x RETURN round(stDev(x), 3)",
    answer: "1.414",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    accumulator: || Box::new(Deviation::new(true)),
};

/// GQL's name.
pub(super) const STDEV_SAMP: AggregateFunction = AggregateFunction {
    name: "stdev_samp",
    example: "UNWIND [1, 3] AS x RETURN round(stdev_samp(x), 3)",
    answer: "1.414",
    ..ST_DEV
};
