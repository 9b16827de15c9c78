//! `coll.max(list)`.

use super::extreme::extreme;
use crate::functions::scalar::prelude::*;
use std::cmp::Ordering;

pub(super) const COLL_MAX: ScalarFunction = ScalarFunction {
    name: "coll.max",
    doc: "The greatest element by the order of ORDER BY, nulls left out; null of an empty list.",
    example: "RETURN coll.max([1, 3, 2])",
    answer: "3",
    signature: Signature::new(&[T::LIST], T::ANY),
    deterministic: true,
    kernel: |call| extreme(call, Ordering::Greater),
};
