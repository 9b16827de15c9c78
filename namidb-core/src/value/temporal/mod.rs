//! The six temporal kinds, on arithmetic of our own: years to ±999,999,999 exceed what time-zone
//! libraries hold.
//!
//! All of it is the proleptic Gregorian calendar with days of 86,400 seconds; leap seconds do not exist. Text is
//! ISO 8601, in the forms that Cypher reads and writes. A [`DateTime`] carries its offset, so that only who makes or
//! moves one has to know the zones; [`zone`] does.
//!
//! Fields are public, so a value may be out of range. Constructors check; [`Date::is_valid`] and its like tell;
//! every method answers something for any content, without panicking.

mod date;
mod datetime;
mod duration;
mod moment;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod unit;
pub mod zone;

pub use date::{Date, YEAR_MAX};
pub use datetime::{DateTime, LocalDateTime, ZonedText};
pub use duration::{Duration, DurationSum};
pub use moment::{Moment, Span};
pub use time::{LocalTime, OFFSET_SECONDS_MAX, Time};
pub use unit::Unit;

/// Seconds of a day.
pub const DAY_SECONDS: i64 = 86_400;
/// Nanoseconds of a second.
pub const SECOND_NANOS: i64 = 1_000_000_000;
/// Nanoseconds of a day.
pub const DAY_NANOS: i64 = DAY_SECONDS * SECOND_NANOS;
