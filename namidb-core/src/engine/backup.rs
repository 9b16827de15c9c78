//! A consistent copy of a namespace in another store, while others write.
//!
//! A checkpoint is all that a copy needs: its SSTs, which never change, and a manifest that names them. It is pinned while
//! it is copied, so nobody collects it. The manifest is put last and only where there is none, so that a copy is there
//! as a whole or not at all.

use super::Inner;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::Seq;
use crate::layout::Layout;
use crate::manifest::{self, Manifest};
use crate::object_store::layers::{Retry, RetryPolicy};
use crate::object_store::{ErrorKind, ObjectPath, ObjectStore, ObjectStoreExt};
use crate::runtime::random_u128;
use crate::wal::LogId;
use std::sync::Arc;
use std::time::Duration;

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
    pub(super) async fn backup(
        self: &Arc<Inner>,
        to: Arc<dyn ObjectStore>,
        prefix: ObjectPath,
    ) -> Result<BackupReport> {
        let layout = Layout::new(prefix)?;
        let to = Retry::new(to, Arc::clone(&self.runtime), RetryPolicy::default());
        if to.list_all(layout.root()).await?.iter().any(|path| layout.is_data(path)) {
            return Err(taken(&layout));
        }
        for _ in 0..TRIES {
            self.checkpoint(1).await?;
            let pin = self.new_pin(HOLDS).await?;
            let manifest = match self.put_pin(&pin).await {
                // Others have merged or replaced it before the pin was there.
                Err(error) if error.code() == ErrorCode::SnapshotExpired => continue,
                held => held?,
            };
            let is_newest = manifest.checkpoint.seq == pin.checkpoint;
            let copied = if is_newest { Some(self.copy(&manifest, &to, &layout).await) } else { None };
            self.unpin(pin.id).await?;
            if let Some(copied) = copied {
                return copied;
            }
        }
        Err(Error::new(
            ErrorCode::StoreUnavailable,
            "checkpoints were published faster than one could be pinned",
        ))
    }

    async fn copy(&self, manifest: &Manifest, to: &Retry, layout: &Layout) -> Result<BackupReport> {
        let mut report = BackupReport { seq: manifest.checkpoint.seq, objects: 0, bytes: 0 };
        for file in manifest.checkpoint.files() {
            let object = self.store.read(&self.layout.sst(&file.name)?).await?;
            if object.bytes.len() as u64 != file.bytes {
                let message =
                    format!("an SST has {} bytes, and was written with {}", object.bytes.len(), file.bytes);
                return Err(Error::new(ErrorCode::Corruption, message)
                    .with_detail("object", self.layout.sst(&file.name)?)
                    .with_hint("Verify the database"));
            }
            to.overwrite(&layout.sst(&file.name)?, object.bytes).await?;
            report.objects += 1;
            report.bytes += file.bytes;
        }
        let copy = Manifest {
            token: LogId(random_u128(&*self.runtime)),
            retained: Vec::new(),
            dated: None,
            ..manifest.clone()
        };
        let bytes = manifest::codec::encode(&copy)?;
        report.objects += 1;
        report.bytes += bytes.len() as u64;
        match to.create(layout.manifest(), bytes.into()).await {
            Ok(_) => Ok(report),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(taken(layout)),
            Err(error) => Err(error.into()),
        }
    }
}

fn taken(layout: &Layout) -> Error {
    let message = format!("there is a database at '{}' already", layout.root());
    Error::new(ErrorCode::InvalidArgument, message).with_hint("Choose another namespace")
}
