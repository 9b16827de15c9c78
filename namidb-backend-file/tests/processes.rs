//! Four processes, each this program started again, race in one directory.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "this is a test")]

use bytes::Bytes;
use namidb_backend_file::{FileConfig, FileStore};
use namidb_core::object_store::{ErrorKind, ObjectPath, ObjectStore, ObjectStoreExt};
use namidb_core::runtime::system;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROCESSES: usize = 4;
const NAMES: usize = 500;
const INCREMENTS: usize = 50;

/// Tells a process that it is one of the four, and where they race.
const ROOT: &str = "NAMIDB_TEST_RACE_ROOT";

fn path(text: impl AsRef<str>) -> ObjectPath {
    ObjectPath::new(text).unwrap()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// In the test: starts this program four times to run the same test, waits for all, and gives a store to look at. In
/// one of the four: runs `racer`, and gives nothing.
fn race(
    test: &str,
    prepare: impl AsyncFn(&FileStore),
    racer: impl AsyncFn(&FileStore, &str),
) -> Option<Scene> {
    let open = |root: &Path| FileStore::open(FileConfig::new(root)).unwrap();
    if let Some(root) = std::env::var_os(ROOT) {
        let store = open(Path::new(&root));
        let name = format!("{:032x}", system::random_u128());
        run(racer(&store, &name));
        return None;
    }
    let root = std::env::temp_dir().join(format!("namidb-race-{:032x}", system::random_u128()));
    let store = open(&root);
    run(prepare(&store));
    let start = |_| {
        let mut program = Command::new(std::env::current_exe().unwrap());
        program.args([test, "--exact"]).env(ROOT, &root).stdout(Stdio::null());
        program.spawn().unwrap()
    };
    let processes: Vec<_> = (0..PROCESSES).map(start).collect();
    for mut process in processes {
        assert!(process.wait().unwrap().success());
    }
    Some(Scene { root, store })
}

/// What the race has left.
struct Scene {
    root: PathBuf,
    store: FileStore,
}

impl Drop for Scene {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.root));
    }
}

#[test]
fn of_processes_that_create_one_name_exactly_one_wins() {
    let racer = async |store: &FileStore, name: &str| {
        let mut won = Vec::new();
        for number in 0..NAMES {
            match store.create(&path(format!("wal/{number:020}")), Bytes::from(name.to_owned())).await {
                Ok(_) => won.push(number.to_string()),
                Err(error) => assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}"),
            }
        }
        store.create(&path(format!("winners/{name}")), won.join(" ").into()).await.unwrap();
    };
    let test = "of_processes_that_create_one_name_exactly_one_wins";
    let Some(scene) = race(test, async |_| {}, racer) else { return };
    let mut winners = vec![None; NAMES];
    for list in run(scene.store.list_all(&path("winners"))).unwrap() {
        let won = run(scene.store.read(&list)).unwrap().bytes;
        for number in std::str::from_utf8(&won).unwrap().split_whitespace() {
            let earlier = winners[number.parse::<usize>().unwrap()].replace(list.name().to_owned());
            assert_eq!(earlier, None, "two won {number}");
        }
    }
    for (number, winner) in winners.into_iter().enumerate() {
        let found = run(scene.store.read(&path(format!("wal/{number:020}")))).unwrap().bytes;
        assert_eq!(Some(found), winner.map(Bytes::from), "of {number}");
    }
}

#[test]
fn of_processes_that_count_together_none_loses_a_count() {
    let counter = || path("counter");
    let racer = async |store: &FileStore, name: &str| {
        for round in 0..INCREMENTS {
            loop {
                let object = store.read(&counter()).await.unwrap();
                let text = std::str::from_utf8(&object.bytes).unwrap();
                let count: usize = text.split(' ').next().unwrap().parse().unwrap();
                let next = format!("{} {name} {round}", count + 1);
                match store.replace(&counter(), next.into(), object.meta.version).await {
                    Ok(_) => break,
                    Err(error) => assert_eq!(error.kind(), ErrorKind::VersionMismatch, "{error}"),
                }
            }
        }
    };
    let prepare = async |store: &FileStore| {
        store.create(&counter(), Bytes::from_static(b"0")).await.unwrap();
    };
    let Some(scene) = race("of_processes_that_count_together_none_loses_a_count", prepare, racer) else {
        return;
    };
    let counted = run(scene.store.read(&counter())).unwrap().bytes;
    let expected = format!("{} ", PROCESSES * INCREMENTS);
    assert!(counted.starts_with(expected.as_bytes()), "{counted:?}");
    assert!(scene.store.capabilities().cheap_looks);
}
