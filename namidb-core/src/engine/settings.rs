//! How an engine is to behave: plain data, from defaults, a URI and the program.

use crate::error::{Error, ErrorCode, Result};
use crate::object_store::Capabilities;
use crate::uri::{Durability, OpenMode, Uri};
use std::time::Duration;

/// How an engine is to behave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Whether the namespace may be created, must be, or must not.
    pub mode: OpenMode,
    /// Writes nothing, ever: neither commits nor checkpoints.
    pub read_only: bool,
    /// How old the newest state may be when a snapshot is asked for. None: nothing at all where a look costs
    /// nothing (memory, files), else a second.
    pub max_staleness: Option<Duration>,
    /// Whether no other engine can reach the store, as where a process keeps one in its memory for itself: then no read
    /// has to look whether somebody else has committed.
    pub alone: bool,
    /// When a commit is acknowledged.
    pub durability: Durability,
    /// How long a group waits for company before it is closed.
    pub commit_delay: Duration,
    /// Bytes of chunks and blocks to keep in memory.
    pub cache_bytes: u64,
    /// How long dead slots of the log are kept where looks have a price. Every process of a namespace must have
    /// the same.
    pub wal_retention: Duration,
    /// How long checkpoints that were replaced can still be opened; nothing: not at all.
    pub retain: Duration,
    /// How long a commit is waited for before its outcome is told to be unknown.
    pub commit_deadline: Duration,
    /// A checkpoint is written after so many records.
    pub checkpoint_records: u64,
    /// A checkpoint is written after so many bytes of records.
    pub checkpoint_bytes: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            mode: OpenMode::OpenOrCreate,
            read_only: false,
            max_staleness: None,
            alone: false,
            durability: Durability::Durable,
            commit_delay: Duration::ZERO,
            cache_bytes: 1 << 30,
            wal_retention: Duration::from_secs(24 * 60 * 60),
            retain: Duration::ZERO,
            commit_deadline: Duration::from_secs(30),
            checkpoint_records: 256,
            checkpoint_bytes: 64 << 20,
        }
    }
}

/// A retention in which no process could open, commit and look.
const RETENTION_MIN: Duration = Duration::from_secs(60);

impl Settings {
    /// Takes over what a URI says.
    ///
    /// # Errors
    /// `InvalidUri`, naming the option that cannot be read.
    pub fn apply_uri(&mut self, uri: &Uri) -> Result<()> {
        if let Some(mode) = uri.mode()? {
            self.mode = mode;
        }
        if let Some(read_only) = uri.flag("read_only")? {
            self.read_only = read_only;
        }
        if let Some(staleness) = uri.duration("max_staleness")? {
            self.max_staleness = Some(staleness);
        }
        if let Some(durability) = uri.durability()? {
            self.durability = durability;
        }
        if let Some(bytes) = uri.size("cache_bytes")? {
            self.cache_bytes = bytes;
        }
        if let Some(retention) = uri.duration("wal_retention")? {
            self.wal_retention = retention;
        }
        if let Some(retain) = uri.duration("retain")? {
            self.retain = retain;
        }
        Ok(())
    }

    /// Refuses what cannot be.
    pub(super) fn check(&self) -> Result<()> {
        let invalid = |message: &str| Err(Error::new(ErrorCode::InvalidArgument, message));
        if self.durability == Durability::Relaxed {
            return Err(Error::new(
                ErrorCode::Unsupported,
                "durability 'relaxed' is not supported: others may commit before a write that was acknowledged and is not \
                 durable, and then it would have to be executed again, and might fail",
            )
            .with_hint("Leave the option out; many rows in one commit, or many threads, are quick as well"));
        }
        if self.wal_retention < RETENTION_MIN {
            return invalid("wal_retention is less than a minute: no process could keep up with it");
        }
        if self.commit_deadline.is_zero() || self.checkpoint_records == 0 || self.checkpoint_bytes == 0 {
            return invalid("commit_deadline, checkpoint_records and checkpoint_bytes are more than nothing");
        }
        if self.read_only && self.mode == OpenMode::Create {
            return invalid("a namespace cannot be created and be read-only");
        }
        Ok(())
    }

    /// How old a snapshot may be on a store that can do this.
    pub(super) fn staleness(&self, capabilities: Capabilities) -> Duration {
        self.max_staleness.unwrap_or(if capabilities.cheap_looks {
            Duration::ZERO
        } else {
            Duration::from_secs(1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_says_how_to_open() {
        let uri = Uri::parse(
            "file:///tmp/x?ns=a&mode=open&read_only=yes&max_staleness=250ms&cache_bytes=4MiB",
            &[],
        );
        let mut settings = Settings::default();
        settings.apply_uri(&uri.unwrap()).unwrap();
        assert_eq!((settings.mode, settings.read_only), (OpenMode::Open, true));
        assert_eq!(settings.max_staleness, Some(Duration::from_millis(250)));
        assert_eq!(settings.cache_bytes, 4 << 20);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let relaxed = Settings { durability: Durability::Relaxed, ..Settings::default() };
        assert_eq!(relaxed.check().unwrap_err().code(), ErrorCode::Unsupported);
        let hasty = Settings { wal_retention: Duration::from_secs(1), ..Settings::default() };
        assert_eq!(hasty.check().unwrap_err().code(), ErrorCode::InvalidArgument);
        Settings::default().check().unwrap();
    }
}
