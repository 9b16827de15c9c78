//! `duration(…)`, and the durations between two temporal values.

use super::kind::invalid;
use crate::functions::scalar::prelude::*;
use namidb_core::value::temporal::{DurationSum, Moment, SECOND_NANOS, Span};
use namidb_core::value::{Duration, Map};

/// `duration(value)`.
pub(in crate::functions) const DURATION: ScalarFunction = ScalarFunction {
    name: "duration",
    doc: "A duration from a map of amounts, or from a text as ISO 8601 writes it; a duration itself.",
    example: Some("duration({days: 1.5}) = duration('P1DT12H')"),
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

const BETWEEN_SIGNATURE: Signature = Signature::new(&[T::TEMPORAL, T::TEMPORAL], T::DURATION);

/// `duration.between(from, to)`.
pub(in crate::functions) const BETWEEN: ScalarFunction = ScalarFunction {
    name: "duration.between",
    doc: "The duration from one temporal value to another in whole months, then whole days, then seconds.",
    example: Some("duration.between(date('1984-10-11'), date('2015-06-24')) = duration('P30Y8M13D')"),
    signature: BETWEEN_SIGNATURE,
    deterministic: true,
    kernel: |call| between(call, |span| span.between()),
};

/// `duration_between(..)`: GQL's name.
pub(in crate::functions) const DURATION_BETWEEN: ScalarFunction = ScalarFunction {
    name: "duration_between",
    example: Some("duration_between(date('2026-01-01'), date('2026-02-01')) = duration('P1M')"),
    ..BETWEEN
};

/// `duration.inMonths(from, to)`.
pub(in crate::functions) const IN_MONTHS: ScalarFunction = ScalarFunction {
    name: "duration.inMonths",
    doc: "The whole months from one temporal value to another.",
    example: Some("duration.inMonths(date('1984-10-11'), date('2015-06-24')) = duration('P30Y8M')"),
    signature: BETWEEN_SIGNATURE,
    deterministic: true,
    kernel: |call| between(call, |span| Some(span.in_months())),
};

/// `duration.inDays(from, to)`.
pub(in crate::functions) const IN_DAYS: ScalarFunction = ScalarFunction {
    name: "duration.inDays",
    doc: "The whole days from one temporal value to another.",
    example: Some("duration.inDays(date('1984-10-11'), date('2015-06-24')) = duration('P11213D')"),
    signature: BETWEEN_SIGNATURE,
    deterministic: true,
    kernel: |call| between(call, |span| Some(span.in_days())),
};

/// `duration.inSeconds(from, to)`.
pub(in crate::functions) const IN_SECONDS: ScalarFunction = ScalarFunction {
    name: "duration.inSeconds",
    doc: "The seconds from one temporal value to another.",
    example: Some("duration.inSeconds(localtime('14:30'), localtime('16:30')) = duration('PT2H')"),
    signature: BETWEEN_SIGNATURE,
    deterministic: true,
    kernel: |call| between(call, |span| span.in_seconds()),
};

fn between(call: &Call<'_>, measure: fn(&Span) -> Option<Duration>) -> Result<Vector, Error> {
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
