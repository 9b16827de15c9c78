//! The state of a checkpoint, from its SSTs.

use super::offload::offload;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::{DirectoryEntry, GraphState};
use crate::hash::HashMap;
use crate::ids::Seq;
use crate::layout::Layout;
use crate::manifest::{Checkpoint, SstRef};
use crate::object_store::{ObjectPath, ObjectStore};
use crate::residency::{Fetcher, SstFile};
use crate::runtime::SharedRuntime;
use crate::sst::{self, Directory, Tail, TailRef};
use bytes::Bytes;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The files that states of this process may still read from.
#[derive(Debug)]
pub(super) struct Files {
    store: Arc<dyn ObjectStore>,
    layout: Layout,
    /// Brings their blocks to memory.
    pub(super) fetcher: Arc<Fetcher>,
    live: Mutex<HashMap<ObjectPath, Weak<SstFile>>>,
}

impl Files {
    pub(super) fn new(store: Arc<dyn ObjectStore>, layout: Layout, fetcher: Arc<Fetcher>) -> Files {
        Files { store, layout, fetcher, live: Mutex::default() }
    }

    /// Whether a state points into the file.
    pub(super) fn is_in_use(&self, path: &ObjectPath) -> bool {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.retain(|_, file| file.strong_count() > 0);
        live.contains_key(path)
    }

    /// The tails of files, all together.
    pub(super) async fn tails(&self, files: Vec<SstRef>) -> Result<Vec<Tail>> {
        let named: Vec<TailRef> = files.iter().map(|file| self.named(file)).collect::<Result<_>>()?;
        let mut tails = sst::fetch_tails(&*self.store, named).await?;
        tails.iter_mut().for_each(|tail| self.note(tail));
        Ok(tails)
    }

    /// A tail that is at hand.
    pub(super) fn parse(&self, file: &SstRef, tail: &Bytes) -> Result<Tail> {
        let mut tail = Tail::parse(&self.named(file)?, tail)?;
        self.note(&mut tail);
        Ok(tail)
    }

    fn named(&self, file: &SstRef) -> Result<TailRef> {
        Ok(TailRef {
            path: self.layout.sst(&file.name)?,
            bytes: file.bytes,
            tail_bytes: file.tail_bytes,
            tail_checksum: file.tail_checksum,
        })
    }

    /// Notes that a file is in use. All who use it point to one index, which is there once.
    fn note(&self, tail: &mut Tail) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        match live.get(&tail.file.path).and_then(Weak::upgrade) {
            Some(file) => tail.file = file,
            None => drop(live.insert(tail.file.path.clone(), Arc::downgrade(&tail.file))),
        }
    }
}

/// The state of a checkpoint.
pub(super) async fn read_checkpoint(
    files: &Files,
    checkpoint: &Checkpoint,
    runtime: &SharedRuntime,
) -> Result<GraphState> {
    if checkpoint.seq == Seq(0) {
        return Ok(GraphState::empty());
    }
    let directory = Directory::new(files.tails(checkpoint.files().cloned().collect()).await?);
    let build = move || {
        let entries = directory.stored().map(|pointer| {
            let summary = &pointer.entry().summary;
            (pointer.key(), DirectoryEntry::Bucket { pointer: pointer.clone(), summary })
        });
        GraphState::from_directory(directory.blocks(), entries)
    };
    offload(runtime, "build a state on a checkpoint", build).await?
}

/// An SST that the present manifest names is missing: nobody has collected that.
pub(super) fn name_the_loss(error: Error) -> Error {
    if error.code() != ErrorCode::SnapshotExpired {
        return error;
    }
    let lost = Error::new(ErrorCode::Corruption, "an SST that the manifest names is missing")
        .with_hint("Something else deletes objects of the namespace: look for lifecycle rules of the bucket");
    let lost = error.details().iter().fold(lost, |lost, (name, value)| lost.with_detail(name, value));
    lost.with_source(error)
}
