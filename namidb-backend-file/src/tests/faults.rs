//! Letting every step fail, by itself.

use super::{bytes, path, sim};
use crate::disk::sim::{Fault, SimDisk};
use crate::disk::{Disk, Errno};
use crate::objects::Objects;
use crate::upload::remove_abandoned;
use namidb_core::object_store::{Effect, ErrorKind, GetOptions, Result};

/// Steps of a create in a directory that is there, counted after its first look.
const CREATE_TEMP: usize = 0;
const WRITE: usize = 1;
const SYNC_FILE: usize = 2;
const PUBLISH: usize = 3;
const SYNC_DIRECTORY: usize = 4;

#[test]
fn an_error_before_publishing_changes_nothing_says_so_and_leaves_no_temporary_file() {
    for (errno, kind) in [
        (Errno::NOSPC, ErrorKind::Full),
        (Errno::DQUOT, ErrorKind::Full),
        (Errno::ROFS, ErrorKind::PermissionDenied),
    ] {
        for step in [CREATE_TEMP, WRITE, SYNC_FILE, PUBLISH] {
            let (disk, objects) = sim();
            objects.create("wal/1", &bytes("one")).unwrap();
            disk.inject(disk.changes() + step, Fault::Fail(errno));
            let error = objects.create("wal/2", &bytes("two")).unwrap_err();
            assert_eq!((error.kind(), error.effect()), (kind, Effect::NotApplied), "step {step}: {error}");
            assert_eq!((error.path(), disk.temp_count()), (Some(&path("wal/2")), 0));
            assert!(objects.read_all("wal/2").unwrap_err().is_not_found());
            objects.create("wal/2", &bytes("two")).unwrap();
            assert_eq!(objects.read_all("wal/2").unwrap(), "two", "it goes on when there is room again");
        }
    }
}

#[test]
fn a_file_whose_sync_failed_is_written_anew_and_never_synced_again() {
    for failures in 1..=4 {
        let (disk, objects) = sim();
        objects.create("wal/1", &bytes("one")).unwrap();
        let start = disk.changes();
        for attempt in 0..failures {
            // create, write, sync, remove: four steps an attempt.
            disk.inject(start + 4 * attempt + SYNC_FILE, Fault::Fail(Errno::IO));
        }
        let answer = objects.create("wal/2", &bytes("two"));
        if failures < 3 {
            answer.unwrap();
            assert!(
                disk.crashes(0)
                    .into_iter()
                    .all(|after| { Objects::new(after).read_all("wal/2").is_ok_and(|found| found == "two") })
            );
        } else {
            let error = answer.unwrap_err();
            assert_eq!((error.kind(), error.effect()), (ErrorKind::Unexpected, Effect::NotApplied));
            assert!(objects.read_all("wal/2").unwrap_err().is_not_found());
        }
        assert_eq!(disk.temp_count(), 0);
    }
}

#[test]
fn a_directory_whose_sync_failed_is_opened_and_synced_anew() {
    let (disk, objects) = sim();
    objects.create("wal/1", &bytes("one")).unwrap();
    disk.inject(disk.changes() + SYNC_DIRECTORY, Fault::Fail(Errno::IO));
    disk.take_trace();
    objects.create("wal/2", &bytes("two")).unwrap();
    let trace = disk.take_trace();
    assert!(trace.ends_with(&["open_directory", "sync_directory"]), "{trace:?}");
}

/// Every change and every sync fails from now on; gives the step before which the disk works again.
fn fail_for_long(disk: &SimDisk, errno: Errno) -> usize {
    let (start, end) = (disk.changes() + SYNC_DIRECTORY, disk.changes() + SYNC_DIRECTORY + 60);
    (start..end).for_each(|step| disk.inject(step, Fault::Fail(errno)));
    end
}

#[test]
fn while_a_name_cannot_be_made_durable_nothing_is_put_and_the_name_is_not_shown() {
    for (errno, kind) in [(Errno::IO, ErrorKind::Unexpected), (Errno::NOSPC, ErrorKind::Full)] {
        let (disk, objects) = sim();
        objects.create("wal/1", &bytes("one")).unwrap();
        fail_for_long(&disk, errno);
        let error = objects.create("wal/2", &bytes("two")).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::Unknown));
        let error = objects.create("wal/3", &bytes("three")).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::NotApplied));
        assert!(error.to_string().contains("by itself"), "{error}");
        assert!(objects.delete(&path("wal/1")).is_err());
        let error = objects.read_all("wal/2").unwrap_err();
        assert_eq!(error.kind(), kind, "reading back must not settle the put");
        assert_eq!(objects.read_all("wal/1").unwrap(), "one", "reads go on");
        assert_eq!(disk.temp_count(), 0);
    }
}

/// What comes first when the disk works again.
type First = dyn Fn(&Objects<SimDisk>) -> Result<()>;

