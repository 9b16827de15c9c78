//! The store over the file system of this machine.

use super::{bytes, path, real};
use crate::disk::{Disk, RealDisk};
use crate::list::page;
use crate::objects::Objects;
use crate::testing::TempDir;
use crate::{FileConfig, FileStore};
use namidb_core::object_store::{ErrorKind, GetOptions, ObjectPath, Operation};
use namidb_core::runtime::system;
use std::os::unix::fs::{MetadataExt, symlink};
use std::time::{Duration, SystemTime};

#[test]
fn objects_are_plain_files_with_the_bytes_that_were_put() {
    let (directory, objects) = real();
    objects.create("a/b/1", &bytes("one")).unwrap();
    assert_eq!(std::fs::read(directory.path().join("a/b/1")).unwrap(), b"one");
    assert_eq!(std::fs::read_dir(directory.path().join(".tmp")).unwrap().count(), 0);
    let (paths, _) = page(&objects.disk, &ObjectPath::root(), None, 10).unwrap();
    assert_eq!(paths, [path("a/b/1")], "neither the lock nor the temporary directory is an object");
}

#[test]
fn another_handle_sees_the_same_versions_also_of_files_that_were_copied() {
    let (directory, objects) = real();
    for (at, text) in [("small", "x".to_owned()), ("large", "y".repeat(200_000))] {
        let version = objects.create(at, &bytes(&text)).unwrap().version;
        std::fs::copy(directory.path().join(at), directory.path().join(format!("{at}-copy"))).unwrap();
        let other = Objects::new(RealDisk::new(std::fs::File::open(directory.path()).unwrap().into()));
        for name in [at.to_owned(), format!("{at}-copy")] {
            let range = other.read_with(&name, &GetOptions::range(0..1)).unwrap();
            assert_eq!(range.meta.version, version, "{name}");
        }
        other.replace(at, &bytes("new"), &version).unwrap();
    }
}

#[test]
fn a_file_that_was_written_over_in_place_has_another_version() {
    let (directory, objects) = real();
    let large = "y".repeat(200_000);
    let version = objects.create("large", &bytes(&large)).unwrap().version;
    let file = std::fs::OpenOptions::new().write(true).open(directory.path().join("large")).unwrap();
    std::os::unix::fs::FileExt::write_at(&file, b"z", 7).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    assert_ne!(objects.read_with("large", &GetOptions::range(0..1)).unwrap().meta.version, version);
}

#[test]
fn an_inode_that_is_used_again_is_no_version() {
    let (directory, objects) = real();
    let first = objects.create("m", &bytes("1")).unwrap().version;
    let mut inodes = std::collections::BTreeSet::new();
    for round in 0..200 {
        let present = objects.read_with("m", &GetOptions::whole()).unwrap().meta.version;
        objects.replace("m", &bytes(&format!("{}", round % 9)), &present).unwrap();
        inodes.insert(std::fs::metadata(directory.path().join("m")).unwrap().ino());
        if round % 9 != 1 {
            let error = objects.replace("m", &bytes("x"), &first).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::VersionMismatch, "round {round}");
        }
    }
    assert!(inodes.len() < 200, "the file system uses inodes again");
}

#[test]
fn a_name_is_published_without_replacing_in_every_way_that_a_file_system_may_offer() {
    for way in 0..=2 {
        let (directory, objects) = real();
        objects.disk.publish_by(way);
        objects.create("a/1", &bytes("one")).unwrap();
        std::fs::write(directory.path().join("a/2"), b"theirs").unwrap();
        let temp = objects.disk.create_temp("t").unwrap();
        objects.disk.write(&temp, b"ours").unwrap();
        let above = objects.disk.open_directory(&path("a")).unwrap();
        assert_eq!(objects.disk.publish_new("t", &above, "2"), Err(crate::disk::Errno::EXIST), "way {way}");
        assert_eq!(std::fs::read(directory.path().join("a/2")).unwrap(), b"theirs");
        objects.disk.publish_new("t", &above, "3").unwrap();
        assert_eq!(std::fs::read(directory.path().join("a/3")).unwrap(), b"ours");
        assert_eq!(objects.disk.temps().unwrap(), []);
    }
}

