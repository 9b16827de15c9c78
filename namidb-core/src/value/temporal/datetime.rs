//! Dates with times of day, with and without an offset.

use super::text::Text;
use super::time::{is_offset, read_offset, write_offset};
use super::zone::{TimeZone, Zone};
use super::{DAY_NANOS, DAY_SECONDS, Date, Duration, LocalTime, SECOND_NANOS};
use std::fmt;
use std::sync::Arc;

/// The longest name of a zone, in bytes.
const ZONE_BYTES_MAX: usize = 64;

/// A date and time of day without an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDateTime {
    /// Seconds since 1970-01-01T00:00:00.
    pub seconds: i64,
    /// Nanoseconds of that second, below 1,000,000,000.
    pub nanos: u32,
}

/// An instant, with the offset it was written in and, where it had one, the zone's IANA name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Nanoseconds of that second, below 1,000,000,000.
    pub nanos: u32,
    /// Seconds east of UTC at that instant.
    pub offset_seconds: i32,
    /// The zone's IANA name.
    pub zone: Option<Arc<str>>,
}

/// A date, time and zone as they were written: without an offset only somebody who knows the zones can tell
/// which instant that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZonedText {
    /// What the clock shows.
    pub local: LocalDateTime,
    /// Seconds east of UTC, if an offset was written.
    pub offset_seconds: Option<i32>,
    /// The zone's name, if one was written.
    pub zone: Option<Arc<str>>,
}

impl LocalDateTime {
    /// A date and a time of day.
    pub fn new(date: Date, time: LocalTime) -> Option<LocalDateTime> {
        if !date.is_valid() || !time.is_valid() {
            return None;
        }
        let second_of_day = (time.nanos / SECOND_NANOS as u64) as i64;
        Some(LocalDateTime { seconds: date.days * DAY_SECONDS + second_of_day, nanos: time.nanosecond() })
    }

    /// Whether its date is valid and its nanoseconds are less than a second.
    pub fn is_valid(self) -> bool {
        self.date().is_valid() && i64::from(self.nanos) < SECOND_NANOS
    }

    /// The date.
    pub fn date(self) -> Date {
        Date { days: self.seconds.div_euclid(DAY_SECONDS) }
    }

    /// The time of day.
    pub fn time(self) -> LocalTime {
        let seconds = self.seconds.rem_euclid(DAY_SECONDS) as u64;
        LocalTime { nanos: seconds * SECOND_NANOS as u64 + u64::from(self.nanos) }
    }

    /// The instant at which a clock at this offset shows it.
    pub fn at_offset(self, offset_seconds: i32, zone: Option<Arc<str>>) -> Option<DateTime> {
        let seconds = self.seconds.checked_sub(i64::from(offset_seconds))?;
        let instant = DateTime { seconds, nanos: self.nanos, offset_seconds, zone };
        instant.is_valid().then_some(instant)
    }

    /// Later by a duration: its months, then its days, then its seconds.
    pub fn plus(self, duration: &Duration) -> Option<LocalDateTime> {
        let date = self.date().plus_months(duration.months)?.plus_days(duration.days)?;
        let of_day = i128::from(self.time().nanos);
        let shift = i128::from(duration.seconds) * i128::from(SECOND_NANOS) + i128::from(duration.nanos);
        let total = of_day + shift;
        let days = i64::try_from(total.div_euclid(i128::from(DAY_NANOS))).ok()?;
        let nanos = total.rem_euclid(i128::from(DAY_NANOS)) as u64;
        LocalDateTime::new(date.plus_days(days)?, LocalTime { nanos })
    }

    /// Reads a date as [`Date::parse`] does and, after a `T`, a time as [`LocalTime::parse`] does; without it,
    /// midnight.
    pub fn parse(text: &str) -> Option<LocalDateTime> {
        let mut text = Text::new(text);
        let local = LocalDateTime::read(&mut text)?;
        text.end()?;
        Some(local)
    }

    fn read(text: &mut Text<'_>) -> Option<LocalDateTime> {
        let date = Date::read(text)?;
        let time = if text.eat(b'T') { LocalTime::read(text)? } else { LocalTime::MIDNIGHT };
        LocalDateTime::new(date, time)
    }
}

impl DateTime {
    /// An instant in UTC.
    pub fn from_epoch(seconds: i64, nanos: u32) -> Option<DateTime> {
        let instant = DateTime { seconds, nanos, offset_seconds: 0, zone: None };
        instant.is_valid().then_some(instant)
    }

