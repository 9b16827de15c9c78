//! `last(list)`.

use crate::functions::scalar::prelude::*;

pub(super) const LAST: ScalarFunction = ScalarFunction {
    name: "last",
    doc: "The last element; null of an empty list.",
    example: "RETURN last([1, 2, 3])",
    answer: "3",
    signature: Signature::new(&[T::LIST], T::ANY),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(call.list(&values[0])?.last().cloned().unwrap_or_default())),
};
