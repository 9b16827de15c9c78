//! Dates, times and durations.

pub(in crate::functions) mod date;
pub(in crate::functions) mod date_time;
pub(in crate::functions) mod duration;
mod fields;
mod kind;
pub(in crate::functions) mod local_date_time;
pub(in crate::functions) mod local_time;
#[cfg(test)]
mod tests;
pub(in crate::functions) mod time;
mod truncate;
