//! Positions in a list.

use crate::functions::scalar::prelude::*;

/// A position below a bound.
pub(super) fn position(call: &Call<'_>, value: &Value, bound: usize) -> Result<usize, Error> {
    let at = call.integer(value)?;
    usize::try_from(at).ok().filter(|at| *at < bound).ok_or_else(|| {
        errors::argument_error(
            "NumberOutOfRange",
            format!("{} has no position {at} in its list", call.name()),
        )
    })
}
