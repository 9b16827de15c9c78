//! The rule that a zone follows from its last transition on: the `TZ` strings of POSIX, with the extension that
//! changes may lie up to a week from their day.

use crate::value::temporal::date::days_of;
use crate::value::temporal::text::Text;
use crate::value::temporal::{DAY_SECONDS, Date};

/// Offsets in seconds east of UTC, and when the clocks change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    standard: i32,
    summer: Option<Summer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Summer {
    offset: i32,
    begins: Change,
    ends: Change,
}

/// A change of the clocks in every year, told by the clock that it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    day: Day,
    /// Seconds from the beginning of the day.
    time: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    /// The so manieth day of a year without a February 29, from 1.
    Julian(i64),
    /// The so manieth day of the year, from 0.
    Ordinal(i64),
    /// A weekday, Sunday being 0, of a week of a month, the last one being 5.
    Weekday { month: i64, week: i64, weekday: i64 },
}

impl Rule {
    pub(super) fn parse(text: &str) -> Option<Rule> {
        let mut text = Text::new(text);
        skip_name(&mut text)?;
        let standard = -i32::try_from(read_time(&mut text)?).ok()?;
        if text.is_empty() {
            return Some(Rule { standard, summer: None });
        }
        skip_name(&mut text)?;
        let offset = match text.peek() {
            Some(b',') => standard.checked_add(3_600)?,
            _ => -i32::try_from(read_time(&mut text)?).ok()?,
        };
        let begins = Change::read(&mut text)?;
        let ends = Change::read(&mut text)?;
        text.end()?;
        Some(Rule { standard, summer: Some(Summer { offset, begins, ends }) })
    }

    pub(super) fn offset_at(&self, instant: i64) -> i32 {
        let Some(summer) = &self.summer else { return self.standard };
        let local = instant.saturating_add(i64::from(self.standard));
        let year = Date { days: local.div_euclid(DAY_SECONDS) }.year();
        let begins = summer.begins.seconds(year) - i64::from(self.standard);
        let ends = summer.ends.seconds(year) - i64::from(summer.offset);
        let is_summer = if begins < ends {
            (begins..ends).contains(&instant)
        } else {
            // South of the equator summer goes round the end of the year.
            !(ends..begins).contains(&instant)
        };
        if is_summer { summer.offset } else { self.standard }
    }
}

impl Change {
    /// `,M3.5.0`, `,M10.5.0/3`, `,J60/-1:30`, `,59`.
    fn read(text: &mut Text<'_>) -> Option<Change> {
        if !text.eat(b',') {
            return None;
        }
        let day = if text.eat(b'M') {
            let month = read_number(text).filter(|month| (1..=12).contains(month))?;
            let week = text.eat(b'.').then(|| read_number(text))?.filter(|week| (1..=5).contains(week))?;
            let weekday = text.eat(b'.').then(|| read_number(text))?.filter(|day| (0..=6).contains(day))?;
            Day::Weekday { month, week, weekday }
        } else if text.eat(b'J') {
            Day::Julian(read_number(text).filter(|day| (1..=365).contains(day))?)
        } else {
            Day::Ordinal(read_number(text).filter(|day| (0..=365).contains(day))?)
        };
        let time = if text.eat(b'/') { read_time(text)? } else { 2 * 3_600 };
        Some(Change { day, time })
    }

    /// When it is in a year, by the clock that it changes, in seconds since 1970-01-01T00:00:00.
    fn seconds(&self, year: i64) -> i64 {
        let first = days_of(year, 1, 1);
        let days = match self.day {
            Day::Ordinal(day) => first + day,
            Day::Julian(day) => {
                let is_later = day >= 60 && days_of(year, 3, 1) - first == 60;
                first + day - 1 + i64::from(is_later)
            }
            Day::Weekday { month, week, weekday } => {
                let begin = days_of(year, month, 1);
                let end = if month == 12 { days_of(year + 1, 1, 1) } else { days_of(year, month + 1, 1) };
                // 1970-01-01 was a Thursday.
                let earliest = begin + (weekday - 4 - begin).rem_euclid(7);
                let day = earliest + (week - 1) * 7;
                if day < end { day } else { day - 7 }
            }
        };
        days * DAY_SECONDS + self.time
    }
}

fn read_number(text: &mut Text<'_>) -> Option<i64> {
    let run = text.digit_run();
    text.digits(run)
}

/// Letters, or anything in angle brackets.
fn skip_name(text: &mut Text<'_>) -> Option<()> {
    if text.eat(b'<') {
        return text.until(b'>').map(|_| ());
    }
    let mut any = false;
    while let Some(byte) = text.peek().filter(u8::is_ascii_alphabetic) {
        any |= text.eat(byte);
    }
    any.then_some(())
}

/// Hours, minutes and seconds with a sign, in seconds.
fn read_time(text: &mut Text<'_>) -> Option<i64> {
    let negative = text.peek() == Some(b'-');
    if negative {
        text.eat(b'-');
    } else {
        text.eat(b'+');
    }
    let mut seconds = read_number(text).filter(|hours| *hours <= 167)? * 3_600;
    if text.eat(b':') {
        seconds += read_number(text).filter(|minutes| *minutes < 60)? * 60;
        if text.eat(b':') {
            seconds += read_number(text).filter(|seconds| *seconds < 60)?;
        }
    }
    Some(if negative { -seconds } else { seconds })
}