    /// What a clock at its offset shows.
    pub fn local(&self) -> LocalDateTime {
        let seconds = self.seconds.saturating_add(i64::from(self.offset_seconds));
        LocalDateTime { seconds, nanos: self.nanos }
    }

    /// Whether its local date is valid, its nanoseconds are less than a second, its offset and the name of its
    /// zone possible.
    pub fn is_valid(&self) -> bool {
        self.local().is_valid() && is_offset(self.offset_seconds) && self.zone.as_deref().is_none_or(is_zone)
    }

    /// The same instant at another offset.
    pub fn with_offset(&self, offset_seconds: i32, zone: Option<Arc<str>>) -> Option<DateTime> {
        let instant = DateTime { seconds: self.seconds, nanos: self.nanos, offset_seconds, zone };
        instant.is_valid().then_some(instant)
    }

    /// Later by a duration: its months and days by the local calendar, then its seconds as time passes. None also
    /// for a zone that the database does not know.
    pub fn plus(&self, duration: &Duration) -> Option<DateTime> {
        let zone = TimeZone::of(self)?;
        let date = self.local().date().plus_months(duration.months)?.plus_days(duration.days)?;
        let local = LocalDateTime::new(date, self.local().time())?;
        let by_calendar = zone.at_local(local, Some(self.offset_seconds))?;
        let nanos = i64::from(by_calendar.nanos) + i64::from(duration.nanos);
        let seconds = by_calendar.seconds.checked_add(duration.seconds)?;
        zone.at_instant(
            seconds.checked_add(nanos.div_euclid(SECOND_NANOS))?,
            nanos.rem_euclid(SECOND_NANOS) as u32,
        )
    }

    /// Reads a local date and time, an offset as in [`super::Time::parse`], and a zone in brackets:
    /// `2015-07-21T21:40:32.142+02:00[Europe/Stockholm]`. Without offset and zone it is UTC; none for a zone
    /// without an offset: [`ZonedText::parse`] reads that, and [`ZonedText::instant`] finds it.
    pub fn parse(text: &str) -> Option<DateTime> {
        let read = ZonedText::parse(text)?;
        let offset = match (read.offset_seconds, &read.zone) {
            (Some(offset), _) => offset,
            (None, None) => 0,
            (None, Some(_)) => return None,
        };
        read.local.at_offset(offset, read.zone)
    }
}

impl ZonedText {
    /// The instant, by the database of zones. None if it does not know the zone, or if the zone does not have the
    /// offset that was written, or outside the calendar.
    pub fn instant(&self) -> Option<DateTime> {
        let zone = match &self.zone {
            Some(name) => TimeZone::Named(Zone::find(name)?),
            None => TimeZone::Fixed(self.offset_seconds.unwrap_or(0)),
        };
        let instant = zone.at_local(self.local, self.offset_seconds)?;
        let as_written = self.offset_seconds.is_none_or(|offset| offset == instant.offset_seconds);
        as_written.then_some(instant)
    }

    /// Reads what [`DateTime::parse`] reads, and a zone without an offset.
    pub fn parse(text: &str) -> Option<ZonedText> {
        let mut text = Text::new(text);
        let local = LocalDateTime::read(&mut text)?;
        let has_offset = !text.is_empty() && text.peek() != Some(b'[');
        let offset_seconds = if has_offset { Some(read_offset(&mut text)?) } else { None };
        let zone = match text.eat(b'[') {
            true => Some(text.until(b']').filter(|name| is_zone(name))?.into()),
            false => None,
        };
        text.end()?;
        Some(ZonedText { local, offset_seconds, zone })
    }
}

/// Whether this can be the name of a zone.
fn is_zone(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-~.:".contains(&byte);
    (1..=ZONE_BYTES_MAX).contains(&name.len()) && name.bytes().all(allowed)
}

impl fmt::Display for LocalDateTime {
    /// `2015-07-21T21:40:32.142`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date(), self.time())
    }
}

impl fmt::Display for DateTime {
    /// `2015-07-21T21:40:32.142+02:00[Europe/Stockholm]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.local().fmt(f)?;
        write_offset(f, self.offset_seconds)?;
        match &self.zone {
            Some(zone) => write!(f, "[{zone}]"),
            None => Ok(()),
        }
    }
}
