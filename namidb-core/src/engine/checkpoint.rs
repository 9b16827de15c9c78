//! Checkpoints: what has changed since the one before, as a run of SSTs, and a manifest that names it.
//!
//! What a state has to add is known against the checkpoint that it was built on. If somebody else has published another
//! one meanwhile, the state is first [built on that](super::rebuild). Afterwards the chunks that were written are known to
//! be in the bucket, and may leave memory.
//!
//! Written when asked for, and in the background by whoever writes the record that crosses the line (so many records,
//! so many bytes); by anyone at twice the line, should that process have died. Several at once do no harm: one
//! replaces the manifest, the others find that theirs is no longer newer.

use super::Inner;
use super::head::Growth;
use super::health::Duty;
use super::metrics::count;
use super::offload::offload;
use super::open::check_writer_format;
use super::rework::Rework;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::{BlockKey, Exported, GraphState};
use crate::ids::Seq;
use crate::layout::Layout;
use crate::manifest::edit::{Edit, NewCheckpoint};
use crate::manifest::store::{Read, Replaced};
use crate::manifest::{Manifest, Run, SstRef};
use crate::object_store::ObjectStoreExt;
use crate::residency::{BlockPointer, collect};
use crate::runtime::uuid_v7;
use crate::sst::{Finished, RunWriter};
use crate::wal::Position;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::sync::Arc;

/// Bytes of a file of a checkpoint, about: what it holds is in memory already, so a file may be large.
const FILE_BYTES: usize = 256 << 20;

/// Files that are uploaded at a time.
const UPLOADS_AT_ONCE: usize = 4;

/// How often a checkpoint is begun anew: because a collector may delete what was uploaded, or others have published one.
const UPLOADS_MAX: u32 = 6;

/// What a checkpoint came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FlushReport {
    /// The newest checkpoint now: the log up to here is in SSTs.
    pub checkpoint: Seq,
    /// Whether this call wrote it.
    pub written: bool,
    /// Bytes of the SSTs that this call wrote.
    pub sst_bytes: u64,
}

/// What became of one upload.
enum Published {
    Done(Box<Manifest>),
    /// Another one is as new.
    Superfluous(Seq),
    /// It was born too early.
    Again,
}

/// Where the blocks of a checkpoint are, by their keys in ascending order; none if there is none any more.
pub(super) type Places = Vec<(BlockKey, Option<BlockPointer>)>;

fn export(state: &GraphState) -> Result<Vec<Finished>> {
    let mut writer = RunWriter::new(FILE_BYTES)?;
    state.export_dirty(|key, exported| match exported {
        Exported::Block { block, summary } => writer.add(key, block, summary),
        Exported::Gone => writer.add_tombstone(key),
    })?;
    Ok(writer.finish())
}

impl Inner {
    /// Writes a checkpoint of the newest state, if that is newer than the present one, and if there are records enough
    /// between: whoever counted them may not have seen the checkpoints of others.
    pub(super) async fn checkpoint(self: &Arc<Inner>, records_min: u64) -> Result<FlushReport> {
        self.check_writable()?;
        let report = self.write_checkpoint(records_min).await;
        match &report {
            Ok(_) => self.health.succeeded(Duty::Checkpoint),
            Err(error) => self.health.failed(Duty::Checkpoint, error, self.runtime.unix_micros()),
        }
        report
    }

    async fn write_checkpoint(self: &Arc<Inner>, records_min: u64) -> Result<FlushReport> {
        let _alone = self.checkpointing.lock().await;
        let mut report = FlushReport { checkpoint: Seq(0), written: false, sst_bytes: 0 };
        for _ in 0..UPLOADS_MAX {
            let read = self.looks.read().await?;
            let present = &read.present.manifest;
            check_writer_format(present)?;
            self.head.note_checkpoint(present.checkpoint.seq);
            let (position, writers, base) = self.head.to_store();
            report.checkpoint = present.checkpoint.seq;
            if position.seq.0.saturating_sub(present.checkpoint.seq.0) < records_min.max(1) {
                self.collect(read).await?;
                return Ok(report);
            }
            self.self_test().await?;
            let birth = present.version;
            if base.checkpoint.is_some_and(|built_on| built_on != present.checkpoint.seq) {
                self.adopt().await?;
                continue;
            }
            let files = match self.export(&position).await {
                Err(error) if error.code() == ErrorCode::SnapshotExpired => {
                    self.adopt().await?;
                    continue;
                }
                files => files?,
            };
            let (run, places) = self.upload_run(files, birth).await?;
            let (seq, sst_bytes) = (position.seq, run.bytes());
            let next = NewCheckpoint {
                seq,
                hash: position.hash,
                time: position.time,
                writers,
                run,
                base: base.checkpoint.map(|_| present.checkpoint.seq),
                retain_micros: i64::try_from(self.settings.retain.as_micros()).unwrap_or(i64::MAX),
            };
            match self.publish(read, &next, birth).await? {
                Published::Done(manifest) => {
                    count(&self.counters.checkpoints);
                    self.head.note_checkpoint(manifest.checkpoint.seq);
                    self.rework(Rework::Stored { from: base, checkpoint: seq, then: position, places }).await;
                    self.collect_after(*manifest).await;
                    return Ok(FlushReport { checkpoint: seq, written: true, sst_bytes });
                }
                Published::Superfluous(checkpoint) => return Ok(FlushReport { checkpoint, ..report }),
                Published::Again => {}
            }
        }
        Err(Error::new(
            ErrorCode::StoreUnavailable,
            "checkpoints of others have overtaken this one again and again",
        ))
    }

