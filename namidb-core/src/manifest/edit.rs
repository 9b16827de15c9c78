//! What the next version of a manifest says.
//!
//! Dates are taken by one rule (`docs/protocol.md`, section 5): a replacement may date the floor *of the version that
//! it replaces* with that version's Last-Modified, never the floor that it raises itself. A date is kept until a
//! collector has deleted what lies below it: a busy namespace would otherwise put it off for ever.

use super::{Checkpoint, DatedFloor, Manifest, RETAINED_MAX, Run, WRITERS_MAX, WriterTable};
use crate::ids::Seq;
use crate::object_store::ServerTime;
use crate::wal::LogId;

/// What a replacement changes.
#[derive(Clone, Debug)]
pub enum Edit {
    /// A newer checkpoint.
    Checkpoint(NewCheckpoint),
    /// A merge of runs.
    Merge(Merge),
    /// SSTs born before the next version, and not named by it, are garbage.
    Horizon,
    /// A collector has deleted what it listed below this floor.
    Collected(Seq),
    /// Nothing but the date of the floor.
    Date,
}

/// A checkpoint to be published.
#[derive(Clone, Debug)]
pub struct NewCheckpoint {
    /// The last record that it contains.
    pub seq: Seq,
    /// The hash of that record.
    pub hash: blake3::Hash,
    /// The time of that record.
    pub time: i64,
    /// The state of the writers that it was written from.
    pub writers: WriterTable,
    /// What changed since `base`, or everything.
    pub run: Run,
    /// The checkpoint that the run adds to, which must be the present one; none if the run holds everything.
    pub base: Option<Seq>,
    /// Replaced checkpoints whose last record is younger than this, in microseconds before `time`, are retained.
    pub retain_micros: i64,
}

/// A merge to be published.
#[derive(Clone, Debug)]
pub struct Merge {
    /// The runs that were merged, neighbours, the oldest first.
    pub inputs: Vec<Run>,
    /// What came of them.
    pub output: Run,
}

impl NewCheckpoint {
    /// Whether it can follow what is published now.
    pub fn fits(&self, present: &Manifest) -> bool {
        self.seq > present.checkpoint.seq && self.base.is_none_or(|base| base == present.checkpoint.seq)
    }
}

impl Merge {
    /// Where its inputs are among the runs, if they are all still there.
    pub fn position(&self, present: &Manifest) -> Option<usize> {
        let runs = &present.checkpoint.runs;
        runs.windows(self.inputs.len().max(1)).position(|window| *window == *self.inputs)
    }
}

/// A manifest that was read, with the store's time of its writing.
#[derive(Clone, Debug)]
pub struct Present {
    /// What it says.
    pub manifest: Manifest,
    /// Its Last-Modified, if the store says.
    pub modified: Option<ServerTime>,
}

/// The version after `present`.
///
/// `dates` is false where a look at the manifest costs nothing: there is no retention then, and no date.
///
/// # Panics
/// If the edit would make something go back: its maker has not compared it with `present`.
pub fn apply(present: &Present, edit: &Edit, token: LogId, dates: bool) -> Manifest {
    let old = &present.manifest;
    let mut new = Manifest { version: old.version + 1, token, ..old.clone() };
    match edit {
        Edit::Checkpoint(next) => {
            assert!(
                next.fits(old),
                "a checkpoint is newer than the one it replaces, and adds to that or to nothing"
            );
            new.checkpoint = Checkpoint {
                seq: next.seq,
                hash: next.hash,
                time: Some(next.time),
                runs: if next.base.is_some() { old.checkpoint.runs.clone() } else { Vec::new() },
            };
            if !next.run.files.is_empty() {
                new.checkpoint.runs.push(next.run.clone());
            }
            new.writers = next.writers.clone();
            new.writers.cut_to(WRITERS_MAX);
            new.retained.push(old.checkpoint.clone());
            retain(&mut new.retained, next.time, next.retain_micros);
        }
        Edit::Merge(merge) => {
            if let Some(at) = merge.position(old) {
                let output = (!merge.output.files.is_empty()).then(|| merge.output.clone());
                new.checkpoint.runs.splice(at..at + merge.inputs.len(), output);
            }
        }
        Edit::Horizon => new.gc_horizon = new.version,
        Edit::Collected(floor) => {
            new.collected = old.collected.max(*floor);
            if new.dated.is_some_and(|dated| dated.floor <= new.collected) {
                new.dated = None;
            }
        }
        Edit::Date => {}
    }
    if let (true, None, Some(date)) = (dates, new.dated, present.modified)
        && old.floor() > new.collected
    {
        new.dated = Some(DatedFloor { floor: old.floor(), date });
    }
    // What is not named any more was born before this version, and may go.
    if old.sst_names().any(|name| !new.names(name)) {
        new.gc_horizon = new.version;
    }
    assert!(new.floor() >= old.floor() && new.gc_horizon >= old.gc_horizon, "a manifest never goes back");
    new
}

