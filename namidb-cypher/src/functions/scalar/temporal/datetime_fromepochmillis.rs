//! `datetime.fromepochmillis(milliseconds)`.

use super::datetime_fromepoch::from_epoch;
use crate::functions::scalar::prelude::*;

pub(super) const DATETIME_FROMEPOCHMILLIS: ScalarFunction = ScalarFunction {
    name: "datetime.fromepochmillis",
    doc: "The instant so many milliseconds after 1970-01-01T00:00:00Z.",
    example: "RETURN datetime.fromepochmillis(237821673987)",
    answer: "datetime('1977-07-15T13:34:33.987Z')",
    signature: Signature::new(&[T::INTEGER], T::TEMPORAL),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let millis = call.integer(&values[0])?;
            from_epoch(millis.div_euclid(1_000), millis.rem_euclid(1_000) * 1_000_000)
        })
    },
};
