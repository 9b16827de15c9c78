//! `nullIf(value, other)`.

use crate::functions::scalar::prelude::*;
use namidb_core::value::order;

/// `nullIf(value, other)`.
pub(in crate::functions) const NULL_IF: ScalarFunction = ScalarFunction {
    name: "nullIf",
    doc: "Null if both arguments are the same, else the first.",
    example: Some("nullIf('abc', 'def') = 'abc'"),
    signature: Signature::new(&[T::ANY, T::ANY], T::ANY),
    deterministic: true,
    kernel: |call| {
        call.each(|values| {
            let same = order::equivalent(&values[0], &values[1]);
            Ok(if same { Value::Null } else { values[0].clone() })
        })
    },
};
