//! Versions: digests of the bytes.
//!
//! Not an inode, a time or a size: a file system gives the same inode again, and its clock is coarse. The digest of a
//! large object is noted beside it when it is written, so that nobody reads it whole to learn its version. A note
//! tells the size and the time that the file had, and is not believed of a file that has others: somebody may have
//! written into it.

use crate::disk::Stat;
use namidb_core::object_store::ObjectVersion;

/// The version of an object with these bytes.
pub(crate) fn version_of(bytes: &[u8]) -> ObjectVersion {
    named(blake3::hash(bytes))
}

fn named(hash: blake3::Hash) -> ObjectVersion {
    ObjectVersion::new(hash.to_hex().get(..32).unwrap_or_default())
}

/// The version of bytes that come one after the other.
pub(crate) struct Digest(blake3::Hasher);

impl Digest {
    /// Of no bytes yet.
    pub(crate) fn new() -> Digest {
        Digest(blake3::Hasher::new())
    }

    /// These bytes follow.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The version of all of them.
    pub(crate) fn version(&self) -> ObjectVersion {
        named(self.0.finalize())
    }
}

/// Whether an object of this size has its version noted: reading one that is smaller costs as little.
pub(crate) fn is_noted(size: u64) -> bool {
    size > 64 << 10
}

/// The note of a file that has this version.
pub(crate) fn note(version: &ObjectVersion, stat: &Stat) -> String {
    format!("{} {} {}", version.as_str(), stat.size, stat.modified)
}

/// The version that a note tells of a file, if it speaks of this file.
pub(crate) fn read_note(text: &str, stat: &Stat) -> Option<ObjectVersion> {
    let version = ObjectVersion::new(text.split(' ').next()?);
    (version.as_str().len() == 32 && note(&version, stat) == text).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::Kind;

    #[test]
    fn different_bytes_have_different_versions_and_equal_bytes_equal_ones() {
        assert_eq!(version_of(b"a"), version_of(b"a"));
        assert_ne!(version_of(b"a"), version_of(b"b"));
        assert_ne!(version_of(b""), version_of(b"\0"));
        let mut digest = Digest::new();
        assert_eq!(digest.version(), version_of(b""));
        [b"a".as_slice(), b"", b"bc"].iter().for_each(|part| digest.update(part));
        assert_eq!(digest.version(), version_of(b"abc"));
    }

    #[test]
    fn a_note_is_believed_only_of_the_file_that_it_was_written_beside() {
        let stat = Stat { kind: Kind::File, device: 1, inode: 2, size: 3, modified: 4 };
        let version = version_of(b"abc");
        let text = note(&version, &stat);
        assert_eq!(read_note(&text, &stat), Some(version));
        assert_eq!(read_note(&text, &Stat { size: 4, ..stat }), None);
        assert_eq!(read_note(&text, &Stat { modified: 5, ..stat }), None);
        assert_eq!(read_note(&text[1..], &stat), None);
        assert_eq!(read_note("", &stat), None);
    }
}
