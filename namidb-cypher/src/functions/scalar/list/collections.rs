//! The functions in the namespace `coll`: lists as a whole.

use crate::functions::scalar::prelude::*;
use namidb_core::hash::HashSet;
use namidb_core::value::hash::GroupKey;
use namidb_core::value::order;
use std::cmp::Ordering;

const LISTS: Signature = Signature::new(&[T::LIST], T::LIST);

/// `coll.distinct(list)`.
pub(in crate::functions) const DISTINCT: ScalarFunction = ScalarFunction {
    name: "coll.distinct",
    doc: "The elements of a list, each once, in the order of their first occurrence.",
    example: Some("coll.distinct([1, 3, 1, 3.0]) = [1, 3]"),
    signature: LISTS,
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let mut seen = HashSet::default();
            let items = items(call, &values[0])?.iter();
            Ok(items.filter(|item| seen.insert(GroupKey((*item).clone()))).cloned().collect())
        })
    },
};

/// `coll.flatten(list, depth)`.
pub(in crate::functions) const FLATTEN: ScalarFunction = ScalarFunction {
    name: "coll.flatten",
    doc: "The elements of the lists in a list in their place, one level deep or as deep as the second argument says.",
    example: Some("coll.flatten([1, [2, [3]]], 2) = [1, 2, 3]"),
    signature: Signature::new(&[T::LIST, T::INTEGER], T::LIST).required(1),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let depth = values.get(1).map_or(Ok(1), |depth| call.count(depth))?;
            let mut flat = Vec::new();
            flatten(items(call, &values[0])?, depth, &mut flat);
            Ok(flat.into())
        })
    },
};

/// `coll.indexOf(list, value)`.
pub(in crate::functions) const INDEX_OF: ScalarFunction = ScalarFunction {
    name: "coll.indexOf",
    doc: "The first position of a value in a list, counted from 0; -1 if it is not there.",
    example: Some("coll.indexOf(['a', 'b'], 'b') = 1"),
    signature: Signature::new(&[T::LIST, T::ANY], T::INTEGER),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let found = items(call, &values[0])?.iter().position(|item| order::equivalent(item, &values[1]));
            Ok(Value::Integer(found.map_or(-1, |at| at as i64)))
        })
    },
};

/// `coll.insert(list, position, value)`.
pub(in crate::functions) const INSERT: ScalarFunction = ScalarFunction {
    name: "coll.insert",
    doc: "A list with a value at a position, counted from 0, and what was there behind it.",
    example: Some("coll.insert([1, 3], 1, 2) = [1, 2, 3]"),
    signature: Signature::new(&[T::LIST, T::INTEGER, T::ANY], T::LIST),
    deterministic: true,
    kernel: |call| {
        call.each(|values| {
            if values[0].is_null() || values[1].is_null() {
                return Ok(Value::Null);
            }
            let mut list = items(call, &values[0])?.to_vec();
            let at = position(call, &values[1], list.len() + 1)?;
            list.insert(at, values[2].clone());
            Ok(list.into())
        })
    },
};

/// `coll.max(list)`.
pub(in crate::functions) const MAX: ScalarFunction = ScalarFunction {
    name: "coll.max",
    doc: "The greatest element by the order of ORDER BY, nulls left out; null of an empty list.",
    example: Some("coll.max([1, 3, 2]) = 3"),
    signature: Signature::new(&[T::LIST], T::ANY),
    deterministic: true,
    kernel: |call| extreme(call, Ordering::Greater),
};

/// `coll.min(list)`.
pub(in crate::functions) const MIN: ScalarFunction = ScalarFunction {
    name: "coll.min",
    doc: "The least element by the order of ORDER BY, nulls left out; null of an empty list.",
    example: Some("coll.min([2, 1, 3]) = 1"),
    signature: Signature::new(&[T::LIST], T::ANY),
    deterministic: true,
    kernel: |call| extreme(call, Ordering::Less),
};

/// `coll.remove(list, position)`.
pub(in crate::functions) const REMOVE: ScalarFunction = ScalarFunction {
    name: "coll.remove",
    doc: "A list without the element at a position, counted from 0.",
    example: Some("coll.remove([1, 2, 3], 1) = [1, 3]"),
    signature: Signature::new(&[T::LIST, T::INTEGER], T::LIST),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let mut list = items(call, &values[0])?.to_vec();
            let at = position(call, &values[1], list.len())?;
            list.remove(at);
            Ok(list.into())
        })
    },
};

/// `coll.sort(list)`.
pub(in crate::functions) const SORT: ScalarFunction = ScalarFunction {
    name: "coll.sort",
    doc: "The elements of a list by the order of ORDER BY.",
    example: Some("coll.sort([2, 3, 1]) = [1, 2, 3]"),
    signature: LISTS,
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let mut list = items(call, &values[0])?.to_vec();
            list.sort_by(order::compare);
            Ok(list.into())
        })
    },
};

fn items<'v>(call: &Call<'_>, value: &'v Value) -> Result<&'v [Value], Error> {
    value.as_list().ok_or_else(|| call.refuse("a list", value))
}

/// A position below a bound.
fn position(call: &Call<'_>, value: &Value, bound: usize) -> Result<usize, Error> {
    let at = call.integer(value)?;
    usize::try_from(at).ok().filter(|at| *at < bound).ok_or_else(|| {
        errors::argument_error(
            "NumberOutOfRange",
            format!("{} has no position {at} in its list", call.name()),
        )
    })
}

fn flatten(items: &[Value], depth: usize, flat: &mut Vec<Value>) {
    for item in items {
        match item {
            Value::List(inner) if depth > 0 => flatten(inner, depth - 1, flat),
            item => flat.push(item.clone()),
        }
    }
}

fn extreme(call: &Call<'_>, wanted: Ordering) -> Result<Vector, Error> {
    call.strict(|values| {
        let mut best: Option<&Value> = None;
        for item in items(call, &values[0])?.iter().filter(|item| !item.is_null()) {
            if best.is_none_or(|best| order::compare(item, best) == wanted) {
                best = Some(item);
            }
        }
        Ok(best.cloned().unwrap_or_default())
    })
}
