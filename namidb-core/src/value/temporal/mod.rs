//! The six temporal kinds, on arithmetic of our own: years to ±999,999,999 exceed what time-zone
//! libraries hold.
//!
//! All of it is the proleptic Gregorian calendar with days of 86,400 seconds; leap seconds do not exist. Text is
//! ISO 8601, in the forms that Cypher reads and writes. What a named zone's offset is at some time is not known
//! here: a [`DateTime`] carries the offset that somebody who knows the zones has found.
//!
//! Fields are public, so a value may be out of range. Constructors check; [`Date::is_valid`] and its like tell;
//! every method answers something for any content, without panicking.

mod date;
mod datetime;
mod duration;
#[cfg(test)]
mod tests;
mod text;
mod time;

pub use date::{Date, YEAR_MAX};
pub use datetime::{DateTime, LocalDateTime, ZonedText};
pub use duration::Duration;
pub use time::{LocalTime, OFFSET_SECONDS_MAX, Time};

/// Seconds of a day.
pub const DAY_SECONDS: i64 = 86_400;
/// Nanoseconds of a second.
pub const SECOND_NANOS: i64 = 1_000_000_000;
/// Nanoseconds of a day.
pub const DAY_NANOS: i64 = DAY_SECONDS * SECOND_NANOS;
