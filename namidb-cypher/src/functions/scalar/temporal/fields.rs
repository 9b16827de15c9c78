//! Temporal values from maps of components: `{year: 1984, week: 10, dayOfWeek: 3}`.
//!
//! `date`, `time` and `datetime` select from other temporal values what the map itself does not say. A zone in the map
//! converts what was selected with another zone: the components hold in that other zone, and the instant stays.

use super::kind::{Kind, invalid, offset_of, zone};
use crate::functions::scalar::prelude::*;
use namidb_core::value::temporal::zone::TimeZone;
use namidb_core::value::temporal::{Moment, Unit};
use namidb_core::value::{Date, DateTime, LocalDateTime, LocalTime, Map, Time};

const DATE: [&str; 8] =
    ["year", "quarter", "month", "week", "dayOfQuarter", "day", "ordinalDay", "dayOfWeek"];
const TIME: [&str; 6] = ["hour", "minute", "second", "millisecond", "microsecond", "nanosecond"];

/// A map of components, and the function that it was given to.
pub(super) struct Fields<'a> {
    call: &'a Call<'a>,
    map: &'a Map,
}

impl<'a> Fields<'a> {
    /// Refuses components that the kind does not have.
    pub(super) fn new(
        call: &'a Call<'a>,
        kind: Kind,
        map: &'a Map,
        selections: &[&str],
    ) -> Result<Fields<'a>, Error> {
        for key in map.keys() {
            let key = &**key;
            let known = (kind.has_date() && DATE.contains(&key))
                || (kind.has_time() && TIME.contains(&key))
                || (kind.has_zone() && key == "timezone")
                || selections.contains(&key);
            if !known {
                return Err(invalid(format!("{} has no component '{key}'", call.name())));
            }
        }
        Ok(Fields { call, map })
    }

    fn integer(&self, key: &str) -> Result<Option<i64>, Error> {
        match self.map.get(key) {
            None => Ok(None),
            Some(Value::Integer(value)) => Ok(Some(*value)),
            Some(other) => Err(invalid(format!(
                "'{key}' of {} takes an integer, not a value of type {}",
                self.call.name(),
                other.type_name()
            ))),
        }
    }

    /// An integer below a bound.
    fn part<N: TryFrom<i64>>(&self, key: &str, below: i64) -> Result<Option<N>, Error> {
        let Some(value) = self.integer(key)? else { return Ok(None) };
        let part = if (0..below).contains(&value) { N::try_from(value).ok() } else { None };
        part.map(Some).ok_or_else(|| self.out_of_range(key, value))
    }

    fn out_of_range(&self, key: &str, value: i64) -> Error {
        invalid(format!("'{key}' of {} is out of range: {value}", self.call.name()))
    }

    fn missing(&self, key: &str, because: &str) -> Error {
        invalid(format!("{} needs '{key}' {because}", self.call.name()))
    }

    fn any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.map.contains_key(key))
    }

    /// The zone that the map names.
    pub(super) fn zone(&self) -> Result<Option<TimeZone>, Error> {
        match self.map.get("timezone") {
            None => Ok(None),
            Some(Value::String(text)) => zone(text).map(Some),
            Some(other) => {
                Err(invalid(format!("'timezone' takes a string, not a value of type {}", other.type_name())))
            }
        }
    }

    /// A value to select from.
    fn selected(&self, key: &str) -> Result<Option<(&'a Value, Moment)>, Error> {
        let Some(value) = self.map.get(key) else { return Ok(None) };
        let moment = Moment::of(value).filter(|moment| {
            (key == "time" || moment.date.is_some()) && (key == "date" || moment.time.is_some())
        });
        moment.map(|moment| Some((value, moment))).ok_or_else(|| {
            invalid(format!("'{key}' cannot be selected from a value of type {}", value.type_name()))
        })
    }

    /// The day of the map's components; what they do not say is that of a base. None if nothing says a year.
    pub(super) fn date(&self, base: Option<Date>) -> Result<Option<Date>, Error> {
        if base.is_none() && !self.any(&DATE) {
            return Ok(None);
        }
        let by_week = self.any(&["week", "dayOfWeek"]);
        let by_quarter = self.any(&["quarter", "dayOfQuarter"]);
        let by_ordinal = self.any(&["ordinalDay"]);
        let by_month = self.any(&["month", "day"]);
        if [by_week, by_quarter, by_ordinal, by_month].into_iter().filter(|by| *by).count() > 1 {
            let message = "a day is told by month and day, or week and day of the week, or quarter and day of the quarter, or ordinal day";
            return Err(invalid(message));
        }
        let by_week_number = self.any(&["week"]);
        let base_year = base.map(|base| if by_week_number { base.week().0 } else { base.year() });
        let year = self
            .integer("year")?
            .or(base_year)
            .ok_or_else(|| self.missing("year", "where there are other components of a date"))?;
        let date = if by_week {
            self.by_week(year, base)?
        } else if by_quarter {
            self.by_quarter(year, base)?
        } else if by_ordinal {
            Date::from_ordinal(year, self.part("ordinalDay", 367)?.unwrap_or(1))
        } else {
            self.by_month(year, base)?
        };
        let no_day =
            || invalid(format!("{} was given components of a day that does not exist", self.call.name()));
        date.map(Some).ok_or_else(no_day)
    }

    fn by_week(&self, year: i64, base: Option<Date>) -> Result<Option<Date>, Error> {
        let (week, day): (Option<u8>, Option<u8>) = (self.part("week", 54)?, self.part("dayOfWeek", 8)?);
        let day = day.or(base.map(Date::weekday)).unwrap_or(1);
        Ok(match (week, base) {
            (Some(week), _) => Date::from_week(year, week, day),
            // Within the week of the base's day.
            (None, Some(base)) => within_month(year, base.month(), base.day()).and_then(|on| {
                let (year, week) = on.week();
                Date::from_week(year, week, day)
            }),
            (None, None) => return Err(self.missing("week", "where there is 'dayOfWeek'")),
        })
    }

    fn by_quarter(&self, year: i64, base: Option<Date>) -> Result<Option<Date>, Error> {
        let (quarter, day): (Option<u8>, Option<u8>) =
            (self.part("quarter", 5)?, self.part("dayOfQuarter", 93)?);
        let quarter = quarter
            .or(base.map(Date::quarter))
            .ok_or_else(|| self.missing("quarter", "where there is 'dayOfQuarter'"))?;
        Ok(match (day, base) {
            (Some(day), _) => Date::from_quarter(year, quarter, day),
            // The same day of the same month of the quarter.
            (None, Some(base)) => Date::from_quarter(year, quarter, 1)
                .and_then(|first| within_month(year, first.month() + (base.month() - 1) % 3, base.day())),
            (None, None) => Date::from_quarter(year, quarter, 1),
        })
    }

    fn by_month(&self, year: i64, base: Option<Date>) -> Result<Option<Date>, Error> {
        let (month, day): (Option<u8>, Option<u8>) = (self.part("month", 13)?, self.part("day", 32)?);
        if base.is_none() && month.is_none() && day.is_some() {
            return Err(self.missing("month", "where there is 'day'"));
        }
        let month = month.or(base.map(Date::month)).unwrap_or(1);
        Ok(match (day, base) {
            (Some(day), _) => Date::new(year, month, day),
            (None, Some(base)) => within_month(year, month, base.day()),
            (None, None) => Date::new(year, month, 1),
        })
    }

    /// Refuses components that leave the day open: a time of day belongs to a whole date.
    fn check_whole_day(&self) -> Result<(), Error> {
        let needed: &[&str] = if self.any(&["week", "dayOfWeek"]) {
            &["week", "dayOfWeek"]
        } else if self.any(&["quarter", "dayOfQuarter"]) {
            &["quarter", "dayOfQuarter"]
        } else if self.any(&["ordinalDay"]) {
            &["ordinalDay"]
        } else {
            &["month", "day"]
        };
        match needed.iter().find(|key| !self.map.contains_key(key)) {
            Some(key) => Err(self.missing(key, "where there is a time of day")),
            None => Ok(()),
        }
    }

    /// The time of day of the map's components; what they do not say is that of a base. Below a second, components
    /// replace the base as a whole, but for what `kept` says: the unit that the base was truncated to. None if there
    /// is neither a base nor a component.
    pub(super) fn time(
        &self,
        base: Option<LocalTime>,
        kept: Option<Unit>,
    ) -> Result<Option<LocalTime>, Error> {
        if base.is_none() && !self.any(&TIME) {
            return Ok(None);
        }
        if base.is_none() {
            // Larger units come first.
            let below_second = self.any(&["millisecond", "microsecond", "nanosecond"]);
            let mut smaller = below_second;
            for key in ["second", "minute", "hour"] {
                let given = self.map.contains_key(key);
                if smaller && !given {
                    return Err(self.missing(key, "where there are smaller units"));
                }
                smaller |= given;
            }
        }
        let base = base.unwrap_or(LocalTime::MIDNIGHT);
        let hour = self.part("hour", 24)?.unwrap_or(base.hour());
        let minute = self.part("minute", 60)?.unwrap_or(base.minute());
        let second = self.part("second", 60)?.unwrap_or(base.second());
        let nanos = self.below_second(base.nanosecond(), kept)?;
        LocalTime::new(hour, minute, second, nanos)
            .map(Some)
            .ok_or_else(|| errors::temporal_overflow("the time of day"))
    }

    fn below_second(&self, base: u32, kept: Option<Unit>) -> Result<u32, Error> {
        if !self.any(&["millisecond", "microsecond", "nanosecond"]) {
            return Ok(base);
        }
        let keeps = |unit| kept.is_some_and(|kept| kept <= unit);
        let mut millis: Option<u32> = self.part("millisecond", 1_000)?;
        if keeps(Unit::Millisecond) {
            millis = millis.or(Some(base / 1_000_000));
        }
        let mut micros: Option<u32> =
            self.part("microsecond", if millis.is_some() { 1_000 } else { 1_000_000 })?;
        if keeps(Unit::Microsecond) {
            micros = micros.or(Some(base / 1_000 % 1_000));
        }
        let below = match (micros, millis) {
            (Some(_), _) => 1_000,
            (None, Some(_)) => 1_000_000,
            (None, None) => 1_000_000_000,
        };
        let nanos: u32 = self.part("nanosecond", below)?.unwrap_or(0);
        Ok(millis.unwrap_or(0) * 1_000_000 + micros.unwrap_or(0) * 1_000 + nanos)
    }

    /// The instant of `epochSeconds` or `epochMillis`, with what there is below a second beside it.
    fn epoch(&self) -> Result<Option<DateTime>, Error> {
        let (seconds, base) = match (self.integer("epochSeconds")?, self.integer("epochMillis")?) {
            (None, None) => return Ok(None),
            (Some(seconds), None) => (seconds, 0),
            (None, Some(millis)) => (millis.div_euclid(1_000), millis.rem_euclid(1_000) as u32 * 1_000_000),
            (Some(_), Some(_)) => {
                return Err(invalid("only one of 'epochSeconds' and 'epochMillis' may be given"));
            }
        };
        if self.any(&DATE) || self.any(&["hour", "minute", "second", "date", "time", "datetime"]) {
            return Err(invalid(
                "'epochSeconds' and 'epochMillis' leave nothing but smaller units to be given",
            ));
        }
        let kept = self.map.contains_key("epochMillis").then_some(Unit::Millisecond);
        let instant = DateTime::from_epoch(seconds, self.below_second(base, kept)?);
        instant.map(Some).ok_or_else(|| errors::temporal_overflow("the instant"))
    }
}

