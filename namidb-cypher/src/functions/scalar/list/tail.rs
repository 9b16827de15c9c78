//! `tail(list)`.

use crate::functions::scalar::prelude::*;

pub(super) const TAIL: ScalarFunction = ScalarFunction {
    name: "tail",
    doc: "All elements but the first.",
    example: "RETURN tail([1, 2, 3])",
    answer: "[2, 3]",
    signature: Signature::new(&[T::LIST], T::LIST),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(call.list(&values[0])?.iter().skip(1).cloned().collect())),
};
