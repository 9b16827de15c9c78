//! What a get takes and answers.

use super::{ObjectVersion, ServerTime};
use bytes::Bytes;
use std::ops::Range;

/// How to get.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct GetOptions {
    /// Only these bytes; cut at the end of the object.
    pub range: Option<Range<u64>>,
    /// Answer [`NotModified`](super::ErrorKind::NotModified) if this version is there.
    pub unless: Option<ObjectVersion>,
    /// Also what a put of this very handle has left and could not make durable. Else such an object is not shown before it
    /// is: who finds it would take its put for done. For readers, who build nothing on it; on a store that acknowledges what
    /// is visible it makes no difference.
    pub glance: bool,
}

impl GetOptions {
    /// The whole object.
    pub fn whole() -> GetOptions {
        GetOptions::default()
    }

    /// A range of the object's bytes.
    pub fn range(range: Range<u64>) -> GetOptions {
        GetOptions { range: Some(range), ..GetOptions::default() }
    }

    /// The whole object, unless it is still this version.
    pub fn unless(version: ObjectVersion) -> GetOptions {
        GetOptions { unless: Some(version), ..GetOptions::default() }
    }

    /// The same, durable or not: see [`GetOptions::glance`].
    #[must_use]
    pub fn at_a_glance(self) -> GetOptions {
        GetOptions { glance: true, ..self }
    }

    /// The bytes asked for of an object of `size` bytes, for a backend to use; `None` if the range is empty,
    /// or starts at or past the end: then the answer is [`InvalidInput`](super::ErrorKind::InvalidInput).
    pub fn within(&self, size: u64) -> Option<Range<u64>> {
        match &self.range {
            None => Some(0..size),
            Some(range) if range.start < range.end && range.start < size => {
                Some(range.start..range.end.min(size))
            }
            Some(_) => None,
        }
    }
}

/// An object, or a range of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object {
    /// The bytes asked for.
    pub bytes: Bytes,
    /// What is known of the whole object.
    pub meta: ObjectMeta,
}

/// What a store knows of an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectMeta {
    /// Its version.
    pub version: ObjectVersion,
    /// Its size in bytes.
    pub size: u64,
    /// When it was written, by the store's clock.
    pub last_modified: Option<ServerTime>,
    /// The store's time of the answer, if it says.
    pub server_time: Option<ServerTime>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_at_the_end_and_must_start_before_it() {
        let within = |start, end, size| GetOptions::range(start..end).within(size);
        assert_eq!(GetOptions::whole().within(0), Some(0..0));
        assert_eq!(within(2, 5, 10), Some(2..5));
        assert_eq!(within(2, u64::MAX, 10), Some(2..10));
        assert_eq!(within(9, 10, 10), Some(9..10));
        assert_eq!(within(10, 11, 10), None);
        assert_eq!(within(3, 3, 10), None);
        #[allow(clippy::reversed_empty_ranges, reason = "a caller may pass one")]
        let backwards = GetOptions::range(5..3).within(10);
        assert_eq!(backwards, None);
    }
}
