//! `coll.distinct(list)`.

use crate::functions::scalar::prelude::*;
use namidb_core::hash::HashSet;
use namidb_core::value::hash::GroupKey;

pub(super) const COLL_DISTINCT: ScalarFunction = ScalarFunction {
    name: "coll.distinct",
    doc: "The elements of a list, each once, in the order of their first occurrence.",
    example: "RETURN coll.distinct([1, 3, 1, 3.0])",
    answer: "[1, 3]",
    signature: Signature::new(&[T::LIST], T::LIST),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let mut seen = HashSet::default();
            let items = call.list(&values[0])?.iter();
            Ok(items.filter(|item| seen.insert(GroupKey((*item).clone()))).cloned().collect())
        })
    },
};
