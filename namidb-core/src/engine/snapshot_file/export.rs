//! Writing a snapshot file.

use super::head::{FORMAT, Head};
use super::{CHECKSUM, SnapshotMeta};
use crate::engine::Inner;
use crate::engine::backup::detached;
use crate::engine::load::read_checkpoint;
use crate::error::Result;
use crate::manifest::{self, SstRef};
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::Arc;
use uuid::Uuid;

/// The newest checkpoint as the pieces of a file. It is pinned until [`SnapshotExport::finish`].
#[derive(Debug)]
pub struct SnapshotExport {
    inner: Arc<Inner>,
    pin: Uuid,
    meta: SnapshotMeta,
    head: Option<Bytes>,
    files: VecDeque<SstRef>,
    /// How much of the first file was given, and its checksum.
    given: u64,
    checksum: u32,
}

impl SnapshotExport {
    /// Checkpoints what is committed now, and pins it.
    pub(in crate::engine) async fn begin(inner: &Arc<Inner>) -> Result<SnapshotExport> {
        let (pin, manifest) = inner.hold_newest().await?;
        let state = match read_checkpoint(&inner.files, &manifest.checkpoint, &inner.runtime).await {
            Ok(state) => state,
            Err(error) => {
                inner.unpin(pin.id).await?;
                return Err(error);
            }
        };
        let manifest = detached(&manifest, &*inner.runtime);
        let bytes = manifest::codec::encode(&manifest)?;
        let head = Head {
            manifest_bytes: bytes.len() as u32,
            nodes: state.node_count(),
            relationships: state.relationship_count(),
        };
        let mut start = head.encode();
        start.extend_from_slice(&bytes);
        let files: VecDeque<SstRef> = manifest.checkpoint.files().cloned().collect();
        let objects: u64 = files.iter().map(|file| file.bytes + CHECKSUM).sum();
        Ok(SnapshotExport {
            inner: Arc::clone(inner),
            pin: pin.id,
            meta: SnapshotMeta {
                format: FORMAT,
                seq: manifest.checkpoint.seq,
                nodes: head.nodes,
                relationships: head.relationships,
                bytes: start.len() as u64 + objects,
            },
            head: Some(start.into()),
            files,
            given: 0,
            checksum: 0,
        })
    }

    /// What the file holds.
    pub fn meta(&self) -> SnapshotMeta {
        self.meta
    }

    /// The next bytes of the file, a few MiB at most; none at its end.
    ///
    /// # Errors
    /// `Corruption` if an SST is not as long as it was written; those of the store.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        if let Some(head) = self.head.take() {
            return Ok(Some(head));
        }
        let Some(file) = self.files.front() else { return Ok(None) };
        if self.given == file.bytes {
            let checksum = self.checksum.to_le_bytes();
            self.files.pop_front();
            (self.given, self.checksum) = (0, 0);
            return Ok(Some(Bytes::copy_from_slice(&checksum)));
        }
        let piece = self.inner.piece_of(file, self.given).await?;
        self.given += piece.len() as u64;
        self.checksum = crc32c::crc32c_append(self.checksum, &piece);
        Ok(Some(piece))
    }

    /// Lets go of the checkpoint, whether or not all was written.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn finish(self) -> Result<()> {
        self.inner.unpin(self.pin).await
    }
}
