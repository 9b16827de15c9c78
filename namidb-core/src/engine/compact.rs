//! Compaction: merging runs in the order of their keys, so that opening reads few tails, scanning a column a few large
//! ranges, and what was overwritten goes.
//!
//! - *Plan* ([`plan`], a pure function of the sizes): nothing while there are at most [`RUNS_MAX`] runs. Then the newest
//!   runs are merged, with every older one that is not more than [`RATIO`] times as large as all newer ones together:
//!   whatever is rewritten has grown by a constant factor since it was last rewritten, so that a byte is rewritten a
//!   logarithmic number of times, and overwritten blocks take at most as much room as a constant times the others.
//! - *Merge*: of each key the newest block goes over as it is stored, after its checksum was compared. A tombstone goes
//!   over too, unless the oldest run is among the inputs: then there is nothing left for it to hide.
//! - *Publish*: the output takes the place of the inputs, provided that they are all still there. Runs that were added
//!   meanwhile stay where they are. The newest state is told where its blocks have gone, and what nobody names or uses any
//!   more is collected like any other garbage.
//!
//! It needs no state of the graph, so it runs beside checkpoints and writes; what it keeps in memory is a file and two
//! batches of blocks.

use super::Inner;
use super::metrics::count;
use super::open::check_writer_format;
use super::rework::Rework;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::Seq;
use crate::manifest::edit::{Edit, Merge};
use crate::manifest::store::{Read, Replaced};
use crate::manifest::{FILES_MAX, Manifest, Run};
use crate::residency::BlockPointer;
use crate::sst::{self, Directory, Newest, RunWriter};
use futures_util::TryStreamExt;
use std::ops::Range;
use std::sync::{Arc, PoisonError};

/// Runs that a checkpoint may have without anything to do.
const RUNS_MAX: usize = 8;

/// An older run is merged with the newer ones if it is not so many times as large as they are together.
const RATIO: u64 = 2;

/// Runs that are merged at least.
const INPUTS_MIN: usize = 4;

/// Bytes of a file, about, unless the run would then have too many files.
const FILE_BYTES: u64 = 64 << 20;

/// What a compaction came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct CompactionReport {
    /// The checkpoint whose runs were merged.
    pub checkpoint: Seq,
    /// Runs before.
    pub runs_before: usize,
    /// Runs now.
    pub runs_after: usize,
    /// Bytes that the merged runs had.
    pub bytes_read: u64,
    /// Bytes of the run that they became.
    pub bytes_written: u64,
}

/// Where blocks were, and where they are now.
type Moved = Vec<(BlockPointer, BlockPointer)>;

/// Which runs to merge, of runs of these sizes, the oldest first.
fn plan(sizes: &[u64], files: usize) -> Option<Range<usize>> {
    let count = sizes.len();
    if count < 2 || (count <= RUNS_MAX && files <= FILES_MAX / 2) {
        return None;
    }
    let mut from = count.saturating_sub(INPUTS_MIN);
    let mut newer: u64 = sizes.iter().skip(from).sum();
    while let Some(older) = from.checked_sub(1)
        && let Some(size) = sizes.get(older)
        && (*size <= newer.saturating_mul(RATIO) || files > FILES_MAX / 2)
    {
        newer = newer.saturating_add(*size);
        from = older;
    }
    Some(from..count)
}

impl Inner {
    /// Merges runs if there are too many; what fails is made up for after the next checkpoint.
    pub(super) async fn compact_if_due(self: &Arc<Inner>, manifest: &Manifest) {
        if plan_for(manifest).is_some() && self.check_open().is_ok() {
            drop(self.compact(plan_for).await);
        }
    }

    /// Merges everything into one run, and deletes what nobody names.
    pub(super) async fn compact_all(self: &Arc<Inner>) -> Result<CompactionReport> {
        self.checkpoint(1).await?;
        let all = |manifest: &Manifest| {
            let runs = manifest.checkpoint.runs.len();
            (runs > 1).then_some(0..runs)
        };
        let report = self.compact(all).await?;
        self.collect_all().await?;
        Ok(report)
    }

    async fn compact(
        self: &Arc<Inner>,
        plan: impl Fn(&Manifest) -> Option<Range<usize>>,
    ) -> Result<CompactionReport> {
        let _alone = self.compacting.lock().await;
        let read = self.looks.read().await?;
        let present = &read.present.manifest;
        check_writer_format(present)?;
        let runs = present.checkpoint.runs.len();
        let mut report = CompactionReport {
            checkpoint: present.checkpoint.seq,
            runs_before: runs,
            runs_after: runs,
            ..CompactionReport::default()
        };
        let Some(range) = plan(present) else { return Ok(report) };
        let inputs = present.checkpoint.runs.get(range.clone()).unwrap_or_default().to_vec();
        self.check_quarantine(&inputs)?;
        self.self_test().await?;
        let (output, moved) = match self.merge(&inputs, range.start == 0, present.version).await {
            Ok(merged) => merged,
            Err(error) => {
                if error.code() == ErrorCode::Corruption {
                    self.quarantine(&inputs);
                }
                return Err(error);
            }
        };
        report.bytes_read = inputs.iter().map(Run::bytes).sum();
        report.bytes_written = output.bytes();
        let merge = Merge { inputs, output };
        if let Some(manifest) = self.publish_merge(read, &merge).await? {
            count(&self.counters.compactions);
            report.runs_after = manifest.checkpoint.runs.len();
            self.rework(Rework::Moved(moved)).await;
            self.collect_after(manifest).await;
        }
        Ok(report)
    }

