//! `coll.flatten(list, depth)`.

use crate::functions::scalar::prelude::*;

pub(super) const COLL_FLATTEN: ScalarFunction = ScalarFunction {
    name: "coll.flatten",
    doc: "The elements of the lists in a list in their place, one level deep or as deep as the second argument says.",
    example: "RETURN coll.flatten([1, [2, [3]]], 2)",
    answer: "[1, 2, 3]",
    signature: Signature::new(&[T::LIST, T::INTEGER], T::LIST).required(1),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let depth = values.get(1).map_or(Ok(1), |depth| call.count(depth))?;
            let mut flat = Vec::new();
            flatten(call.list(&values[0])?, depth, &mut flat);
            Ok(flat.into())
        })
    },
};

fn flatten(items: &[Value], depth: usize, flat: &mut Vec<Value>) {
    for item in items {
        match item {
            Value::List(inner) if depth > 0 => flatten(inner, depth - 1, flat),
            item => flat.push(item.clone()),
        }
    }
}
