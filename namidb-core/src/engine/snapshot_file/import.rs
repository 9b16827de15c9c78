//! Reading a snapshot file into a namespace where nothing is.

use super::head::{self, Head, cut, damaged};
use super::{CHECKSUM, SnapshotMeta};
use crate::engine::backup::{check_empty, detached, publish, taken};
use crate::error::{Error, ErrorCode, Result};
use crate::layout::Layout;
use crate::manifest::{self, Manifest};
use crate::object_store::layers::{Retry, RetryPolicy};
use crate::object_store::{ErrorKind, ObjectPath, ObjectStore, ObjectStoreExt};
use crate::runtime::SharedRuntime;
use bytes::Bytes;
use std::sync::Arc;

/// A namespace that a snapshot file is read into. It is there as a whole after [`SnapshotImport::finish`], and not at all
/// before: the manifest comes last.
#[derive(Debug)]
pub struct SnapshotImport {
    store: Retry,
    layout: Layout,
    runtime: SharedRuntime,
    state: State,
    bytes: u64,
    /// What was put, or may have been, to be taken away if the file turns out to be damaged.
    put: Vec<ObjectPath>,
}

/// What of the file has come.
#[derive(Debug)]
enum State {
    Nothing,
    Head(Head),
    /// The manifest, and so many of its files.
    Files(Head, Arc<Manifest>, usize),
}

impl SnapshotImport {
    /// Makes sure that nothing is under a path of a store.
    ///
    /// # Errors
    /// `InvalidArgument` if something is there; those of the store.
    pub async fn begin(
        store: Arc<dyn ObjectStore>,
        prefix: ObjectPath,
        runtime: SharedRuntime,
    ) -> Result<SnapshotImport> {
        let layout = Layout::new(prefix)?;
        let store = Retry::new(store, Arc::clone(&runtime), RetryPolicy::default());
        check_empty(&store, &layout).await?;
        Ok(SnapshotImport { store, layout, runtime, state: State::Nothing, bytes: 0, put: Vec::new() })
    }

    /// How many bytes of the file it wants next; none if it has all.
    pub fn wants(&self) -> Option<u64> {
        match &self.state {
            State::Nothing => Some(head::BYTES as u64),
            State::Head(head) => Some(u64::from(head.manifest_bytes)),
            State::Files(_, manifest, at) => {
                manifest.checkpoint.files().nth(*at).map(|file| file.bytes.saturating_add(CHECKSUM))
            }
        }
    }

    /// Takes the bytes that it wanted. Fewer are the end of the file.
    ///
    /// # Errors
    /// `InvalidArgument` if it is no snapshot file; `FormatVersion`; `Corruption` if it is damaged, with the name of the part;
    /// those of the store. It is of no use after any of them, but for [`SnapshotImport::abandon`].
    pub async fn give(&mut self, bytes: Bytes) -> Result<()> {
        self.bytes += bytes.len() as u64;
        let ended = self.wants() != Some(bytes.len() as u64);
        self.state = match &self.state {
            State::Nothing => State::Head(Head::decode(&bytes)?),
            State::Head(head) => {
                let manifest = if ended { None } else { Some(manifest::codec::decode(&bytes)) };
                let damage = |error: Error| match error.code() {
                    ErrorCode::FormatVersion => {
                        let message = "this version does not read the manifest of the snapshot file";
                        Error::new(ErrorCode::FormatVersion, message)
                            .with_hint("Restore it with the version that wrote it, or a newer one")
                            .with_source(error)
                    }
                    _ => damaged("its manifest").with_source(error),
                };
                let Some(manifest) = manifest.transpose().map_err(damage)? else {
                    return Err(cut("its manifest"));
                };
                State::Files(*head, Arc::new(manifest), 0)
            }
            State::Files(head, manifest, at) => {
                let Some(file) = manifest.checkpoint.files().nth(*at) else {
                    return Err(damaged("what comes after its end"));
                };
                if ended {
                    return Err(cut(&file.name));
                }
                let (object, checksum) = bytes.split_at(file.bytes as usize);
                if checksum != crc32c::crc32c(object).to_le_bytes() {
                    return Err(damaged(&file.name));
                }
                let path = self.layout.sst(&file.name)?;
                self.put.push(path.clone());
                match self.store.create(&path, bytes.slice(..object.len())).await {
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                        self.put.pop();
                        return Err(taken(&self.layout));
                    }
                    Err(error) => return Err(error.into()),
                }
                State::Files(*head, Arc::clone(manifest), at + 1)
            }
        };
        Ok(())
    }

    /// Makes it a database. Whether the file ends here is the caller's to look.
    ///
    /// # Errors
    /// `Corruption` if there is more to come; `InvalidArgument` if somebody else has made a database there meanwhile; those
    /// of the store.
    pub async fn finish(&mut self) -> Result<SnapshotMeta> {
        let State::Files(head, manifest, _) = &self.state else { return Err(cut("its manifest")) };
        if self.wants().is_some() {
            return Err(cut("its objects"));
        }
        publish(&self.store, &self.layout, &detached(manifest, &*self.runtime)).await?;
        self.put.clear();
        Ok(SnapshotMeta {
            format: head::FORMAT,
            seq: manifest.checkpoint.seq,
            nodes: head.nodes,
            relationships: head.relationships,
            bytes: self.bytes,
        })
    }

    /// Takes away what it has put.
    ///
    /// # Errors
    /// Those of the store; then objects remain that no database names.
    pub async fn abandon(self) -> Result<()> {
        for path in &self.put {
            self.store.delete(path).await?;
        }
        Ok(())
    }
}
