//! Times of day, with and without an offset.

use super::text::{Text, write_nanos};
use super::{DAY_NANOS, Duration, SECOND_NANOS};
use std::fmt;

/// Offsets from UTC lie between minus and plus 18 hours.
pub const OFFSET_SECONDS_MAX: i32 = 18 * 3_600;

/// A time of day without an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime {
    /// Nanoseconds since midnight, below 86,400,000,000,000.
    pub nanos: u64,
}

/// A time of day with an offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    /// Nanoseconds since local midnight, below 86,400,000,000,000.
    pub nanos: u64,
    /// Seconds east of UTC.
    pub offset_seconds: i32,
}

impl LocalTime {
    /// The beginning of a day.
    pub const MIDNIGHT: LocalTime = LocalTime { nanos: 0 };

    /// A time of day by nanoseconds since midnight.
    pub fn from_nanos(nanos: u64) -> Option<LocalTime> {
        let time = LocalTime { nanos };
        time.is_valid().then_some(time)
    }

    /// A time of day by its parts.
    pub fn new(hour: u8, minute: u8, second: u8, nanosecond: u32) -> Option<LocalTime> {
        let valid = hour < 24 && minute < 60 && second < 60 && i64::from(nanosecond) < SECOND_NANOS;
        let seconds = u64::from(hour) * 3_600 + u64::from(minute) * 60 + u64::from(second);
        valid.then(|| LocalTime { nanos: seconds * SECOND_NANOS as u64 + u64::from(nanosecond) })
    }

    /// Whether it lies within a day.
    pub fn is_valid(self) -> bool {
        self.nanos < DAY_NANOS as u64
    }

    /// The hour, from 0.
    pub fn hour(self) -> u8 {
        (self.seconds() / 3_600 % 24) as u8
    }

    /// The minute of the hour, from 0.
    pub fn minute(self) -> u8 {
        (self.seconds() / 60 % 60) as u8
    }

    /// The second of the minute, from 0.
    pub fn second(self) -> u8 {
        (self.seconds() % 60) as u8
    }

    /// The nanosecond of the second, from 0.
    pub fn nanosecond(self) -> u32 {
        (self.nanos % SECOND_NANOS as u64) as u32
    }

    fn seconds(self) -> u64 {
        self.nanos / SECOND_NANOS as u64
    }

    /// Later by the seconds of a duration, going round at midnight; its months and days do not matter.
    pub fn plus(self, duration: &Duration) -> LocalTime {
        let nanos = i128::from(self.nanos)
            + i128::from(duration.seconds) * i128::from(SECOND_NANOS)
            + i128::from(duration.nanos);
        LocalTime { nanos: nanos.rem_euclid(i128::from(DAY_NANOS)) as u64 }
    }

    /// Reads `21:40:32.142`, `21:40:32`, `21:40`, `21`, and the same without colons.
    pub fn parse(text: &str) -> Option<LocalTime> {
        let mut text = Text::new(text);
        let time = LocalTime::read(&mut text)?;
        text.end()?;
        Some(time)
    }

    pub(super) fn read(text: &mut Text<'_>) -> Option<LocalTime> {
        let run = text.digit_run();
        let hour = text.small(2)?;
        let (mut minute, mut second, mut nanos) = (0, 0, 0);
        let has_seconds = match run {
            2 if text.eat(b':') => {
                minute = text.small(2)?;
                text.eat(b':')
            }
            2 => false,
            4 => {
                minute = text.small(2)?;
                false
            }
            6 => {
                minute = text.small(2)?;
                true
            }
            _ => return None,
        };
        if has_seconds {
            second = text.small(2)?;
            nanos = text.fraction().ok()?.unwrap_or(0);
        }
        LocalTime::new(hour, minute, second, u32::try_from(nanos).ok()?)
    }
}

impl Time {
    /// A time of day at an offset from UTC in seconds, at most 18 hours either way.
    pub fn new(time: LocalTime, offset_seconds: i32) -> Option<Time> {
        let time = Time { nanos: time.nanos, offset_seconds };
        time.is_valid().then_some(time)
    }

    /// Whether it lies within a day and its offset is possible.
    pub fn is_valid(self) -> bool {
        self.local().is_valid() && is_offset(self.offset_seconds)
    }

    /// What a clock at the offset shows.
    pub fn local(self) -> LocalTime {
        LocalTime { nanos: self.nanos }
    }

    /// Nanoseconds since midnight in UTC; negative or beyond a day where the offset leads there. What times are
    /// compared by.
    pub fn utc_nanos(self) -> i128 {
        i128::from(self.nanos) - i128::from(self.offset_seconds) * i128::from(SECOND_NANOS)
    }

    /// Later by the seconds of a duration, going round at midnight; its months and days do not matter.
    pub fn plus(self, duration: &Duration) -> Time {
        Time { nanos: self.local().plus(duration).nanos, offset_seconds: self.offset_seconds }
    }

    /// Reads a local time and an offset: `21:40:32.142+01:00`, `214032-0130`, `21:40Z`, `21+18`. Without an
    /// offset it is UTC.
    pub fn parse(text: &str) -> Option<Time> {
        let mut text = Text::new(text);
        let time = LocalTime::read(&mut text)?;
        let offset = if text.is_empty() { 0 } else { read_offset(&mut text)? };
        text.end()?;
        Time::new(time, offset)
    }
}

pub(super) fn is_offset(seconds: i32) -> bool {
    (-OFFSET_SECONDS_MAX..=OFFSET_SECONDS_MAX).contains(&seconds)
}

/// `Z`, `+01:00`, `-0130`, `+18`, `+00:53:28`.
pub(super) fn read_offset(text: &mut Text<'_>) -> Option<i32> {
    if text.eat(b'Z') {
        return Some(0);
    }
    let negative = text.peek() == Some(b'-');
    if !text.eat(b'-') && !text.eat(b'+') {
        return None;
    }
    let run = text.digit_run();
    let hours = text.digits(2)?;
    let (mut minutes, mut seconds) = (0, 0);
    match run {
        2 if text.eat(b':') => {
            minutes = text.digits(2)?;
            if text.eat(b':') {
                seconds = text.digits(2)?;
            }
        }
        2 => {}
        4 => minutes = text.digits(2)?,
        6 => (minutes, seconds) = (text.digits(2)?, text.digits(2)?),
        _ => return None,
    }
    if minutes > 59 || seconds > 59 {
        return None;
    }
    let total = i32::try_from(hours * 3_600 + minutes * 60 + seconds).ok()?;
    is_offset(total).then_some(if negative { -total } else { total })
}

pub(super) fn write_offset(f: &mut fmt::Formatter<'_>, offset_seconds: i32) -> fmt::Result {
    if offset_seconds == 0 {
        return f.write_str("Z");
    }
    let sign = if offset_seconds < 0 { '-' } else { '+' };
    let seconds = offset_seconds.unsigned_abs();
    write!(f, "{sign}{:02}:{:02}", seconds / 3_600, seconds / 60 % 60)?;
    if !seconds.is_multiple_of(60) {
        write!(f, ":{:02}", seconds % 60)?;
    }
    Ok(())
}

impl fmt::Display for LocalTime {
    /// `21:40:32.142`; seconds are left out where they are zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())?;
        if self.second() != 0 || self.nanosecond() != 0 {
            write!(f, ":{:02}", self.second())?;
            write_nanos(f, u64::from(self.nanosecond()))?;
        }
        Ok(())
    }
}

impl fmt::Display for Time {
    /// `21:40:32.142+01:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.local().fmt(f)?;
        write_offset(f, self.offset_seconds)
    }
}
