//! `coll.min(list)`.

use super::extreme::extreme;
use crate::functions::scalar::prelude::*;
use std::cmp::Ordering;

pub(super) const COLL_MIN: ScalarFunction = ScalarFunction {
    name: "coll.min",
    doc: "The least element by the order of ORDER BY, nulls left out; null of an empty list.",
    example: "RETURN coll.min([2, 1, 3])",
    answer: "1",
    signature: Signature::new(&[T::LIST], T::ANY),
    deterministic: true,
    kernel: |call| extreme(call, Ordering::Less),
};