#[test]
fn when_the_disk_works_again_what_was_in_doubt_is_written_anew_before_anything_builds_on_it() {
    // The first to come is a put elsewhere, a put of the same, a look, a removal.
    let firsts: [&First; 4] = [
        &|objects| objects.create("wal/3", &bytes("three")).map(drop),
        &|objects| match objects.create("wal/2", &bytes("two")) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            other => other.map(drop),
        },
        &|objects| objects.read_all("wal/2").map(drop),
        &|objects| objects.delete(&path("wal/1")),
    ];
    for errno in [Errno::IO, Errno::NOSPC] {
        for first in firsts {
            let (disk, objects) = sim();
            objects.create("wal/1", &bytes("one")).unwrap();
            let healed = fail_for_long(&disk, errno);
            assert_eq!(objects.create("wal/2", &bytes("two")).unwrap_err().effect(), Effect::Unknown);
            // Syncs that come later do nothing for what one has failed to write.
            disk.forget_names();
            while disk.changes() < healed {
                assert!(first(&objects).is_err(), "not before the disk works");
            }
            first(&objects).unwrap();
            for after in disk.crashes(0) {
                let after = Objects::new(after);
                assert_eq!(after.read_all("wal/2").unwrap(), "two");
            }
            disk.take_trace();
            assert_eq!(objects.read_all("wal/2").unwrap(), "two");
            assert!(!disk.take_trace().contains(&"sync_directory"), "the doubt is over");
            objects.create("wal/4", &bytes("four")).unwrap();
            assert!(disk.crashes(0).into_iter().all(|after| Objects::new(after).read_all("wal/4").is_ok()));
            assert_eq!(disk.temp_count(), 0);
        }
    }
}

#[test]
fn whichever_step_of_writing_anew_fails_the_doubt_lasts_until_all_of_it_is_done() {
    for step in 0..12 {
        for fault in [Fault::Fail(Errno::IO), Fault::FailAfter(Errno::IO), Fault::Fail(Errno::NOSPC)] {
            let (disk, objects) = sim();
            objects.create("wal/1", &bytes("one")).unwrap();
            let healed = fail_for_long(&disk, Errno::IO);
            objects.create("wal/2", &bytes("two")).unwrap_err();
            disk.forget_names();
            while disk.changes() < healed {
                objects.read_all("wal/2").unwrap_err();
            }
            disk.inject(disk.changes() + step, fault);
            while objects.read_all("wal/2").is_err() {}
            assert!(disk.crashes(0).into_iter().all(|after| Objects::new(after).read_all("wal/2").is_ok()));
        }
    }
}

#[test]
fn what_others_did_to_an_object_in_doubt_stays() {
    let (disk, objects) = sim();
    let version = objects.create("manifest", &bytes("one")).unwrap().version;
    let healed = fail_for_long(&disk, Errno::IO);
    let error = objects.replace("manifest", &bytes("two"), &version).unwrap_err();
    assert_eq!(error.effect(), Effect::Unknown);
    while disk.changes() < healed {
        objects.delete(&path("x")).unwrap_err();
    }
    let other = Objects::new(disk.clone());
    let version = other.read_with("manifest", &GetOptions::whole()).unwrap().meta.version;
    other.replace("manifest", &bytes("three"), &version).unwrap();
    assert_eq!(objects.read_all("manifest").unwrap(), "three");
    other.delete(&path("manifest")).unwrap();
    assert!(objects.read_all("manifest").unwrap_err().is_not_found());
    objects.create("manifest", &bytes("four")).unwrap();
}

#[test]
fn a_publishing_step_without_an_answer_has_an_unknown_effect() {
    for fault in [Fault::Fail(Errno::IO), Fault::FailAfter(Errno::IO)] {
        let (disk, objects) = sim();
        objects.create("wal/1", &bytes("one")).unwrap();
        disk.inject(disk.changes() + PUBLISH, fault);
        let error = objects.create("wal/2", &bytes("two")).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Unexpected, Effect::Unknown));
        let applied = matches!(fault, Fault::FailAfter(_));
        assert_eq!(objects.read_all("wal/2").is_ok(), applied);
        if applied {
            assert!(disk.crashes(0).into_iter().all(|after| Objects::new(after).read_all("wal/2").is_ok()));
        }
    }
}

#[test]
fn a_delete_without_an_answer_has_an_unknown_effect() {
    let (disk, objects) = sim();
    objects.create("wal/1", &bytes("one")).unwrap();
    disk.inject(disk.changes(), Fault::FailAfter(Errno::IO));
    let error = objects.delete(&path("wal/1")).unwrap_err();
    assert_eq!(error.effect(), Effect::Unknown);
    objects.delete(&path("wal/1")).unwrap();
}

#[test]
fn what_was_seen_and_cannot_be_synced_keeps_puts_from_being_built_on_it() {
    let (disk, other) = sim();
    other.create("wal/1", &bytes("one")).unwrap();
    let objects = Objects::new(disk.clone());
    objects.read_all("wal/1").unwrap();
    let start = disk.changes();
    for step in start..start + 3 {
        disk.inject(step, Fault::Fail(Errno::IO));
    }
    let error = objects.create("wal/2", &bytes("two")).unwrap_err();
    assert_eq!(error.effect(), Effect::NotApplied);
    assert!(other.read_all("wal/2").unwrap_err().is_not_found());
    objects.create("wal/2", &bytes("two")).unwrap();
}

#[test]
fn a_read_that_fails_is_tried_once_more_and_then_reported() {
    let (disk, objects) = sim();
    objects.create("a", &bytes("bytes")).unwrap();
    disk.fail_reads(1);
    assert_eq!(objects.read_all("a").unwrap(), "bytes");
    disk.fail_reads(2);
    let error = objects.read_with("a", &GetOptions::whole()).unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Unexpected, Some(&path("a"))));
}

#[test]
fn temporary_files_that_are_old_go_and_others_stay() {
    let (disk, _) = sim();
    disk.abandon_temp("old");
    remove_abandoned(&disk).unwrap();
    assert_eq!(disk.temp_count(), 0);
    assert_eq!(disk.take_trace(), ["temps", "lock", "remove_temp", "unlock"]);
    assert_eq!(disk.temps().unwrap(), []);
}