    /// What a state has to add to the checkpoint that it was built on.
    async fn export(&self, source: &Arc<Position>) -> Result<Vec<Finished>> {
        let mut spared = None;
        loop {
            let position = Arc::clone(source);
            let export = move || collect(|| export(&position.state));
            let (files, misses) = offload(&self.runtime, "export a checkpoint", export).await?;
            if misses.is_empty() {
                return files;
            }
            spared.get_or_insert_with(|| self.spare());
            self.fetch(&misses).await?;
        }
    }

    /// Uploads the files of a run, or of a part of one, for a job that began at this version of the manifest. Tells where
    /// each block then is.
    pub(super) async fn upload_run(&self, files: Vec<Finished>, birth: u64) -> Result<(Run, Places)> {
        let tails: Vec<Bytes> = files.iter().map(|file| file.tail().to_vec().into()).collect();
        let run = self.upload(files, birth).await?;
        let mut places = Places::new();
        for (file, tail) in run.files.iter().zip(tails) {
            let tail = self.files.parse(file, &tail)?;
            places.extend(tail.file.pointers().map(|pointer| (pointer.key(), Some(pointer))));
            places.extend(tail.tombstones.iter().map(|key| (*key, None)));
        }
        places.sort_unstable_by_key(|(key, _)| *key);
        Ok((run, places))
    }

    async fn upload(&self, files: Vec<Finished>, birth: u64) -> Result<Run> {
        let uploads = files.into_iter().map(|file| async move {
            let sst = SstRef {
                name: Layout::sst_name(birth, uuid_v7(&*self.runtime)),
                bytes: file.bytes.len() as u64,
                tail_bytes: file.tail_bytes,
                tail_checksum: file.tail_checksum,
            };
            // Its name is used once, so there is no condition to keep.
            self.store.overwrite(&self.layout.sst(&sst.name)?, file.bytes.into()).await?;
            Ok::<_, Error>(sst)
        });
        let files = stream::iter(uploads).buffered(UPLOADS_AT_ONCE).try_collect().await?;
        Ok(Run { files })
    }

    async fn publish(&self, read: Read, next: &NewCheckpoint, birth: u64) -> Result<Published> {
        let replaced = self
            .replace_manifest(read, |present| {
                let present = &present.manifest;
                let fits = next.fits(present) && birth >= present.gc_horizon;
                fits.then(|| Edit::Checkpoint(next.clone()))
            })
            .await?;
        Ok(match replaced {
            Replaced::Done { manifest, .. } => Published::Done(manifest),
            Replaced::Dropped(read) if read.present.manifest.checkpoint.seq >= next.seq => {
                Published::Superfluous(read.present.manifest.checkpoint.seq)
            }
            Replaced::Dropped(_) => Published::Again,
        })
    }

    /// Writes a checkpoint in the background if the log has just grown over the line.
    pub(super) fn checkpoint_if_due(self: &Arc<Inner>, (before, after): (Growth, Growth), ours: bool) {
        let (records, bytes) = (self.settings.checkpoint_records, self.settings.checkpoint_bytes);
        let lines = after.lines(records, bytes);
        let due = lines > before.lines(records, bytes) && (ours || lines >= 2);
        if !due || self.settings.read_only {
            return;
        }
        // Where bytes made it due, how many records they are in makes no difference.
        let records_min = if after.records >= records { records } else { 1 };
        let engine = Arc::clone(self);
        let job = async move {
            // One that fails is made up for at the next line; what is wrong with the store shows at the next commit.
            if engine.check_open().is_ok() {
                drop(engine.checkpoint(records_min).await);
                engine.compact_if_due(&engine.looks.last().manifest).await;
            }
        };
        self.runtime.spawn("write a checkpoint", Box::pin(job));
    }
}
