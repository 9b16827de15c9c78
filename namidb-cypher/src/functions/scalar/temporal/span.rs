//! The time from one temporal value to another.

use crate::functions::scalar::prelude::*;
use namidb_core::value::Duration;
use namidb_core::value::temporal::{Moment, Span};

/// Two temporal values.
pub(super) const TWO: Signature = Signature::new(&[T::TEMPORAL, T::TEMPORAL], T::DURATION);

pub(super) fn between(call: &Call<'_>, measure: fn(&Span) -> Option<Duration>) -> Result<Vector, Error> {
    call.strict(|values| {
        for value in values {
            if Moment::of(value).is_none() {
                return Err(call.refuse("dates, times or both", value));
            }
        }
        let duration = Span::new(&values[0], &values[1]).and_then(|span| measure(&span));
        duration
            .map(Value::from)
            .ok_or_else(|| errors::temporal_overflow(&format!("the result of {}", call.name())))
    })
}
