//! Cutting the power before every step, and looking at every disk that may leave.

use super::{bytes, path, sim};
use crate::disk::sim::{Fault, SimDisk};
use crate::disk::{Disk, Errno};
use crate::list::page;
use crate::objects::Objects;
use bytes::Bytes;
use namidb_core::object_store::{Effect, ObjectPath, Result};
use std::collections::BTreeMap;

/// What may be at each path: nothing, or the bytes of one put. Each put's bytes are its own.
#[derive(Default)]
struct Allowed(BTreeMap<&'static str, Vec<Option<Bytes>>>);

impl Allowed {
    fn put<T>(&mut self, at: &'static str, payload: &Bytes, answer: &Result<T>, power: bool) {
        let allowed = self.0.entry(at).or_insert_with(|| vec![None]);
        match answer {
            Ok(_) => *allowed = vec![Some(payload.clone())],
            // Nobody hears an answer that comes after the power went.
            Err(error) if error.effect() == Effect::Unknown || !power => allowed.push(Some(payload.clone())),
            Err(_) => {}
        }
    }

    fn deleted(&mut self, at: &'static str, answer: &Result<()>, power: bool) {
        let allowed = self.0.entry(at).or_insert_with(|| vec![None]);
        if answer.as_ref().err().is_none_or(|error| error.effect() == Effect::Unknown || !power) {
            allowed.push(None);
        }
    }

    fn check(&self, objects: &Objects<SimDisk>, context: &str) {
        let (listed, more) = page(&objects.disk, &ObjectPath::root(), None, 1_000).unwrap();
        assert!(!more);
        for (at, allowed) in &self.0 {
            let found = match objects.read_all(at) {
                Ok(found) => Some(found),
                Err(error) => {
                    assert!(error.is_not_found(), "{context}: {error}");
                    None
                }
            };
            assert!(allowed.contains(&found), "{context}: {at} holds {found:?}, may hold {allowed:?}");
            assert_eq!(listed.contains(&path(at)), found.is_some(), "{context}");
        }
        assert!(listed.iter().all(|path| self.0.contains_key(path.as_str())), "{context}: {listed:?}");
    }
}

/// Every kind of put, in new directories and old ones.
fn work(disk: &SimDisk, objects: &Objects<SimDisk>, power: impl Fn(&SimDisk) -> bool) -> Allowed {
    let mut allowed = Allowed::default();
    let mut put = |at: &'static str, text: &str, by: &dyn Fn(&Bytes) -> Result<()>| {
        let payload = bytes(text);
        let answer = by(&payload);
        allowed.put(at, &payload, &answer, power(disk));
    };
    put("wal/1", "record 1", &|b| objects.create("wal/1", b).map(drop));
    put("manifest", "manifest 1", &|b| objects.create("manifest", b).map(drop));
    put("sst/0/a", &"large ".repeat(20_000), &|b| objects.create("sst/0/a", b).map(drop));
    put("wal/1", "record 1 of another", &|b| objects.create("wal/1", b).map(drop));
    put("manifest", "manifest 2", &|b| {
        let version = objects.read_with("manifest", &Default::default())?.meta.version;
        objects.replace("manifest", b, &version).map(drop)
    });
    put("wal/2", "record 2", &|b| objects.create("wal/2", b).map(drop));
    put("sst/0/a", "another a", &|b| objects.overwrite("sst/0/a", b).map(drop));
    put("x", "overwritten once", &|b| objects.overwrite("x", b).map(drop));
    put("x", "overwritten twice", &|b| objects.overwrite("x", b).map(drop));
    let deleted = objects.delete(&path("wal/1"));
    allowed.deleted("wal/1", &deleted, power(disk));
    allowed
}

/// How many steps the work has.
fn steps() -> usize {
    let (disk, objects) = sim();
    work(&disk, &objects, |_| true);
    disk.changes()
}

#[test]
fn wherever_the_power_goes_what_was_acknowledged_is_there_whole_and_nothing_else_is() {
    let steps = steps();
    assert!(steps > 40, "{steps}");
    for cut in 0..=steps {
        let (disk, objects) = sim();
        disk.inject(cut, Fault::PowerCut);
        let allowed = work(&disk, &objects, |disk| disk.changes() <= cut);
        for (number, after) in disk.crashes(cut as u64).into_iter().enumerate() {
            allowed.check(&Objects::new(after), &format!("power cut before step {cut}, disk {number}"));
        }
    }
}

