//! `coll.remove(list, position)`.

use super::position::position;
use crate::functions::scalar::prelude::*;

pub(super) const COLL_REMOVE: ScalarFunction = ScalarFunction {
    name: "coll.remove",
    doc: "A list without the element at a position, counted from 0.",
    example: "RETURN coll.remove([1, 2, 3], 1)",
    answer: "[1, 3]",
    signature: Signature::new(&[T::LIST, T::INTEGER], T::LIST),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let mut list = call.list(&values[0])?.to_vec();
            let at = position(call, &values[1], list.len())?;
            list.remove(at);
            Ok(list.into())
        })
    },
};
