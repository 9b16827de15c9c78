//! The state of a checkpoint, from its SSTs.

use super::offload::offload;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::{BlockKey, GraphState};
use crate::hash::HashMap;
use crate::ids::Seq;
use crate::layout::Layout;
use crate::manifest::{Checkpoint, SstRef};
use crate::object_store::{ObjectPath, ObjectStore};
use crate::residency::{Fetcher, SstFile};
use crate::runtime::SharedRuntime;
use crate::sst::{self, Directory, Newest, Tail, TailRef};
use bytes::Bytes;
use futures_util::TryStreamExt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The files that states of this process may still read from.
#[derive(Debug)]
pub(super) struct Files {
    store: Arc<dyn ObjectStore>,
    layout: Layout,
    /// Brings their blocks to memory.
    pub(super) fetcher: Arc<Fetcher>,
    live: Mutex<HashMap<ObjectPath, Vec<Weak<SstFile>>>>,
}

impl Files {
    pub(super) fn new(store: Arc<dyn ObjectStore>, layout: Layout, fetcher: Arc<Fetcher>) -> Files {
        Files { store, layout, fetcher, live: Mutex::default() }
    }

    /// Whether a state points into the file.
    pub(super) fn is_in_use(&self, path: &ObjectPath) -> bool {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.retain(|_, files| {
            files.retain(|file| file.strong_count() > 0);
            !files.is_empty()
        });
        live.contains_key(path)
    }

    /// The tails of files, all together.
    pub(super) async fn tails(&self, files: Vec<SstRef>) -> Result<Vec<Tail>> {
        let named = files.into_iter().map(|file| {
            Ok(TailRef {
                path: self.layout.sst(&file.name)?,
                bytes: file.bytes,
                tail_bytes: file.tail_bytes,
                tail_checksum: file.tail_checksum,
            })
        });
        let named: Vec<TailRef> = named.collect::<Result<_>>()?;
        let tails = sst::fetch_tails(&*self.store, named).await?;
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        for tail in &tails {
            live.entry(tail.file.path.clone()).or_default().push(Arc::downgrade(&tail.file));
        }
        Ok(tails)
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
    let batches: Vec<Vec<(&Newest, Bytes)>> = directory.read(&*files.store).try_collect().await?;
    let stored = batches.into_iter().flatten().map(|(newest, bytes)| (newest.clone(), bytes));
    let stored: Vec<(Newest, Bytes)> = stored.collect();
    let import = move || -> Result<GraphState> {
        let mut failed = None;
        let blocks = stored.into_iter().filter_map(|(newest, bytes)| match newest {
            Newest::Block(key, block) => Some(Ok((key, block))),
            Newest::Stored(pointer) => {
                Some(sst::decode_block(&pointer, bytes).map(|block| (pointer.key(), block)))
            }
            Newest::Tombstone(_) => None,
        });
        let blocks = blocks.map_while(|block: Result<(BlockKey, Bytes)>| match block {
            Ok((key, block)) => Some((key.to_bytes(), block)),
            Err(error) => {
                failed = Some(error);
                None
            }
        });
        let state = GraphState::import(blocks);
        failed.map_or(state, Err)
    };
    offload(runtime, "import a checkpoint", import).await?
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
