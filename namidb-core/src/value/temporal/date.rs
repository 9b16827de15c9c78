//! Days, and the calendar that names them.
//!
//! The conversions count days from a March 1 in eras of 400 years, as Howard Hinnant describes them
//! ("chrono-compatible low-level date algorithms").

use super::text::Text;
use super::{DAY_NANOS, Duration, SECOND_NANOS};
use std::fmt;

/// Years lie between minus and plus this.
pub const YEAR_MAX: i64 = 999_999_999;

/// Days of 400 years.
const ERA_DAYS: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;

/// A day: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Days since 1970-01-01, negative before it.
    pub days: i64,
}

/// Days from 1970-01-01 to a day, whatever the year.
pub(super) const fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + day_of_year;
    era * ERA_DAYS + day_of_era - EPOCH_DAYS
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i64, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_year(year: i64) -> bool {
    (-YEAR_MAX..=YEAR_MAX).contains(&year)
}

impl Date {
    /// The first day: -999999999-01-01.
    pub const MIN: Date = Date { days: days_of(-YEAR_MAX, 1, 1) };
    /// The last day: +999999999-12-31.
    pub const MAX: Date = Date { days: days_of(YEAR_MAX, 12, 31) };

    /// The day so many days after 1970-01-01; none beyond the first and last year.
    pub fn from_days(days: i64) -> Option<Date> {
        let date = Date { days };
        date.is_valid().then_some(date)
    }

    /// A day by year, month (from 1) and day of the month (from 1).
    pub fn new(year: i64, month: u8, day: u8) -> Option<Date> {
        let valid =
            is_year(year) && (1..=12).contains(&month) && (1..=month_length(year, month)).contains(&day);
        valid.then(|| Date { days: days_of(year, i64::from(month), i64::from(day)) })
    }

    /// A day by ISO week: year of the week, week from 1, day from Monday, 1, to Sunday, 7.
    pub fn from_week(year: i64, week: u8, day: u8) -> Option<Date> {
        if !is_year(year) || !(1..=53).contains(&week) || !(1..=7).contains(&day) {
            return None;
        }
        let fourth = Date { days: days_of(year, 1, 4) };
        let first_monday = fourth.days - i64::from(fourth.weekday()) + 1;
        let date = Date::from_days(first_monday + i64::from(week - 1) * 7 + i64::from(day) - 1)?;
        (date.week() == (year, week)).then_some(date)
    }

    /// A day by year and day of the year, from 1.
    pub fn from_ordinal(year: i64, day: u16) -> Option<Date> {
        let length = if is_leap(year) { 366 } else { 365 };
        let valid = is_year(year) && (1..=length).contains(&day);
        valid.then(|| Date { days: days_of(year, 1, 1) + i64::from(day) - 1 })
    }

    /// A day by year, quarter (from 1) and day of the quarter (from 1).
    pub fn from_quarter(year: i64, quarter: u8, day: u8) -> Option<Date> {
        if !(1..=4).contains(&quarter) || day == 0 {
            return None;
        }
        let first = Date::new(year, quarter * 3 - 2, 1)?;
        let date = Date::from_days(first.days + i64::from(day) - 1)?;
        (date.year() == year && date.quarter() == quarter).then_some(date)
    }

    /// Whether it lies in a year that the calendar holds.
    pub fn is_valid(self) -> bool {
        (Date::MIN..=Date::MAX).contains(&self)
    }

    /// Year, month from 1, day of the month from 1.
    pub fn year_month_day(self) -> (i64, u8, u8) {
        let days = self.clamp(Date::MIN, Date::MAX).days + EPOCH_DAYS;
        let day_of_era = days.rem_euclid(ERA_DAYS);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = days.div_euclid(ERA_DAYS) * 400 + year_of_era + i64::from(month <= 2);
        (year, month as u8, day as u8)
    }

    /// The year.
    pub fn year(self) -> i64 {
        self.year_month_day().0
    }

    /// The month, from 1.
    pub fn month(self) -> u8 {
        self.year_month_day().1
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.year_month_day().2
    }

    /// The quarter, from 1.
    pub fn quarter(self) -> u8 {
        (self.month() - 1) / 3 + 1
    }

    /// The day of the quarter, from 1.
    pub fn day_of_quarter(self) -> u8 {
        let (year, month, _) = self.year_month_day();
        let first = days_of(year, i64::from((month - 1) / 3 * 3 + 1), 1);
        (self.clamp(Date::MIN, Date::MAX).days - first + 1) as u8
    }

    /// The day of the year, from 1.
    pub fn ordinal_day(self) -> u16 {
        let first = days_of(self.year(), 1, 1);
        (self.clamp(Date::MIN, Date::MAX).days - first + 1) as u16
    }

