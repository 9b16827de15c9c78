//! Units of time that values are cut down to.

use super::{Date, LocalDateTime, LocalTime};

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// A millionth of a second.
    Microsecond,
    /// A thousandth of a second.
    Millisecond,
    /// A second.
    Second,
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// An ISO week, from Monday.
    Week,
    /// A month.
    Month,
    /// Three months, from January.
    Quarter,
    /// A year of ISO weeks.
    WeekYear,
    /// A year.
    Year,
    /// Ten years, from a year that ends in 0.
    Decade,
    /// A hundred years, from a year that ends in 00.
    Century,
    /// A thousand years, from a year that ends in 000.
    Millennium,
}

impl Unit {
    /// Every unit, the shortest first.
    pub const ALL: [Unit; 14] = [
        Unit::Microsecond,
        Unit::Millisecond,
        Unit::Second,
        Unit::Minute,
        Unit::Hour,
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::WeekYear,
        Unit::Year,
        Unit::Decade,
        Unit::Century,
        Unit::Millennium,
    ];

    /// Its name as Cypher writes it.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Microsecond => "microsecond",
            Unit::Millisecond => "millisecond",
            Unit::Second => "second",
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::WeekYear => "weekYear",
            Unit::Year => "year",
            Unit::Decade => "decade",
            Unit::Century => "century",
            Unit::Millennium => "millennium",
        }
    }

    /// The unit of a name; upper and lower case do not matter.
    pub fn parse(name: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.name().eq_ignore_ascii_case(name))
    }

    /// Nanoseconds of it, if it is shorter than a day.
    fn nanos(self) -> Option<u64> {
        Some(match self {
            Unit::Microsecond => 1_000,
            Unit::Millisecond => 1_000_000,
            Unit::Second => 1_000_000_000,
            Unit::Minute => 60_000_000_000,
            Unit::Hour => 3_600_000_000_000,
            _ => return None,
        })
    }
}

impl Date {
    /// The first day of the unit that it lies in; itself for a day and less. None if that is before the calendar.
    pub fn truncate(self, unit: Unit) -> Option<Date> {
        let (year, month, _) = self.year_month_day();
        let years = |length: i64| Date::new(year.div_euclid(length) * length, 1, 1);
        match unit {
            Unit::Millennium => years(1_000),
            Unit::Century => years(100),
            Unit::Decade => years(10),
            Unit::Year => years(1),
            Unit::WeekYear => Date::from_week(self.week().0, 1, 1),
            Unit::Quarter => Date::new(year, (month - 1) / 3 * 3 + 1, 1),
            Unit::Month => Date::new(year, month, 1),
            Unit::Week => self.plus_days(1 - i64::from(self.weekday())),
            _ => Some(self),
        }
    }
}

impl LocalTime {
    /// The beginning of the unit that it lies in: midnight for a day and more.
    pub fn truncate(self, unit: Unit) -> LocalTime {
        unit.nanos().map_or(LocalTime::MIDNIGHT, |length| LocalTime { nanos: self.nanos / length * length })
    }
}

impl LocalDateTime {
    /// The beginning of the unit that it lies in. None if that is before the calendar.
    pub fn truncate(self, unit: Unit) -> Option<LocalDateTime> {
        LocalDateTime::new(self.date().truncate(unit)?, self.time().truncate(unit))
    }
}