/// The day of a month, or its last one where it has fewer days.
fn within_month(year: i64, month: u8, day: u8) -> Option<Date> {
    (0..4).find_map(|less| Date::new(year, month, day.checked_sub(less)?))
}

/// A value of a kind from a map.
pub(super) fn construct(call: &Call<'_>, kind: Kind, map: &Map) -> Result<Value, Error> {
    let selections: &[&str] = match kind {
        Kind::Date => &["date"],
        Kind::LocalTime | Kind::Time => &["time"],
        Kind::LocalDateTime => &["date", "time", "datetime"],
        Kind::DateTime => &["date", "time", "datetime", "epochSeconds", "epochMillis"],
    };
    if map.len() == 1
        && let Some(Value::String(name)) = map.get("timezone")
    {
        return kind.now(call, call.cx.time, zone(name)?);
    }
    let fields = Fields::new(call, kind, map, selections)?;
    let wanted = fields.zone()?;
    if let Some(instant) = fields.epoch()? {
        let zone = wanted.unwrap_or(TimeZone::UTC);
        let instant = zone.at_instant(instant.seconds, instant.nanos).map(Value::from);
        return instant.ok_or_else(|| errors::temporal_overflow("the instant"));
    }
    let both = fields.selected("datetime")?;
    if both.is_some() && fields.any(&["date", "time"]) {
        return Err(invalid("where there is 'datetime', neither 'date' nor 'time' can be selected"));
    }
    let date = fields.selected("date")?.or(both);
    let time = fields.selected("time")?.or(both);
    let offset = time.and_then(|(value, _)| offset_of(value));
    // Without its day, an instant has only its offset.
    let own_zone = match kind {
        Kind::Time => offset.map(TimeZone::Fixed),
        _ => time.and_then(|(_, moment)| moment.zone),
    };

    let day = fields.date(date.and_then(|(_, moment)| moment.date))?;
    let clock = fields.time(time.and_then(|(_, moment)| moment.time), None)?;
    if day.is_some() && date.is_none() && clock.is_some() {
        fields.check_whole_day()?;
    }
    let moment = Moment { date: day, time: clock, zone: own_zone.or(wanted) };
    let shown = kind.build(call, &moment, offset)?;
    let (Some(_), Some(wanted)) = (own_zone, wanted) else { return Ok(shown) };
    let instant = match &shown {
        Value::DateTime(at) => Some((at.seconds, at.nanos)),
        // Which offset a named zone has hangs on the day.
        Value::Time(time_of_day) => {
            let today = || Date { days: call.cx.time.div_euclid(86_400_000_000) };
            let day = time.and_then(|(_, moment)| moment.date).unwrap_or_else(today);
            let local = LocalDateTime::new(day, time_of_day.local());
            let at = local.and_then(|local| local.at_offset(time_of_day.offset_seconds, None));
            at.map(|at| (at.seconds, at.nanos))
        }
        _ => return Ok(shown),
    };
    let there = instant.and_then(|(seconds, nanos)| wanted.at_instant(seconds, nanos));
    let converted = there.and_then(|there| match kind {
        Kind::Time => Time::new(there.local().time(), there.offset_seconds).map(Value::Time),
        _ => Some(Value::from(there)),
    });
    converted.ok_or_else(|| errors::temporal_overflow("the date and time in the other zone"))
}
