//! `coll.insert(list, position, value)`.

use super::position::position;
use crate::functions::scalar::prelude::*;

pub(super) const COLL_INSERT: ScalarFunction = ScalarFunction {
    name: "coll.insert",
    doc: "A list with a value at a position, counted from 0, and what was there behind it.",
    example: "RETURN coll.insert([1, 3], 1, 2)",
    answer: "[1, 2, 3]",
    signature: Signature::new(&[T::LIST, T::INTEGER, T::ANY], T::LIST),
    deterministic: true,
    kernel: |call| {
        call.each(|values| {
            if values[0].is_null() || values[1].is_null() {
                return Ok(Value::Null);
            }
            let mut list = call.list(&values[0])?.to_vec();
            let at = position(call, &values[1], list.len() + 1)?;
            list.insert(at, values[2].clone());
            Ok(list.into())
        })
    },
};