    /// The day of the week, from Monday, 1, to Sunday, 7.
    pub fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        (self.days.rem_euclid(7) + 3).rem_euclid(7) as u8 + 1
    }

    /// The ISO week: the year that it belongs to, and its number from 1.
    pub fn week(self) -> (i64, u8) {
        // A week belongs to the year of its Thursday, which may lie just outside the calendar.
        let days = self.clamp(Date::MIN, Date::MAX).days;
        let thursday = days - i64::from(Date { days }.weekday()) + 4;
        let mut year = Date { days: thursday }.year();
        if thursday > Date::MAX.days {
            year += 1;
        } else if thursday < Date::MIN.days {
            year -= 1;
        }
        (year, ((thursday - days_of(year, 1, 1)) / 7 + 1) as u8)
    }

    /// So many days later.
    pub fn plus_days(self, days: i64) -> Option<Date> {
        Date::from_days(self.days.checked_add(days)?)
    }

    /// So many months later, on the same day of the month, or the last one if that month is shorter.
    pub fn plus_months(self, months: i64) -> Option<Date> {
        let (year, month, day) = self.year_month_day();
        let total = year.checked_mul(12)?.checked_add(i64::from(month) - 1)?.checked_add(months)?;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) as u8 + 1);
        Date::new(year, month, day.min(month_length(year, month)))
    }

    /// Later by a duration: its months, then its days, then the whole days of its seconds.
    pub fn plus(self, duration: &Duration) -> Option<Date> {
        let nanos = i128::from(duration.seconds) * i128::from(SECOND_NANOS) + i128::from(duration.nanos);
        let whole = i64::try_from(nanos / i128::from(DAY_NANOS)).ok()?;
        self.plus_months(duration.months)?.plus_days(duration.days)?.plus_days(whole)
    }

    /// Reads `2015-07-21`, `20150721`, `2015-07`, `201507`, `2015-W30-2`, `2015W302`, `2015-W30`, `2015W30`,
    /// `2015-Q3-21`, `2015Q321`, `2015-Q3`, `2015Q3`, `2015-202`, `2015202`, `2015`; with a sign before it the
    /// year has up to nine digits, and hyphens follow.
    pub fn parse(text: &str) -> Option<Date> {
        let mut text = Text::new(text);
        let date = Date::read(&mut text)?;
        text.end()?;
        Some(date)
    }

    pub(super) fn read(text: &mut Text<'_>) -> Option<Date> {
        let negative = text.peek() == Some(b'-');
        if text.eat(b'-') || text.eat(b'+') {
            let run = text.digit_run();
            let year = if run <= 9 { text.digits(run)? } else { return None };
            return read_rest(text, if negative { -year } else { year });
        }
        match text.digit_run() {
            4 => {
                let year = text.digits(4)?;
                read_rest(text, year)
            }
            6 => Date::new(text.digits(4)?, text.small(2)?, 1),
            7 => Date::from_ordinal(text.digits(4)?, u16::try_from(text.digits(3)?).ok()?),
            8 => Date::new(text.digits(4)?, text.small(2)?, text.small(2)?),
            _ => None,
        }
    }
}

/// What follows a year.
fn read_rest(text: &mut Text<'_>, year: i64) -> Option<Date> {
    let hyphen = text.eat(b'-');
    if text.eat(b'W') {
        let week = text.small(2)?;
        let day = read_part(text, hyphen, 1)?;
        return Date::from_week(year, week, day);
    }
    if text.eat(b'Q') {
        let quarter = text.small(1)?;
        let day = read_part(text, hyphen, 2)?;
        return Date::from_quarter(year, quarter, day);
    }
    match (hyphen, text.digit_run()) {
        (false, 0) => Date::new(year, 1, 1),
        (true, 3) => Date::from_ordinal(year, u16::try_from(text.digits(3)?).ok()?),
        (true, 2) => {
            let month = text.small(2)?;
            let day = read_part(text, true, 2)?;
            Date::new(year, month, day)
        }
        _ => None,
    }
}

/// A last part that may be missing: then it is 1.
fn read_part(text: &mut Text<'_>, hyphen: bool, digits: usize) -> Option<u8> {
    if hyphen {
        if text.eat(b'-') { text.small(digits) } else { Some(1) }
    } else if text.digit_run() == 0 {
        Some(1)
    } else {
        text.small(digits)
    }
}

impl fmt::Display for Date {
    /// `2015-07-21`; years beyond four digits have a sign.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        match year {
            0..=9_999 => write!(f, "{year:04}")?,
            10_000.. => write!(f, "+{year}")?,
            _ => write!(f, "-{:04}", -year)?,
        }
        write!(f, "-{month:02}-{day:02}")
    }
}
