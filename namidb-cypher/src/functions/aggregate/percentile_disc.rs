//! `percentileDisc(value, percentile)`.

use super::percentile::Percentile;
use crate::functions::{AggregateFunction, Signature, TypeSet as T};

pub(super) const PERCENTILE_DISC: AggregateFunction = AggregateFunction {
    name: "percentileDisc",
    doc: "The first of the sorted numbers with at least such a part, from 0.0 to 1.0, of them at or before it; \
          null of nothing.",
    example: "UNWIND [1, 2] AS x RETURN percentileDisc(x, 0.5)",
    answer: "1",
    signature: Signature::new(&[T::NUMBER, T::NUMBER], T::NUMBER),
    accumulator: || Box::new(Percentile::new(false)),
};

/// GQL's name.
pub(super) const PERCENTILE_DISC_ALIAS: AggregateFunction = AggregateFunction {
    name: "percentile_disc",
    example: "UNWIND [1, 2] AS x RETURN percentile_disc(x, 0.5)",
    answer: "1",
    ..PERCENTILE_DISC
};
