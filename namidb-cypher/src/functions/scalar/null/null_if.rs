//! `nullIf(value, other)`.

use crate::functions::scalar::prelude::*;
use namidb_core::value::order;

pub(super) const NULL_IF: ScalarFunction = ScalarFunction {
    name: "nullIf",
    doc: "Null if both arguments are the same, else the first.",
    example: "RETURN nullIf('abc', 'def')",
    answer: "'abc'",
    signature: Signature::new(&[T::ANY, T::ANY], T::ANY),
    deterministic: true,
    kernel: |call| {
        call.each(|values| {
            let same = order::equivalent(&values[0], &values[1]);
            Ok(if same { Value::Null } else { values[0].clone() })
        })
    },
};
