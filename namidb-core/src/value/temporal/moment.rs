//! What all temporal values but durations have in common, and the time between two of them.

use super::zone::TimeZone;
use super::{DAY_NANOS, Date, DateTime, Duration, LocalDateTime, LocalTime, SECOND_NANOS};
use crate::value::Value;
use std::cmp::Ordering;

/// A temporal value by its parts, as far as it has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The day.
    pub date: Option<Date>,
    /// What a clock shows.
    pub time: Option<LocalTime>,
    /// What tells the clock's offset.
    pub zone: Option<TimeZone>,
}

impl Moment {
    /// The parts of a date, a time or both; none for other values. A zone that the database does not know counts
    /// as the offset that the value has.
    pub fn of(value: &Value) -> Option<Moment> {
        let (date, time, zone) = match value {
            Value::Date(date) => (Some(*date), None, None),
            Value::LocalTime(time) => (None, Some(*time), None),
            Value::Time(time) => (None, Some(time.local()), Some(TimeZone::Fixed(time.offset_seconds))),
            Value::LocalDateTime(at) => (Some(at.date()), Some(at.time()), None),
            Value::DateTime(at) => {
                let local = at.local();
                let zone = TimeZone::of(at).unwrap_or(TimeZone::Fixed(at.offset_seconds));
                (Some(local.date()), Some(local.time()), Some(zone))
            }
            _ => return None,
        };
        Some(Moment { date, time, zone })
    }

    /// The instant that it is if it takes from another one what it has not: the day and the zone. Without a time
    /// of day it is midnight.
    fn beside(&self, value: &Value, other: &Moment) -> Option<DateTime> {
        if let Value::DateTime(at) = value {
            return at.is_valid().then(|| DateTime::clone(at));
        }
        let date = self.date.or(other.date).unwrap_or(Date { days: 0 });
        let local = LocalDateTime::new(date, self.time.unwrap_or(LocalTime::MIDNIGHT))?;
        self.zone.or(other.zone).unwrap_or(TimeZone::UTC).at_local(local, None)
    }
}

/// Two temporal values as instants in one zone.
#[derive(Clone, Debug)]
pub struct Span {
    from: DateTime,
    to: DateTime,
    /// Whether both have a day: without it, there are no months and days between them.
    dated: bool,
}

impl Span {
    /// From one temporal value to another. What one of them has not it takes from the other: the day and the zone;
    /// a day without a time is its midnight. None if a value is a duration or no temporal value, or outside the
    /// calendar.
    pub fn new(from: &Value, to: &Value) -> Option<Span> {
        let (first, second) = (Moment::of(from)?, Moment::of(to)?);
        let dated = first.date.is_some() && second.date.is_some();
        let (from, to) = (first.beside(from, &second)?, second.beside(to, &first)?);
        let zone = TimeZone::of(&from).unwrap_or(TimeZone::Fixed(from.offset_seconds));
        let to = zone.at_instant(to.seconds, to.nanos)?;
        Some(Span { from, to, dated })
    }

    fn whole_months(&self) -> i64 {
        if !self.dated {
            return 0;
        }
        let (from, to) = (self.from.local(), self.to.local());
        // Where the time of day of the last day has not come, that day does not count. It must not count as the day
        // before either that a shorter month ends with: so the days are compared, and not the days with their times.
        let days = to.date().days;
        let days = match to.date().cmp(&from.date()) {
            Ordering::Greater if to.time() < from.time() => days - 1,
            Ordering::Less if to.time() > from.time() => days + 1,
            _ => days,
        };
        let parts = |date: Date| {
            let (year, month, day) = date.year_month_day();
            (year * 12 + i64::from(month), day)
        };
        let ((first, from), (last, to)) = (parts(from.date()), parts(Date { days }));
        let months = last - first;
        // The last month is only whole once its day has come.
        months - i64::from(months > 0 && to < from) + i64::from(months < 0 && to > from)
    }

    /// Days from a local time to its end, without what is left of a day.
    fn whole_days(&self, from: LocalDateTime) -> i64 {
        if !self.dated {
            return 0;
        }
        let to = self.to.local();
        let seconds = i128::from(to.seconds) - i128::from(from.seconds);
        let nanos = seconds * i128::from(SECOND_NANOS) + i128::from(to.nanos) - i128::from(from.nanos);
        (nanos / i128::from(DAY_NANOS)) as i64
    }

    fn nanos_since(&self, from: &DateTime) -> i128 {
        let seconds = i128::from(self.to.seconds) - i128::from(from.seconds);
        seconds * i128::from(SECOND_NANOS) + i128::from(self.to.nanos) - i128::from(from.nanos)
    }

    /// Whole months, then whole days, then the rest in seconds: what has to be added to the first value to come to
    /// the second.
    pub fn between(&self) -> Option<Duration> {
        let months = Duration { months: self.whole_months(), ..Duration::ZERO };
        let after_months = self.from.local().plus(&months)?;
        let whole = Duration { days: self.whole_days(after_months), ..months };
        let from = match TimeZone::of(&self.from) {
            Some(_) => self.from.plus(&whole)?,
            None => DateTime { zone: None, ..self.from.clone() }.plus(&whole)?,
        };
        Duration::new_exact(whole.months, whole.days, self.nanos_since(&from))
    }

    /// Whole months only.
    pub fn in_months(&self) -> Duration {
        Duration { months: self.whole_months(), ..Duration::ZERO }
    }

    /// Whole days only.
    pub fn in_days(&self) -> Duration {
        Duration { days: self.whole_days(self.from.local()), ..Duration::ZERO }
    }

    /// Seconds and nanoseconds only.
    pub fn in_seconds(&self) -> Option<Duration> {
        Duration::new_exact(0, 0, self.nanos_since(&self.from))
    }
}