    /// Writes the run that these runs become, and tells where their blocks have gone.
    async fn merge(&self, inputs: &[Run], oldest_too: bool, birth: u64) -> Result<(Run, Moved)> {
        let files = inputs.iter().flat_map(|run| run.files.clone()).collect();
        let directory = Directory::new(self.files.tails(files).await?);
        let file_bytes = FILE_BYTES.max(directory.stored_bytes() / (FILES_MAX as u64 / 4));
        let mut writer = RunWriter::new(usize::try_from(file_bytes).unwrap_or(usize::MAX))?;
        let (mut run, mut places) = (Run::default(), Vec::new());
        let mut batches = std::pin::pin!(directory.read(&*self.store));
        while let Some(batch) = batches.try_next().await? {
            for (newest, bytes) in batch {
                match newest {
                    Newest::Block(key, block) => writer.add(*key, block, &[])?,
                    Newest::Stored(pointer) => {
                        sst::check_block(pointer, &bytes)?;
                        writer.add_stored(pointer.entry(), &bytes)?;
                    }
                    Newest::Tombstone(_) if oldest_too => {}
                    Newest::Tombstone(key) => writer.add_tombstone(*key)?,
                }
            }
            let (part, at) = self.upload_run(writer.take_finished(), birth).await?;
            run.files.extend(part.files);
            places.extend(at);
        }
        let (part, at) = self.upload_run(writer.finish(), birth).await?;
        run.files.extend(part.files);
        places.extend(at);
        // Both are in the order of the keys, and hold the same ones.
        let new = places.into_iter().filter_map(|(_, place)| place);
        let moved: Moved = directory.stored().cloned().zip(new).collect();
        if moved.iter().any(|(old, new)| old.key() != new.key()) {
            return Err(Error::new(ErrorCode::Internal, "a compaction has lost a block"));
        }
        Ok((run, moved))
    }

    /// Publishes a merge; none if its inputs are not all there any more. Its files were born at the version that was
    /// read, and its inputs are named still: whoever has raised the horizon meanwhile has spoilt it.
    async fn publish_merge(&self, read: Read, merge: &Merge) -> Result<Option<Manifest>> {
        let birth = read.present.manifest.version;
        let replaced = self
            .replace_manifest(read, |present| {
                let present = &present.manifest;
                let fits = birth >= present.gc_horizon && merge.position(present).is_some();
                fits.then(|| Edit::Merge(merge.clone()))
            })
            .await?;
        Ok(match replaced {
            Replaced::Done { manifest, .. } => Some(*manifest),
            Replaced::Dropped(_) => None,
        })
    }

    /// Runs that could not be read are not merged again and again: they stay as they are, and so does the rest.
    fn check_quarantine(&self, inputs: &[Run]) -> Result<()> {
        let quarantined = self.quarantined.lock().unwrap_or_else(PoisonError::into_inner);
        let files = inputs.iter().flat_map(|run| &run.files);
        match files.into_iter().find(|file| quarantined.contains(&file.name)) {
            None => Ok(()),
            Some(file) => {
                Err(Error::new(ErrorCode::Corruption, "an SST to be merged could not be read before")
                    .with_hint("Verify the database, restore the object, and open the database again")
                    .with_detail("object", self.layout.sst(&file.name)?))
            }
        }
    }

    fn quarantine(&self, inputs: &[Run]) {
        let mut quarantined = self.quarantined.lock().unwrap_or_else(PoisonError::into_inner);
        quarantined.extend(inputs.iter().flat_map(|run| &run.files).map(|file| file.name.clone()));
    }
}

fn plan_for(manifest: &Manifest) -> Option<Range<usize>> {
    let runs = &manifest.checkpoint.runs;
    let sizes: Vec<u64> = runs.iter().map(Run::bytes).collect();
    plan(&sizes, manifest.checkpoint.files().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_runs_are_left_alone() {
        assert_eq!(plan(&[100, 1, 1, 1, 1, 1, 1, 1], 8), None);
        assert_eq!(plan(&[], 0), None);
        assert_eq!(plan(&[7], FILES_MAX), None);
    }

    #[test]
    fn the_newest_runs_are_merged_with_the_older_ones_that_are_not_much_larger() {
        assert_eq!(plan(&[1_000, 1, 1, 1, 1, 1, 1, 1, 1], 9), Some(1..9));
        assert_eq!(plan(&[1_000, 100, 100, 20, 1, 1, 1, 1, 1], 9), Some(4..9));
        assert_eq!(plan(&[16, 1, 1, 1, 1, 1, 1, 1, 1], 9), Some(0..9));
        assert_eq!(plan(&[9_000, 3_000, 1_000, 300, 100, 30, 10, 3, 1], 9), Some(5..9));
        assert_eq!(plan(&[1_000, 1, 1], FILES_MAX), Some(0..3), "so many files are too many");
    }

    #[test]
    fn runs_stay_few_and_a_byte_is_rewritten_a_few_times() {
        let (mut runs, mut written): (Vec<u64>, u64) = (Vec::new(), 0);
        let checkpoints = 20_000u64;
        for _ in 0..checkpoints {
            runs.push(1);
            written += 1;
            if let Some(range) = plan(&runs, runs.len()) {
                let merged = runs.drain(range).sum();
                written += merged;
                runs.push(merged);
            }
            assert!(runs.len() <= RUNS_MAX, "{runs:?}");
        }
        assert_eq!(runs.iter().sum::<u64>(), checkpoints);
        assert!(written <= checkpoints * 12, "{written}");
    }
}
