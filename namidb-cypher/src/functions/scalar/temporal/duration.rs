//! `duration(value)`.

use super::kind::invalid;
use crate::functions::scalar::prelude::*;
use namidb_core::value::temporal::{DurationSum, SECOND_NANOS};
use namidb_core::value::{Duration, Map};

pub(super) const DURATION: ScalarFunction = ScalarFunction {
    name: "duration",
    doc: "A duration from a map of amounts, or from a text as ISO 8601 writes it; a duration itself.",
    example: "RETURN duration({days: 1.5})",
    answer: "duration('P1DT12H')",
    signature: Signature::new(&[T::STRING.or(T::MAP).or(T::DURATION)], T::DURATION),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| match &values[0] {
            Value::String(text) => match Duration::parse(text) {
                Some(duration) => Ok(Value::from(duration)),
                None => {
                    let shown: String = text.chars().take(60).collect();
                    Err(invalid(format!("duration() cannot read '{shown}'")))
                }
            },
            Value::Map(map) => sum(map).map(Value::from),
            Value::Duration(_) => Ok(values[0].clone()),
            other => Err(call.refuse("a string, a map or a duration", other)),
        })
    },
};

/// Billionths of an amount.
fn billionths(key: &str, value: &Value) -> Result<i128, Error> {
    match value {
        Value::Integer(amount) => Ok(i128::from(*amount) * i128::from(SECOND_NANOS)),
        // Anything larger is no duration either.
        Value::Float(amount) if amount.abs() < 1e20 => Ok((amount * SECOND_NANOS as f64).round() as i128),
        Value::Float(_) => Err(errors::temporal_overflow(&format!("'{key}' of duration()"))),
        other => Err(invalid(format!(
            "'{key}' of duration() takes a number, not a value of type {}",
            other.type_name()
        ))),
    }
}

fn sum(map: &Map) -> Result<Duration, Error> {
    let mut sum = DurationSum::default();
    for (key, value) in map.iter() {
        let amount = billionths(key, value)?;
        match &**key {
            "years" => sum.add_months(amount * 12),
            "quarters" => sum.add_months(amount * 3),
            "months" => sum.add_months(amount),
            "weeks" => sum.add_days(amount * 7),
            "days" => sum.add_days(amount),
            "hours" => sum.add_nanos(amount * 3_600),
            "minutes" => sum.add_nanos(amount * 60),
            "seconds" => sum.add_nanos(amount),
            "milliseconds" => sum.add_nanos(amount / 1_000),
            "microseconds" => sum.add_nanos(amount / 1_000_000),
            "nanoseconds" => sum.add_nanos(amount / 1_000_000_000),
            _ => return Err(invalid(format!("duration() has no component '{key}'"))),
        }
    }
    if map.is_empty() {
        return Err(invalid("duration() needs at least one component"));
    }
    sum.finish().ok_or_else(|| errors::temporal_overflow("the duration"))
}
