//! The least and the greatest element of a list.

use crate::functions::scalar::prelude::*;
use namidb_core::value::order;
use std::cmp::Ordering;

pub(super) fn extreme(call: &Call<'_>, wanted: Ordering) -> Result<Vector, Error> {
    call.strict(|values| {
        let mut best: Option<&Value> = None;
        for item in call.list(&values[0])?.iter().filter(|item| !item.is_null()) {
            if best.is_none_or(|best| order::compare(item, best) == wanted) {
                best = Some(item);
            }
        }
        Ok(best.cloned().unwrap_or_default())
    })
}