/// Keeps the checkpoints that are young enough; if they are too many, those that lie farthest apart.
fn retain(retained: &mut Vec<Checkpoint>, now: i64, micros: i64) {
    retained.retain(|old| old.time.is_some_and(|time| micros > 0 && time > now.saturating_sub(micros)));
    while retained.len() > RETAINED_MAX {
        let gap = |at: usize| match (retained.get(at.wrapping_sub(1)), retained.get(at + 1)) {
            (Some(before), Some(after)) => after.time.unwrap_or(now).abs_diff(before.time.unwrap_or(now)),
            // The first and the last stay.
            _ => u64::MAX,
        };
        let densest = (0..retained.len()).min_by_key(|at| gap(*at)).unwrap_or_default();
        retained.remove(densest);
    }
}

/// Whether a replacement would date a floor that has no date yet.
pub fn can_date(present: &Present) -> bool {
    let Manifest { dated, collected, .. } = &present.manifest;
    dated.is_none() && present.modified.is_some() && present.manifest.floor() > *collected
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::SstRef;
    use uuid::Uuid;

    fn next(seq: u64) -> NewCheckpoint {
        NewCheckpoint {
            seq: Seq(seq),
            hash: blake3::hash(&seq.to_le_bytes()),
            time: seq as i64 * 100,
            writers: WriterTable::default(),
            run: run(seq),
            base: None,
            retain_micros: 0,
        }
    }

    fn run(n: u64) -> Run {
        let name = crate::layout::Layout::sst_name(n, Uuid::from_u128(n.into()));
        Run { files: vec![SstRef { name, bytes: 100, tail_bytes: 10, tail_checksum: 1 }] }
    }

    fn checkpoint(seq: u64) -> Edit {
        Edit::Checkpoint(next(seq))
    }

    fn added(manifest: &Manifest, seq: u64) -> Manifest {
        let base = Some(manifest.checkpoint.seq);
        after(manifest, &Edit::Checkpoint(NewCheckpoint { base, ..next(seq) }))
    }

    fn first() -> Manifest {
        Manifest::first(Uuid::from_u128(1), LogId(1))
    }

    fn after(manifest: &Manifest, edit: &Edit) -> Manifest {
        apply(&present(manifest.clone(), 100), edit, LogId(2), true)
    }

    fn runs(manifest: &Manifest) -> Vec<u64> {
        let births = manifest.checkpoint.files().map(|file| crate::layout::sst_birth(&file.name));
        births.map(Option::unwrap).collect()
    }

    fn present(manifest: Manifest, modified: i64) -> Present {
        Present { manifest, modified: Some(ServerTime(modified)) }
    }

    fn dated(manifest: &Manifest) -> Option<(u64, i64)> {
        manifest.dated.map(|dated| (dated.floor.0, dated.date.0))
    }

    #[test]
    fn a_floor_is_dated_by_the_replacement_after_the_one_that_raised_it() {
        let first = Manifest::first(Uuid::from_u128(1), LogId(1));
        let raised = apply(&present(first, 100), &checkpoint(5), LogId(2), true);
        assert_eq!((raised.floor(), dated(&raised)), (Seq(6), None), "not by the one that raises it");
        let again = apply(&present(raised, 200), &checkpoint(9), LogId(3), true);
        assert_eq!((again.floor(), dated(&again)), (Seq(10), Some((6, 200))));
    }

    #[test]
    fn a_date_is_kept_until_the_slots_below_it_are_collected() {
        let first = Manifest::first(Uuid::from_u128(1), LogId(1));
        let mut now = apply(&present(first, 100), &checkpoint(5), LogId(2), true);
        for seq in [9, 11, 15] {
            now = apply(&present(now, 200 + seq), &checkpoint(seq as u64), LogId(3), true);
        }
        assert_eq!(dated(&now), Some((6, 209)));
        let after = apply(&present(now.clone(), 300), &Edit::Collected(Seq(6)), LogId(4), true);
        assert_eq!(dated(&after), Some((16, 300)), "the next floor is dated at once");
        let all = apply(&present(after, 400), &Edit::Collected(Seq(16)), LogId(5), true);
        assert_eq!(dated(&all), None, "there is nothing left to date");
        assert!(!can_date(&present(all, 500)));
    }

    #[test]
    fn where_looks_cost_nothing_there_is_no_date() {
        let first = Manifest::first(Uuid::from_u128(1), LogId(1));
        let one = apply(&present(first, 100), &checkpoint(5), LogId(2), false);
        let two = apply(&present(one, 200), &checkpoint(9), LogId(3), false);
        assert_eq!(dated(&two), None);
    }

    #[test]
    #[should_panic(expected = "newer than the one it replaces")]
    fn a_checkpoint_never_goes_back() {
        let first = Manifest::first(Uuid::from_u128(1), LogId(1));
        let one = apply(&present(first, 100), &checkpoint(5), LogId(2), true);
        apply(&present(one, 100), &checkpoint(5), LogId(3), true);
    }

    #[test]
    fn the_table_of_writers_is_cut_where_it_would_grow_too_long() {
        let first = Manifest::first(Uuid::from_u128(1), LogId(1));
        let writers = WriterTable::new((0..1_500).map(|n| (LogId(n), Seq(n as u64))), false);
        let edit = Edit::Checkpoint(NewCheckpoint { writers, ..next(2_000) });
        let next = apply(&present(first, 100), &edit, LogId(2), true);
        assert_eq!((next.writers.len(), next.writers.is_cut()), (WRITERS_MAX, true));
    }

    #[test]
    fn a_checkpoint_adds_a_run_and_nothing_becomes_garbage() {
        let three = [5, 9, 11].iter().fold(first(), |now, seq| added(&now, *seq));
        assert_eq!((runs(&three), three.gc_horizon), (vec![5, 9, 11], 0));
        let whole = after(&three, &Edit::Checkpoint(NewCheckpoint { base: None, ..next(20) }));
        assert_eq!((runs(&whole), whole.gc_horizon), (vec![20], whole.version));
    }

    #[test]
    fn a_checkpoint_adds_to_the_present_one_only() {
        let five = added(&after(&first(), &checkpoint(3)), 5);
        assert!(
            [4, 6, 3].iter().all(|base| !NewCheckpoint { base: Some(Seq(*base)), ..next(7) }.fits(&five))
        );
        assert!(NewCheckpoint { base: Some(Seq(5)), ..next(7) }.fits(&five));
        assert!(!next(5).fits(&five), "nor is it as old as the present one");
    }

    #[test]
    fn a_merge_takes_the_place_of_its_inputs_whatever_was_added_since() {
        let four = [5, 9, 11, 13].iter().fold(first(), |now, seq| added(&now, *seq));
        let merge = Merge { inputs: four.checkpoint.runs[1..3].to_vec(), output: run(12) };
        let five = added(&four, 20);
        let merged = after(&five, &Edit::Merge(merge.clone()));
        assert_eq!((runs(&merged), merged.gc_horizon), (vec![5, 12, 13, 20], merged.version));
        assert_eq!(merge.position(&merged), None, "its inputs are gone");
        let nothing = Merge { inputs: merged.checkpoint.runs[..2].to_vec(), output: Run::default() };
        assert_eq!(runs(&after(&merged, &Edit::Merge(nothing))), [13, 20]);
    }

    #[test]
    fn checkpoints_are_retained_for_a_time_and_thinned_where_they_are_densest() {
        let retaining = |seq| Edit::Checkpoint(NewCheckpoint { retain_micros: 10_000, ..next(seq) });
        let mut now = first();
        for seq in 1..=10 {
            now = after(&now, &retaining(seq));
        }
        let seqs = |manifest: &Manifest| manifest.retained.iter().map(|old| old.seq.0).collect::<Vec<_>>();
        assert_eq!(seqs(&now), (1..10).collect::<Vec<_>>());
        for seq in 11..=60 {
            now = after(&now, &retaining(seq));
        }
        assert_eq!((seqs(&now).len(), seqs(&now)[0]), (RETAINED_MAX, 1), "{:?}", seqs(&now));
        let gaps: Vec<u64> = seqs(&now).windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.iter().all(|gap| *gap <= 12), "{gaps:?}");
        let later = after(&now, &retaining(130));
        assert!(seqs(&later).iter().all(|seq| *seq > 30));
        assert!(seqs(&after(&later, &checkpoint(131))).is_empty());
    }
}
