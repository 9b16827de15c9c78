//! `coll.sort(list)`.

use crate::functions::scalar::prelude::*;
use namidb_core::value::order;

pub(super) const COLL_SORT: ScalarFunction = ScalarFunction {
    name: "coll.sort",
    doc: "The elements of a list by the order of ORDER BY.",
    example: "RETURN coll.sort([2, 3, 1])",
    answer: "[1, 2, 3]",
    signature: Signature::new(&[T::LIST], T::LIST),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let mut list = call.list(&values[0])?.to_vec();
            list.sort_by(order::compare);
            Ok(list.into())
        })
    },
};
