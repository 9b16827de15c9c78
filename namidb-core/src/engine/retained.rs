//! Checkpoints that were replaced and can still be opened.
//!
//! A checkpoint that another one replaces stays in the manifest for [`Settings::retain`](super::Settings::retain), by the
//! times of the records, and its SSTs stay with it. If there are too many, those that lie closest to others go first.

use super::Inner;
use super::load::read_checkpoint;
use super::snapshot::Snapshot;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::Seq;
use crate::wal::Position;
use std::sync::Arc;

/// A checkpoint that can still be opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Retained {
    /// The last record that it contains.
    pub checkpoint: Seq,
    /// The time of that record, in microseconds since 1970-01-01 UTC.
    pub time: i64,
}

impl Inner {
    pub(super) async fn retained(&self) -> Result<Vec<Retained>> {
        let manifest = self.looks.look().await?.manifest;
        let retained = manifest.retained.iter();
        Ok(retained.filter_map(|old| Some(Retained { checkpoint: old.seq, time: old.time? })).collect())
    }

    pub(super) async fn snapshot_at(&self, seq: Seq) -> Result<Snapshot> {
        let expired = || {
            Error::new(ErrorCode::SnapshotExpired, format!("there is no checkpoint at record {}", seq.0))
                .with_hint("List what is retained; keep more of them with the option retain")
        };
        let manifest = self.looks.look().await?.manifest;
        let named = manifest.retained.iter().chain([&manifest.checkpoint]);
        let checkpoint = named.into_iter().find(|old| old.seq == seq).ok_or_else(expired)?;
        let state = match read_checkpoint(&self.files, checkpoint, &self.runtime).await {
            Ok(state) => state,
            // It may have gone while it was read.
            Err(error) => {
                let now = self.looks.look().await?.manifest;
                let still = checkpoint.files().all(|file| now.names(&file.name));
                return Err(if still { error } else { expired() });
            }
        };
        let (hash, time) = (checkpoint.hash, checkpoint.time.unwrap_or(i64::MIN));
        Ok(Snapshot::new(Arc::new(Position { seq, hash, time, state })))
    }
}
