//! What the next version of a manifest says.
//!
//! Dates are taken by one rule (`docs/protocol.md`, section 5): a replacement may date the floor *of the version that
//! it replaces* with that version's Last-Modified, never the floor that it raises itself. A date is kept until a
//! collector has deleted what lies below it: a busy namespace would otherwise put it off for ever.

use super::{Checkpoint, DatedFloor, Manifest, WRITERS_MAX, WriterTable};
use crate::ids::Seq;
use crate::object_store::ServerTime;
use crate::wal::LogId;

/// What a replacement changes.
#[derive(Clone, Debug)]
pub enum Edit {
    /// A newer checkpoint, with the writer table of the state that it was written from. What it replaces is not
    /// retained, and SSTs born before become garbage.
    Checkpoint(Checkpoint, WriterTable),
    /// A collector has deleted what it listed below this floor.
    Collected(Seq),
    /// Nothing but the date of the floor.
    Date,
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
        Edit::Checkpoint(checkpoint, writers) => {
            assert!(checkpoint.seq > old.checkpoint.seq, "a checkpoint is newer than the one it replaces");
            new.checkpoint = checkpoint.clone();
            new.writers = writers.clone();
            new.writers.cut_to(WRITERS_MAX);
            new.retained.clear();
            new.gc_horizon = new.version;
        }
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
    assert!(new.floor() >= old.floor() && new.gc_horizon >= old.gc_horizon, "a manifest never goes back");
    new
}

/// Whether a replacement would date a floor that has no date yet.
pub fn can_date(present: &Present) -> bool {
    let Manifest { dated, collected, .. } = &present.manifest;
    dated.is_none() && present.modified.is_some() && present.manifest.floor() > *collected
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn checkpoint(seq: u64) -> Edit {
        let checkpoint = Checkpoint { seq: Seq(seq), ..Checkpoint::origin() };
        Edit::Checkpoint(checkpoint, WriterTable::default())
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
        let edit = Edit::Checkpoint(Checkpoint { seq: Seq(2_000), ..Checkpoint::origin() }, writers);
        let next = apply(&present(first, 100), &edit, LogId(2), true);
        assert_eq!((next.writers.len(), next.writers.is_cut()), (WRITERS_MAX, true));
    }
}
