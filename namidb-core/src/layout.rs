//! Where the objects of a namespace lie.
//!
//! ```text
//! <root>/manifest                       replaced if its version matches; never deleted
//! <root>/wal/<seq, 20 digits>           a record, created if absent, never changed
//! <root>/wal/<seq, 20 digits>-<hash>    the body of that record, if it was too large to lie in it
//! <root>/sst/<birth, 20 digits>-<uuid>  a checkpoint's blocks, under names that are never used twice
//! <root>/pin/<uuid>                     a lease of a reader or a backup on SSTs
//! <root>/probe/<uuid>                   the self-test before the first put
//! ```
//!
//! Twenty digits hold every sequence number, so names sort as numbers do.

use crate::error::{Error, ErrorCode, Result};
use crate::ids::Seq;
use crate::object_store::ObjectPath;
use uuid::Uuid;

/// Digits of a sequence number in a name.
const DIGITS: usize = 20;

/// The paths of one namespace.
#[derive(Clone, Debug)]
pub struct Layout {
    root: ObjectPath,
    manifest: ObjectPath,
    wal: ObjectPath,
    sst: ObjectPath,
    pin: ObjectPath,
    probe: ObjectPath,
}

impl Layout {
    /// The paths under `root`.
    ///
    /// # Errors
    /// `InvalidArgument` if `root` is so long that a path under it would be none.
    pub fn new(root: ObjectPath) -> Result<Layout> {
        // The longest name of all.
        join(&root, &format!("wal/{:020}-{}", 0, "0".repeat(64)))?;
        let (manifest, wal) = (join(&root, "manifest")?, join(&root, "wal")?);
        let (sst, pin, probe) = (join(&root, "sst")?, join(&root, "pin")?, join(&root, "probe")?);
        Ok(Layout { root, manifest, wal, sst, pin, probe })
    }

    /// The namespace itself, as a prefix.
    pub fn root(&self) -> &ObjectPath {
        &self.root
    }

    /// The manifest.
    pub fn manifest(&self) -> &ObjectPath {
        &self.manifest
    }

    /// The log, as a prefix.
    pub fn wal(&self) -> &ObjectPath {
        &self.wal
    }

    /// The checkpoints' blocks, as a prefix.
    pub fn ssts(&self) -> &ObjectPath {
        &self.sst
    }

    /// A slot of the log.
    pub fn slot(&self, seq: Seq) -> ObjectPath {
        self.named(&self.wal, &format!("{:020}", seq.0))
    }

    /// The body of the record in a slot, by its hash.
    pub fn body(&self, seq: Seq, hash: &blake3::Hash) -> ObjectPath {
        self.named(&self.wal, &format!("{:020}-{}", seq.0, hash.to_hex()))
    }

    /// An SST by its name.
    ///
    /// # Errors
    /// `Corruption` if it is no name of an SST: it came from a manifest.
    pub fn sst(&self, name: &str) -> Result<ObjectPath> {
        if sst_birth(name).is_none() {
            return Err(Error::new(
                ErrorCode::Corruption,
                format!("'{}' is not the name of an SST", name.escape_default()),
            ));
        }
        join(&self.sst, name)
    }

    /// The name of a new SST of a job that began when the manifest had the version `birth`.
    pub fn sst_name(birth: u64, uuid: Uuid) -> String {
        format!("{birth:020}-{}", uuid.as_hyphenated())
    }

    /// The pins, as a prefix.
    pub fn pins(&self) -> &ObjectPath {
        &self.pin
    }

    /// A pin by its name.
    pub fn pin(&self, uuid: Uuid) -> ObjectPath {
        self.named(&self.pin, &uuid.as_hyphenated().to_string())
    }

    /// The objects of self-tests, as a prefix.
    pub fn probes(&self) -> &ObjectPath {
        &self.probe
    }

    /// A self-test's object.
    pub fn probe(&self, uuid: Uuid) -> ObjectPath {
        self.named(&self.probe, &uuid.as_hyphenated().to_string())
    }

    /// Whether a path holds something of the database, as opposed to what a self-test may have left.
    pub fn is_data(&self, path: &ObjectPath) -> bool {
        !path.is_under(&self.probe)
    }

    fn named(&self, prefix: &ObjectPath, name: &str) -> ObjectPath {
        // `new` has tried a longer one; every character is allowed.
        join(prefix, name).unwrap_or_else(|_| unreachable!("the namespace has room for its paths"))
    }
}

fn join(prefix: &ObjectPath, name: &str) -> Result<ObjectPath> {
    prefix.join(name).map_err(|error| {
        Error::new(ErrorCode::InvalidArgument, format!("'{prefix}' cannot be a namespace: {error}"))
    })
}

/// The slot that a path is, if it is one.
pub fn slot_of(path: &ObjectPath) -> Option<Seq> {
    let name = path.name();
    if name.len() == DIGITS { number(name).map(Seq) } else { None }
}

/// The slot that a path of the log belongs to: it is the slot, or the body of its record.
pub fn log_seq(path: &ObjectPath) -> Option<Seq> {
    let (digits, rest) = path.name().split_at_checked(DIGITS)?;
    if rest.is_empty() || rest.starts_with('-') { number(digits).map(Seq) } else { None }
}

/// The version of the manifest at which the job that wrote an SST began, from the SST's name.
pub fn sst_birth(name: &str) -> Option<u64> {
    let (digits, uuid) = name.split_once('-')?;
    Uuid::try_parse(uuid).ok()?;
    if digits.len() == DIGITS { number(digits) } else { None }
}

fn number(digits: &str) -> Option<u64> {
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_numbers_and_are_read_back() {
        let layout = Layout::new(ObjectPath::new("tenants/a").unwrap()).unwrap();
        let slots = [1, 9, 10, 255, u64::MAX].map(|n| layout.slot(Seq(n)));
        assert!(slots.is_sorted());
        assert_eq!(slots.map(|path| slot_of(&path).unwrap().0), [1, 9, 10, 255, u64::MAX]);
        assert_eq!(layout.slot(Seq(7)).as_str(), "tenants/a/wal/00000000000000000007");

        let body = layout.body(Seq(7), &blake3::hash(b"body"));
        assert_eq!((slot_of(&body), log_seq(&body)), (None, Some(Seq(7))));
        assert!(layout.slot(Seq(7)) < body && body < layout.slot(Seq(8)));

        let name = Layout::sst_name(12, Uuid::from_u128(5));
        assert_eq!(sst_birth(&name), Some(12));
        assert!(layout.sst(&name).unwrap().is_under(layout.ssts()));
        for bad in ["", "12-x", "../manifest", "00000000000000000012", "00000000000000000012-"] {
            assert!(layout.sst(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_a_self_test_left_is_no_data() {
        let layout = Layout::new(ObjectPath::new("a").unwrap()).unwrap();
        assert!(!layout.is_data(&layout.probe(Uuid::from_u128(1))));
        assert!(layout.is_data(layout.manifest()) && layout.is_data(&layout.slot(Seq(1))));
    }

    #[test]
    fn a_namespace_without_room_for_its_paths_is_refused() {
        let root = ObjectPath::new(["a"; 220].join("/")).unwrap();
        assert_eq!(Layout::new(root).unwrap_err().code(), ErrorCode::InvalidArgument);
    }
}
