//! A consistent copy of a namespace in another store, while others write.
//!
//! A checkpoint is all that a copy needs: its SSTs, which never change, and a manifest that names them. It is pinned while
//! it is copied, so nobody collects it. The manifest is put last and only where there is none, so that a copy is there
//! as a whole or not at all.

use super::Inner;
use super::pin::Pin;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::Seq;
use crate::layout::Layout;
use crate::manifest::{self, Manifest, SstRef};
use crate::object_store::layers::{Retry, RetryPolicy};
use crate::object_store::{ErrorKind, GetOptions, ObjectPath, ObjectStore, ObjectStoreExt};
use crate::runtime::{Runtime, random_u128};
use crate::wal::LogId;
use bytes::{Bytes, BytesMut};
use std::sync::Arc;
use std::time::Duration;

/// The most bytes that are read at once: an answer has a limit of time, whatever its size.
const PIECE: u64 = 4 << 20;

/// How long what is copied is pinned at most.
const HOLDS: Duration = Duration::from_secs(24 * 60 * 60);

/// How often it begins again because others have published a newer checkpoint before the pin.
const TRIES: usize = 20;

/// What a backup came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct BackupReport {
    /// The newest commit in the copy.
    pub seq: Seq,
    /// Objects written.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Inner {
    /// Copies what is committed now to a path in another store, where there must be no database.
    ///
    /// A put takes an object as a whole, so that one SST at a time is in memory.
    pub(super) async fn backup(
        self: &Arc<Inner>,
        to: Arc<dyn ObjectStore>,
        prefix: ObjectPath,
    ) -> Result<BackupReport> {
        let layout = Layout::new(prefix)?;
        let to = Retry::new(to, Arc::clone(&self.runtime), RetryPolicy::default());
        check_empty(&to, &layout).await?;
        let (pin, manifest) = self.hold_newest().await?;
        let copied = self.copy(&manifest, &to, &layout).await;
        self.unpin(pin.id).await?;
        copied
    }

    /// Checkpoints what is committed now, and pins that; gives the manifest whose checkpoint it is.
    pub(super) async fn hold_newest(self: &Arc<Inner>) -> Result<(Pin, Arc<Manifest>)> {
        for _ in 0..TRIES {
            self.checkpoint(1).await?;
            let pin = self.new_pin(HOLDS).await?;
            let manifest = match self.put_pin(&pin).await {
                // Others have merged or replaced it before the pin was there.
                Err(error) if error.code() == ErrorCode::SnapshotExpired => continue,
                held => held?,
            };
            if manifest.checkpoint.seq == pin.checkpoint {
                return Ok((pin, manifest));
            }
            self.unpin(pin.id).await?;
        }
        Err(Error::new(
            ErrorCode::StoreUnavailable,
            "checkpoints were published faster than one could be pinned",
        ))
    }

    /// What an SST holds from a place before its end on, a few MiB at most.
    ///
    /// # Errors
    /// `Corruption` if it is not as long as it was written; those of the store.
    pub(super) async fn piece_of(&self, file: &SstRef, from: u64) -> Result<Bytes> {
        let path = self.layout.sst(&file.name)?;
        let range = from..file.bytes.min(from + PIECE);
        let wanted = range.end - range.start;
        let object = self.store.get(&path, GetOptions::range(range)).await?;
        if object.meta.size != file.bytes || object.bytes.len() as u64 != wanted {
            return Err(changed_size(&path, object.meta.size, file.bytes));
        }
        Ok(object.bytes)
    }

    async fn copy(&self, manifest: &Manifest, to: &Retry, layout: &Layout) -> Result<BackupReport> {
        let mut report = BackupReport { seq: manifest.checkpoint.seq, objects: 0, bytes: 0 };
        for file in manifest.checkpoint.files() {
            let mut whole = BytesMut::new();
            while (whole.len() as u64) < file.bytes {
                whole.extend_from_slice(&self.piece_of(file, whole.len() as u64).await?);
            }
            to.overwrite(&layout.sst(&file.name)?, whole.freeze()).await?;
            report.objects += 1;
            report.bytes += file.bytes;
        }
        report.bytes += publish(to, layout, &detached(manifest, &*self.runtime)).await?;
        report.objects += 1;
        Ok(report)
    }
}

/// The manifest of a copy: it has only the checkpoint, and a token of its own.
pub(super) fn detached(manifest: &Manifest, runtime: &dyn Runtime) -> Manifest {
    let token = LogId(random_u128(runtime));
    Manifest { token, retained: Vec::new(), dated: None, ..manifest.clone() }
}

/// # Errors
/// `InvalidArgument` if anything of a database is there; those of the store.
pub(super) async fn check_empty(to: &Retry, layout: &Layout) -> Result<()> {
    if to.list_all(layout.root()).await?.iter().any(|path| layout.is_data(path)) {
        return Err(taken(layout));
    }
    Ok(())
}

/// Puts the manifest of a copy whose SSTs are there; gives its bytes.
///
/// # Errors
/// `InvalidArgument` if somebody else has put one; those of the store.
pub(super) async fn publish(to: &Retry, layout: &Layout, manifest: &Manifest) -> Result<u64> {
    let bytes = manifest::codec::encode(manifest)?;
    let length = bytes.len() as u64;
    match to.create(layout.manifest(), bytes.into()).await {
        Ok(_) => Ok(length),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(taken(layout)),
        Err(error) => Err(error.into()),
    }
}

fn changed_size(path: &ObjectPath, found: u64, written: u64) -> Error {
    let message = format!("an SST has {found} bytes, and was written with {written}");
    Error::new(ErrorCode::Corruption, message).with_detail("object", path).with_hint("Verify the database")
}

pub(super) fn taken(layout: &Layout) -> Error {
    let message = format!("there is a database already, or something left of one, at '{}'", layout.root());
    Error::new(ErrorCode::InvalidArgument, message).with_hint("Choose another namespace")
}
