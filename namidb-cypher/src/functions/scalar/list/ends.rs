//! The first element, the last one, and all but the first.

use crate::functions::scalar::prelude::*;

/// `head(list)`.
pub(in crate::functions) const HEAD: ScalarFunction = ScalarFunction {
    name: "head",
    doc: "The first element; null of an empty list.",
    example: Some("head([1, 2, 3]) = 1"),
    signature: Signature::new(&[T::LIST], T::ANY),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(items(call, &values[0])?.first().cloned().unwrap_or_default())),
};

/// `last(list)`.
pub(in crate::functions) const LAST: ScalarFunction = ScalarFunction {
    name: "last",
    doc: "The last element; null of an empty list.",
    example: Some("last([1, 2, 3]) = 3"),
    signature: Signature::new(&[T::LIST], T::ANY),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(items(call, &values[0])?.last().cloned().unwrap_or_default())),
};

/// `tail(list)`.
pub(in crate::functions) const TAIL: ScalarFunction = ScalarFunction {
    name: "tail",
    doc: "All elements but the first.",
    example: Some("tail([1, 2, 3]) = [2, 3]"),
    signature: Signature::new(&[T::LIST], T::LIST),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(items(call, &values[0])?.iter().skip(1).cloned().collect())),
};

fn items<'v>(call: &Call<'_>, value: &'v Value) -> Result<&'v [Value], Error> {
    value.as_list().ok_or_else(|| call.refuse("a list", value))
}
