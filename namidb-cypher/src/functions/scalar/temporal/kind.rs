//! The five kinds of temporal values that are no durations, and how each comes from a text, from another temporal
//! value, and from the clock.

use crate::functions::scalar::prelude::*;
use namidb_core::value::temporal::zone::TimeZone;
use namidb_core::value::temporal::{Moment, ZonedText};
use namidb_core::value::{Date, LocalDateTime, LocalTime, Time};

/// A kind of temporal values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Date,
    LocalTime,
    Time,
    LocalDateTime,
    DateTime,
}

/// What the constructor of a kind takes.
pub(super) const CONSTRUCTOR: Signature =
    Signature::new(&[T::STRING.or(T::MAP).or(T::TEMPORAL)], T::TEMPORAL).required(0);

/// What its clock takes: the zone that it is read in.
pub(super) const CLOCK: Signature = Signature::new(&[T::STRING], T::TEMPORAL).required(0);

/// What its `truncate` takes: a unit, a temporal value, and components to set afterwards.
pub(super) const TRUNCATE: Signature =
    Signature::new(&[T::STRING, T::TEMPORAL, T::MAP], T::TEMPORAL).required(2);

pub(super) fn invalid(message: impl Into<String>) -> Error {
    errors::argument_error("InvalidArgumentValue", message)
}

/// The zone that a text names.
pub(super) fn zone(text: &str) -> Result<TimeZone, Error> {
    TimeZone::parse(text).ok_or_else(|| errors::unknown_zone(text))
}

impl Kind {
    pub(super) fn has_date(self) -> bool {
        matches!(self, Kind::Date | Kind::LocalDateTime | Kind::DateTime)
    }

    pub(super) fn has_time(self) -> bool {
        self != Kind::Date
    }

    pub(super) fn has_zone(self) -> bool {
        matches!(self, Kind::Time | Kind::DateTime)
    }

    /// Its constructor: of nothing, the time of the statement.
    pub(super) fn construct(self, call: &Call<'_>) -> Result<Vector, Error> {
        if call.arguments.is_empty() {
            return Ok(Vector::constant(self.now(call, call.cx.time, TimeZone::UTC)?, call.len));
        }
        call.strict(|values| match &values[0] {
            Value::String(text) => self.read(call, text),
            Value::Map(map) => super::fields::construct(call, self, map),
            other => match Moment::of(other) {
                Some(moment) => self.project(call, other, &moment),
                None => Err(call.refuse("a string, a map or a temporal value", other)),
            },
        })
    }

    /// Its clock that stands still during a statement.
    pub(super) fn statement_clock(self, call: &Call<'_>) -> Result<Vector, Error> {
        self.clock(call, call.cx.time)
    }

    /// Its clock that stands still during a transaction.
    pub(super) fn transaction_clock(self, call: &Call<'_>) -> Result<Vector, Error> {
        self.clock(call, call.cx.transaction_time.unwrap_or(call.cx.time))
    }

    /// Its clock that goes on during a statement.
    pub(super) fn running_clock(self, call: &Call<'_>) -> Result<Vector, Error> {
        self.clock(call, call.cx.runtime.unix_micros())
    }

    fn clock(self, call: &Call<'_>, micros: i64) -> Result<Vector, Error> {
        if call.arguments.is_empty() {
            return Ok(Vector::constant(self.now(call, micros, TimeZone::UTC)?, call.len));
        }
        call.strict(|values| self.now(call, micros, zone(call.text(&values[0])?)?))
    }

    /// What the clocks of a zone show so many microseconds after 1970-01-01T00:00:00Z.
    pub(super) fn now(self, call: &Call<'_>, micros: i64, zone: TimeZone) -> Result<Value, Error> {
        let nanos = micros.rem_euclid(1_000_000) as u32 * 1_000;
        let now = zone.at_instant(micros.div_euclid(1_000_000), nanos).map(Value::from);
        match now.as_ref().and_then(|now| Some((now, Moment::of(now)?))) {
            Some((now, moment)) => self.project(call, now, &moment),
            None => Err(errors::temporal_overflow("the time of the clock")),
        }
    }

    fn read(self, call: &Call<'_>, text: &str) -> Result<Value, Error> {
        let value = match self {
            Kind::Date => Date::parse(text).map(Value::Date),
            Kind::LocalTime => LocalTime::parse(text).map(Value::LocalTime),
            Kind::Time => Time::parse(text).map(Value::Time),
            Kind::LocalDateTime => LocalDateTime::parse(text).map(Value::LocalDateTime),
            Kind::DateTime => match ZonedText::parse(text) {
                Some(zoned) => {
                    if let Some(name) = &zoned.zone {
                        zone(name)?;
                    }
                    let instant = zoned.instant();
                    if let (None, Some(name), Some(_)) = (&instant, &zoned.zone, zoned.offset_seconds) {
                        return Err(invalid(format!(
                            "{} is given an offset that {name} does not have then",
                            call.name()
                        )));
                    }
                    instant.map(Value::from)
                }
                None => None,
            },
        };
        value.ok_or_else(|| {
            let shown: String = text.chars().take(60).collect();
            invalid(format!("{} cannot read '{shown}'", call.name()))
        })
    }

    /// What this kind keeps of another temporal value.
    fn project(self, call: &Call<'_>, value: &Value, moment: &Moment) -> Result<Value, Error> {
        match (self, value) {
            (Kind::DateTime, Value::DateTime(_)) => Ok(value.clone()),
            (Kind::Time, Value::DateTime(at)) => {
                let zone = Some(TimeZone::Fixed(at.offset_seconds));
                self.build(call, &Moment { zone, ..*moment }, None)
            }
            _ => self.build(call, moment, None),
        }
    }

    /// A value of this kind. Where a clock shows a time twice, it is at the preferred offset if it can be.
    pub(super) fn build(
        self,
        call: &Call<'_>,
        moment: &Moment,
        preferred: Option<i32>,
    ) -> Result<Value, Error> {
        let date = || moment.date.ok_or_else(|| invalid(format!("{} needs a date", call.name())));
        let time = || moment.time.ok_or_else(|| invalid(format!("{} needs a time of day", call.name())));
        let local = || {
            let time = moment.time.unwrap_or(LocalTime::MIDNIGHT);
            LocalDateTime::new(date()?, time).ok_or_else(|| errors::temporal_overflow("the date"))
        };
        let zone = moment.zone.unwrap_or(TimeZone::UTC);
        let built = match self {
            Kind::Date => Some(Value::Date(date()?)),
            Kind::LocalTime => Some(Value::LocalTime(time()?)),
            // Without a day, a named zone has the offset that it has when the statement runs.
            Kind::Time => {
                Time::new(time()?, zone.offset_at(call.cx.time.div_euclid(1_000_000))).map(Value::Time)
            }
            Kind::LocalDateTime => Some(Value::LocalDateTime(local()?)),
            Kind::DateTime => zone.at_local(local()?, preferred).map(Value::from),
        };
        built.ok_or_else(|| errors::temporal_overflow(&format!("the result of {}", call.name())))
    }
}

/// The offset of a value that has one.
pub(super) fn offset_of(value: &Value) -> Option<i32> {
    match value {
        Value::Time(time) => Some(time.offset_seconds),
        Value::DateTime(at) => Some(at.offset_seconds),
        _ => None,
    }
}