#[test]
fn what_is_no_regular_file_is_no_object() {
    let (directory, objects) = real();
    objects.create("a/1", &bytes("one")).unwrap();
    symlink("a/1", directory.path().join("link")).unwrap();
    symlink("a", directory.path().join("linked")).unwrap();
    rustix::fs::mknodat(
        std::fs::File::open(directory.path()).unwrap(),
        "pipe",
        rustix::fs::FileType::Fifo,
        0o600.into(),
        0,
    )
    .unwrap();
    std::fs::write(directory.path().join("Not-A-Name"), b"x").unwrap();
    let (paths, more) = page(&objects.disk, &ObjectPath::root(), None, 10).unwrap();
    assert_eq!((paths, more), (vec![path("a/1")], false));
    assert_eq!(objects.read_all("link").unwrap_err().kind(), ErrorKind::Unexpected);
    assert_eq!(objects.read_all("pipe").unwrap_err().kind(), ErrorKind::Unexpected);
    assert!(objects.read_all("linked/1").is_err());
    assert!(objects.create("linked/2", &bytes("two")).is_err());
    assert!(!directory.path().join("a/2").exists());
    assert!(objects.read_all("a").unwrap_err().is_not_found(), "a directory is no object");
}

#[test]
fn no_object_lies_under_the_path_of_another() {
    let (_directory, objects) = real();
    objects.create("a/b", &bytes("x")).unwrap();
    for (at, payload) in [("a", "above"), ("a/b/c", "below")] {
        let error = objects.create(at, &bytes(payload)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{at}: {error}");
        let error = objects.overwrite(at, &bytes(payload)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{at}: {error}");
        assert!(objects.read_all(at).unwrap_err().is_not_found());
        objects.delete(&path(at)).unwrap();
    }
    assert_eq!(objects.read_all("a/b").unwrap(), "x");
}

#[test]
fn directories_that_somebody_removed_are_made_again() {
    let (directory, objects) = real();
    objects.create("a/b/1", &bytes("one")).unwrap();
    std::fs::remove_dir_all(directory.path().join("a")).unwrap();
    std::fs::remove_dir_all(directory.path().join(".tmp")).unwrap();
    assert!(objects.read_all("a/b/1").unwrap_err().is_not_found());
    objects.create("a/b/1", &bytes("again")).unwrap();
    assert_eq!(objects.read_all("a/b/1").unwrap(), "again");
}

#[test]
fn a_listing_is_in_the_order_of_whole_paths() {
    let (_directory, objects) = real();
    let mut paths: Vec<ObjectPath> =
        ["a/b", "a-b", "a.b", "a/a/z", "a0", "a/b-c/d", "a/b.c", "b", "a_"].map(path).to_vec();
    for at in &paths {
        objects.create(at.as_str(), &bytes("x")).unwrap();
    }
    paths.sort();
    let list = |prefix: &ObjectPath, after: Option<&ObjectPath>, limit| {
        page(&objects.disk, prefix, after, limit).unwrap()
    };
    let root = ObjectPath::root();
    assert_eq!(list(&root, None, 100), (paths.clone(), false));
    for (number, after) in paths.iter().enumerate() {
        assert_eq!(list(&root, Some(after), 100).0, paths[number + 1..], "after {after}");
        assert_eq!(list(&root, Some(after), 1).1, number + 2 < paths.len());
    }
    assert_eq!(list(&path("a"), None, 100).0, ["a/a/z", "a/b", "a/b-c/d", "a/b.c"].map(path));
    assert_eq!(list(&path("a"), Some(&path("a/b-c")), 100).0, ["a/b-c/d", "a/b.c"].map(path));
    assert_eq!(list(&path("nothing"), None, 100), (Vec::new(), false));
    assert_eq!(list(&path("b"), None, 100), (Vec::new(), false));
}

#[test]
fn opening_makes_the_root_and_removes_what_is_abandoned() {
    let directory = TempDir::new();
    let root = directory.path().join("x/y/z");
    let strict = FileConfig { create: false, ..FileConfig::new(&root) };
    let error = FileStore::open(strict.clone()).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Operation::Open));
    assert!(!directory.path().join("x").exists());
    FileStore::open(FileConfig::new(&root)).unwrap();
    FileStore::open(strict).unwrap();
    std::fs::create_dir(root.join(".tmp")).unwrap();
    let now = SystemTime::UNIX_EPOCH + Duration::from_micros(system::unix_micros() as u64);
    for (name, age) in [("old", 2 * 3_600), ("young", 60)] {
        let file = std::fs::File::create(root.join(".tmp").join(name)).unwrap();
        file.set_modified(now - Duration::from_secs(age)).unwrap();
    }
    FileStore::open(FileConfig::new(&root)).unwrap();
    assert!(!root.join(".tmp/old").exists() && root.join(".tmp/young").exists());
    std::fs::write(root.join("file"), b"x").unwrap();
    let error = FileStore::open(FileConfig::new(root.join("file"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
}
