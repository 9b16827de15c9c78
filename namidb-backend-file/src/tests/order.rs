//! Which steps an operation takes, and in which order.

use super::{bytes, path, sim};
use namidb_core::object_store::{ErrorKind, GetOptions, Operation};

#[test]
fn a_create_syncs_the_bytes_before_they_are_seen_and_the_name_before_it_answers() {
    let (disk, objects) = sim();
    objects.create("wal/1", &bytes("one")).unwrap();
    disk.take_trace();
    objects.create("wal/2", &bytes("two")).unwrap();
    let steps = ["stat", "create_temp", "write", "sync_file", "publish_new", "sync_directory"];
    assert_eq!(disk.take_trace(), steps, "two syncs and no more");
}

#[test]
fn a_directory_is_synced_into_each_level_above_before_anything_is_put_into_it() {
    let (disk, objects) = sim();
    objects.create("a/b/1", &bytes("one")).unwrap();
    let level = ["make_directory", "sync_directory", "open_directory"];
    let put = ["create_temp", "write", "sync_file", "publish_new", "sync_directory"];
    assert_eq!(disk.take_trace(), [&["stat", "open_directory"][..], &level, &level, &put].concat());
}

#[test]
fn a_directory_that_another_process_made_is_synced_as_well() {
    let (disk, objects) = sim();
    objects.create("a/1", &bytes("one")).unwrap();
    disk.take_trace();
    let other = crate::objects::Objects::new(disk.clone());
    other.create("a/2", &bytes("two")).unwrap();
    let trace = disk.take_trace();
    assert_eq!(trace.iter().filter(|step| **step == "sync_directory").count(), 2, "{trace:?}");
}

#[test]
fn a_replace_looks_and_publishes_under_the_lock_and_syncs_before_it_unlocks() {
    let (disk, objects) = sim();
    let first = objects.create("manifest", &bytes("m1")).unwrap().version;
    let second = objects.replace("manifest", &bytes("m2"), &first).unwrap().version;
    disk.take_trace();
    objects.replace("manifest", &bytes("m3"), &second).unwrap();
    let steps = [
        "stat", // what is held is still there: the condition holds so far
        "create_temp",
        "write",
        "sync_file",
        "lock",
        "stat",
        "publish_over",
        "sync_directory",
        "unlock",
        "stat_file",
    ];
    assert_eq!(disk.take_trace(), steps);
}

#[test]
fn a_lost_race_syncs_what_won_before_it_answers() {
    let (disk, objects) = sim();
    objects.create("wal/1", &bytes("one")).unwrap();
    disk.take_trace();
    let error = objects.create("wal/1", &bytes("two")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(disk.take_trace(), ["stat", "stat", "sync_directory"]);
}

#[test]
fn a_look_at_a_missing_or_unchanged_object_is_one_look_up_and_no_read() {
    let (disk, objects) = sim();
    let version = objects.create("manifest", &bytes("m1")).unwrap().version;
    let unless = GetOptions::unless(version.clone());
    assert_eq!(objects.read_with("manifest", &unless).unwrap_err().kind(), ErrorKind::NotModified);
    disk.take_trace();
    assert_eq!(objects.read_with("manifest", &unless).unwrap_err().kind(), ErrorKind::NotModified);
    assert_eq!(disk.take_trace(), ["stat"]);
    assert_eq!(objects.read_all("wal/1").unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(disk.take_trace(), ["open"]);
    assert!(objects.look(Operation::Head, &path("wal/1"), &GetOptions::whole()).unwrap_err().is_not_found());
    assert_eq!(disk.take_trace(), ["open"]);
    objects.replace("manifest", &bytes("m2"), &version).unwrap();
    disk.take_trace();
    assert_eq!(objects.read_with("manifest", &unless).unwrap().bytes, "m2");
    assert_eq!(disk.take_trace(), ["stat", "read"], "what this handle put is held");
    objects.delete(&path("manifest")).unwrap();
    assert!(objects.read_with("manifest", &unless).unwrap_err().is_not_found());
}

#[test]
fn a_range_of_a_large_object_reads_only_the_range() {
    let (disk, objects) = sim();
    let large = bytes(&"x".repeat(100_000));
    let version = objects.create("sst/1", &large).unwrap().version;
    disk.take_trace();
    let object = objects.read_with("sst/1", &GetOptions::range(5..8)).unwrap();
    assert_eq!((object.bytes.len(), object.meta.size, object.meta.version), (3, 100_000, version));
    assert_eq!(disk.take_trace(), ["open", "stat_file", "noted", "read"]);
}

#[test]
fn of_a_large_object_that_was_copied_never_more_is_held_than_a_portion_or_the_range() {
    let (disk, objects) = sim();
    let large = bytes(&"y".repeat(3_000_000));
    let version = objects.create("sst/1", &large).unwrap().version;
    disk.lose_notes();
    let objects = crate::objects::Objects::new(disk.clone());
    let read = || objects.read_with("sst/1", &GetOptions::range(2_999_990..3_000_000)).unwrap();
    assert_eq!((read().bytes.len(), read().meta.version), (10, version.clone()));
    let looked = objects.look(Operation::Head, &path("sst/1"), &GetOptions::whole()).unwrap();
    assert_eq!(objects.head(&path("sst/1"), looked).unwrap().version, version);
    assert_eq!(disk.read_max(), 1 << 20);
    disk.take_trace();
    read();
    assert_eq!(disk.take_trace(), ["stat", "read"], "its version is known now");
}

#[test]
fn what_this_handle_put_or_synced_costs_no_further_sync() {
    let (disk, objects) = sim();
    let other = crate::objects::Objects::new(disk.clone());
    objects.create("wal/1", &bytes("one")).unwrap();
    other.create("wal/2", &bytes("two")).unwrap();
    let syncs = |at: &str| {
        disk.take_trace();
        objects.create(at, &bytes(at)).unwrap();
        disk.take_trace().iter().filter(|step| **step == "sync_directory").count()
    };
    objects.read_all("wal/1").unwrap();
    assert_eq!(syncs("wal/3"), 1, "its own object is known to be durable");
    objects.read_all("wal/2").unwrap();
    assert_eq!(syncs("wal/4"), 2, "somebody else's is synced first");
    objects.read_all("wal/2").unwrap();
    assert_eq!(syncs("wal/5"), 1, "and only once");
}
