//! What a verification found, in words that a person can act on.

use crate::error::{Error, ErrorCode};
use crate::ids::Seq;
use std::fmt;
use uuid::Uuid;

/// What was read, and what is wrong with it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct VerifyReport {
    /// The database; nil if its manifest cannot be read.
    pub database: Uuid,
    /// The version of the manifest.
    pub manifest_version: u64,
    /// The checkpoint that it names.
    pub checkpoint: Seq,
    /// The last record of the log.
    pub seq: Seq,
    /// Objects read.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Blocks of SSTs that were compared with their checksums.
    pub blocks: u64,
    /// Records of the log that were.
    pub records: u64,
    /// Nodes of the newest state; none if that could not be built.
    pub nodes: Option<u64>,
    /// Relationships of the newest state.
    pub relationships: Option<u64>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Objects that nothing refers to. They do no harm.
    pub strays: Vec<Stray>,
}

/// Something that is wrong, and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The object, by its path.
    pub object: String,
    /// The block of it, if it is about one.
    pub block: Option<String>,
    /// What kind of problem it is.
    pub code: ErrorCode,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub advice: &'static str,
}

/// An object that nothing refers to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stray {
    /// Its path.
    pub object: String,
    /// What it is.
    pub what: &'static str,
}

/// What to do about objects that are never changed.
const RESTORE_COPY: &str = "Restore this object from any backup, or an earlier version that the bucket keeps: it is never changed once \
     it is written, so every whole copy of it is the right one";
/// About the manifest.
const RESTORE_MANIFEST: &str = "Restore the newest version of the manifest from a backup, or the bucket's own versions, and verify again: \
     the checkpoints and the log are whole";
/// About a newer format.
const UPGRADE: &str = "Nothing is damaged: use the version of NamiDB that wrote it, or a newer one";
/// About a pin.
const DELETE_PIN: &str =
    "Delete it once whoever put it is done: no data is in it, and it goes by itself after a week";
/// About objects that are whole and disagree.
const REPORT: &str =
    "The objects are what was written, and they disagree: please report it, and keep a copy of the namespace";

/// What kind of object a problem is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// The manifest.
    Manifest,
    /// An SST, a record, or the body of one.
    Immutable,
    /// A pin.
    Pin,
    /// What they make together.
    State,
}

impl Problem {
    pub(super) fn new(kind: Kind, object: impl fmt::Display, error: &Error) -> Problem {
        let advice = match (error.code(), kind) {
            (ErrorCode::FormatVersion, _) => UPGRADE,
            (_, Kind::Manifest) => RESTORE_MANIFEST,
            (_, Kind::Immutable) => RESTORE_COPY,
            (_, Kind::Pin) => DELETE_PIN,
            (_, Kind::State) => REPORT,
        };
        Problem {
            object: object.to_string(),
            block: error.detail("block").map(str::to_owned),
            code: error.code(),
            message: error.message().to_owned(),
            advice,
        }
    }
}

impl VerifyReport {
    /// Whether nothing is wrong.
    pub fn is_ok(&self) -> bool {
        self.problems.is_empty()
    }
}

impl fmt::Display for VerifyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "database {}: manifest version {}, checkpoint {}, log up to {}",
            self.database, self.manifest_version, self.checkpoint.0, self.seq.0
        )?;
        writeln!(
            f,
            "{} objects read, {} bytes: {} blocks and {} records compared with their checksums",
            self.objects, self.bytes, self.blocks, self.records
        )?;
        if let (Some(nodes), Some(relationships)) = (self.nodes, self.relationships) {
            writeln!(
                f,
                "{nodes} nodes, {relationships} relationships: every structure agrees with the others"
            )?;
        }
        for problem in &self.problems {
            write!(f, "PROBLEM ({}) in '{}'", problem.code.name(), problem.object)?;
            if let Some(block) = &problem.block {
                write!(f, ", block {block}")?;
            }
            writeln!(f, ": {}. {}.", problem.message, problem.advice)?;
        }
        for stray in &self.strays {
            writeln!(f, "stray '{}': {}", stray.object, stray.what)?;
        }
        match self.problems.len() {
            0 => f.write_str("nothing is wrong"),
            1 => f.write_str("1 problem"),
            n => write!(f, "{n} problems"),
        }
    }
}
