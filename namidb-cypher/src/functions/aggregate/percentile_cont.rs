//! `percentileCont(value, percentile)`.

use super::percentile::Percentile;
use crate::functions::{AggregateFunction, Signature, TypeSet as T};

pub(super) const PERCENTILE_CONT: AggregateFunction = AggregateFunction {
    name: "percentileCont",
    doc: "The number below which such a part, from 0.0 to 1.0, of the numbers lies, between two of them if \
          need be; null of nothing.",
    example: "UNWIND [1, 2] AS x RETURN percentileCont(x, 0.5)",
    answer: "1.5",
    signature: Signature::new(&[T::NUMBER, T::NUMBER], T::FLOAT),
    accumulator: || Box::new(Percentile::new(true)),
};

/// GQL's name.
pub(super) const PERCENTILE_CONT_ALIAS: AggregateFunction = AggregateFunction {
    name: "percentile_cont",
    example: "UNWIND [1, 2] AS x RETURN percentile_cont(x, 0.5)",
    answer: "1.5",
    ..PERCENTILE_CONT
};
