//! `coll.indexOf(list, value)`.

use crate::functions::scalar::prelude::*;
use namidb_core::value::order;

pub(super) const COLL_INDEX_OF: ScalarFunction = ScalarFunction {
    name: "coll.indexOf",
    doc: "The first position of a value in a list, counted from 0; -1 if it is not there.",
    example: "RETURN coll.indexOf(['a', 'b'], 'b')",
    answer: "1",
    signature: Signature::new(&[T::LIST, T::ANY], T::INTEGER),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let found = call.list(&values[0])?.iter().position(|item| order::equivalent(item, &values[1]));
            Ok(Value::Integer(found.map_or(-1, |at| at as i64)))
        })
    },
};
