//! `head(list)`.

use crate::functions::scalar::prelude::*;

pub(super) const HEAD: ScalarFunction = ScalarFunction {
    name: "head",
    doc: "The first element; null of an empty list.",
    example: "RETURN head([1, 2, 3])",
    answer: "1",
    signature: Signature::new(&[T::LIST], T::ANY),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(call.list(&values[0])?.first().cloned().unwrap_or_default())),
};