#[test]
fn whichever_step_fails_the_answer_is_honest_and_a_power_cut_after_all_takes_nothing_acknowledged() {
    for step in 0..steps() {
        // A step that finds the disk full is not done; of one that the disk fails in, nobody knows.
        for fault in [Fault::Fail(Errno::NOSPC), Fault::Fail(Errno::IO), Fault::FailAfter(Errno::IO)] {
            let (disk, objects) = sim();
            disk.inject(step, fault);
            let allowed = work(&disk, &objects, |_| true);
            let context = format!("{fault:?} at step {step}");
            allowed.check(&Objects::new(disk.fork()), &context);
            for (number, after) in disk.crashes(step as u64).into_iter().enumerate() {
                allowed.check(&Objects::new(after), &format!("{context}, disk {number}"));
            }
        }
    }
}

#[test]
fn what_was_built_on_an_object_of_another_process_never_outlives_it() {
    let (disk, other) = sim();
    // The other process stops between publishing and syncing, in a directory that it has just made.
    other.create("here", &bytes("x")).unwrap();
    disk.make_directory(&path("new")).unwrap();
    disk.make_directory(&path("new/deep")).unwrap();
    let temp = disk.create_temp("other").unwrap();
    disk.write(&temp, b"ground").unwrap();
    disk.sync_file(&temp).unwrap();
    let directory = disk.open_directory(&path("new/deep")).unwrap();
    disk.publish_new("other", &directory, "ground").unwrap();
    let ground_lost = |disks: &[SimDisk], with: &str| {
        disks.iter().any(|disk| {
            let after = Objects::new(disk.clone());
            after.read_all("new/deep/ground").is_err() && after.read_all(with).is_ok()
        })
    };
    assert!(ground_lost(&disk.crashes(0), "here"), "until then it can be lost");

    let start = disk.changes();
    for cut in start.. {
        let disk = disk.fork();
        disk.inject(cut, Fault::PowerCut);
        let objects = Objects::new(disk.clone());
        assert_eq!(objects.read_all("new/deep/ground").unwrap(), "ground");
        let answer = objects.create("here-too", &bytes("building"));
        assert!(!ground_lost(&disk.crashes(0), "here-too"), "power cut before step {cut}");
        if answer.is_ok() {
            assert!(cut > start + 3, "the directories were synced");
            break;
        }
    }
}

#[test]
fn what_is_removed_because_of_an_object_of_another_process_never_goes_without_it() {
    let (disk, other) = sim();
    other.create("log/1", &bytes("replaced")).unwrap();
    other.create("new/x", &bytes("x")).unwrap();
    let temp = disk.create_temp("other").unwrap();
    disk.write(&temp, b"replacement").unwrap();
    disk.sync_file(&temp).unwrap();
    let directory = disk.open_directory(&path("new")).unwrap();
    disk.publish_new("other", &directory, "1").unwrap();

    let objects = Objects::new(disk.clone());
    assert_eq!(objects.read_all("new/1").unwrap(), "replacement");
    objects.delete(&path("log/1")).unwrap();
    for after in disk.crashes(0) {
        let after = Objects::new(after);
        assert!(after.read_all("new/1").is_ok() || after.read_all("log/1").is_ok());
    }
}

#[test]
fn an_object_of_ones_own_is_not_shown_before_it_is_durable() {
    let (disk, objects) = sim();
    objects.create("wal/1", &bytes("one")).unwrap();
    // As a put that its caller gave up waiting for, between publishing and syncing.
    let temp = disk.create_temp("slow").unwrap();
    disk.write(&temp, b"two").unwrap();
    disk.sync_file(&temp).unwrap();
    let directory = disk.open_directory(&path("wal")).unwrap();
    objects.seen.begin_publishing(&path("wal/2"));
    disk.publish_new("slow", &directory, "2").unwrap();
    assert_eq!(objects.read_all("wal/2").unwrap(), "two");
    for after in disk.crashes(0) {
        assert_eq!(Objects::new(after).read_all("wal/2").unwrap(), "two");
    }
}
