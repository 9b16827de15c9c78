//! The six temporal kinds, on arithmetic of our own: years to ±999,999,999 exceed what time-zone
//! libraries hold.

use std::sync::Arc;

/// A day: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Days since 1970-01-01, negative before it.
    pub days: i64,
}

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

/// A duration: its four parts are kept apart, since a month has no fixed number of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Duration {
    /// Months.
    pub months: i64,
    /// Days.
    pub days: i64,
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds, 0 to 999,999,999; the sign of a duration is in `seconds`.
    pub nanos: u32,
}
