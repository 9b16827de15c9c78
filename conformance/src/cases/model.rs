//! Random operations, one after the other, against a map in memory. What fails is made as short as it will go.

use crate::case::{Context, Failure, Outcome, ensure, expect_kind, show};
use crate::together::apart;
use bytes::Bytes;
use namidb_core::object_store::{
    ErrorKind, GetOptions, ObjectPath, ObjectStore, ObjectStoreExt, ObjectVersion,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;

/// The paths that are used: neighbours in every order, none under another.
const PATHS: [&str; 5] = ["a/b", "a-b", "a/c", "b", "a/b-c"];

const SEQUENCES: (usize, usize) = (24, 500);
const STEPS: usize = 24;
const SHORTENINGS_MAX: usize = 300;

/// An operation; numbers of paths and versions are taken modulo how many there are.
#[derive(Clone, Debug)]
enum Step {
    Create(usize, u16),
    Overwrite(usize, u16),
    /// With the version at the path, or with one seen before.
    Replace(usize, u16, Option<usize>),
    Delete(usize),
    Get(usize),
    Range(usize, u64, u64),
    Unless(usize, usize),
    Head(usize),
    List(Option<usize>, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let path = || 0..PATHS.len();
    // Sizes around which a store may change its ways.
    let size = || prop_oneof![4 => 0..40u16, 1 => Just(u16::MAX), 1 => 0..3_000u16];
    prop_oneof![
        3 => (path(), size()).prop_map(|(at, size)| Step::Create(at, size)),
        2 => (path(), size()).prop_map(|(at, size)| Step::Overwrite(at, size)),
        4 => (path(), size(), proptest::option::weighted(0.3, any::<usize>()))
            .prop_map(|(at, size, seen)| Step::Replace(at, size, seen)),
        2 => path().prop_map(Step::Delete),
        3 => path().prop_map(Step::Get),
        2 => (path(), 0..50u64, 0..60u64).prop_map(|(at, start, end)| Step::Range(at, start, end)),
        2 => (path(), any::<usize>()).prop_map(|(at, seen)| Step::Unless(at, seen)),
        2 => path().prop_map(Step::Head),
        1 => (proptest::option::of(path()), 1..7usize).prop_map(|(after, limit)| Step::List(after, limit)),
    ]
}

/// What the store should hold.
#[derive(Default)]
struct Model {
    objects: BTreeMap<ObjectPath, (Bytes, ObjectVersion)>,
    /// Every version that was ever made, and of which bytes.
    seen: Vec<(ObjectVersion, Bytes)>,
    puts: u64,
}

impl Model {
    /// The next bytes to put: none were put before.
    fn next(&mut self, size: u16) -> Bytes {
        self.puts += 1;
        let mut bytes = self.puts.to_le_bytes().to_vec();
        bytes.resize(8 + usize::from(size), b'.');
        bytes.into()
    }

    fn put(&mut self, path: ObjectPath, bytes: Bytes, version: ObjectVersion) -> Outcome {
        let twice = self.seen.iter().find(|(seen, of)| *seen == version && *of != bytes);
        ensure!(twice.is_none(), "{version:?} is the version of different bytes");
        self.seen.push((version.clone(), bytes.clone()));
        self.objects.insert(path, (bytes, version));
        Ok(())
    }

    fn version(&self, seen: usize) -> Option<ObjectVersion> {
        let place = seen.checked_rem(self.seen.len())?;
        self.seen.get(place).map(|(version, _)| version.clone())
    }

    /// Does a step on the store, and checks its answer.
    async fn run(&mut self, context: &Context, store: &dyn ObjectStore, step: &Step) -> Outcome {
        let path = |at: usize| context.path(PATHS.get(at).copied().unwrap_or_default());
        match *step {
            Step::Create(at, size) => {
                let (path, bytes) = (path(at)?, self.next(size));
                let answer = store.create(&path, bytes.clone()).await;
                if self.objects.contains_key(&path) {
                    expect_kind(ErrorKind::AlreadyExists, answer)?;
                } else {
                    self.put(path, bytes, answer?.version)?;
                }
            }
            Step::Overwrite(at, size) => {
                let (path, bytes) = (path(at)?, self.next(size));
                let version = store.overwrite(&path, bytes.clone()).await?.version;
                self.put(path, bytes, version)?;
            }
            Step::Replace(at, size, seen) => {
                let (path, bytes) = (path(at)?, self.next(size));
                let present = self.objects.get(&path).map(|(_, version)| version.clone());
                let version = match seen {
                    None => present.clone().or_else(|| self.version(0)),
                    Some(seen) => self.version(seen),
                };
                let Some(version) = version else { return Ok(()) };
                let answer = store.replace(&path, bytes.clone(), version.clone()).await;
                if present == Some(version) {
                    self.put(path, bytes, answer?.version)?;
                } else {
                    expect_kind(ErrorKind::VersionMismatch, answer)?;
                }
            }
            Step::Delete(at) => {
                store.delete(&path(at)?).await?;
                self.objects.remove(&path(at)?);
            }
            Step::Get(at) => match self.objects.get(&path(at)?) {
                Some((bytes, version)) => {
                    let object = store.read(&path(at)?).await?;
                    ensure!(object.bytes == *bytes, "{} is not {}", show(&object.bytes), show(bytes));
                    ensure!(object.meta.version == *version, "{:?} is not {version:?}", object.meta.version);
                }
                None => drop(expect_kind(ErrorKind::NotFound, store.read(&path(at)?).await)?),
            },
            Step::Range(at, start, end) => {
                let answer = store.get(&path(at)?, GetOptions::range(start..end)).await;
                let Some((bytes, _)) = self.objects.get(&path(at)?) else {
                    expect_kind(ErrorKind::NotFound, answer)?;
                    return Ok(());
                };
                let (start, end) = (usize::try_from(start).unwrap_or(0), usize::try_from(end).unwrap_or(0));
                if start < end && start < bytes.len() {
                    let (found, expected) = (answer?.bytes, bytes.slice(start..end.min(bytes.len())));
                    ensure!(found == expected, "{} is not {}", show(&found), show(&expected));
                } else {
                    expect_kind(ErrorKind::InvalidInput, answer)?;
                }
            }
            Step::Unless(at, seen) => {
                let Some(version) = self.version(seen) else { return Ok(()) };
                let answer = store.get(&path(at)?, GetOptions::unless(version.clone())).await;
                match self.objects.get(&path(at)?) {
                    None => drop(expect_kind(ErrorKind::NotFound, answer)?),
                    Some((_, present)) if *present == version => {
                        drop(expect_kind(ErrorKind::NotModified, answer)?);
                    }
                    Some((bytes, _)) => ensure!(answer?.bytes == *bytes, "the object came back as another"),
                }
            }
            Step::Head(at) => match self.objects.get(&path(at)?) {
                Some((bytes, version)) => {
                    let meta = store.head(&path(at)?).await?;
                    ensure!(usize::try_from(meta.size).ok() == Some(bytes.len()), "{} bytes", meta.size);
                    ensure!(meta.version == *version, "{:?} is not {version:?}", meta.version);
                }
                None => drop(expect_kind(ErrorKind::NotFound, store.head(&path(at)?).await)?),
            },
            Step::List(after, limit) => {
                self.list(context, store, after.map(path).transpose()?, limit).await?
            }
        }
        Ok(())
    }

    /// A page may be short and may lag behind: what it holds must have been there, in order, after the start.
    async fn list(
        &self,
        context: &Context,
        store: &dyn ObjectStore,
        after: Option<ObjectPath>,
        limit: usize,
    ) -> Outcome {
        let page = store.list(&context.prefix, after.as_ref(), limit).await?;
        ensure!(page.paths.len() <= limit, "a page of {limit} holds {}", page.paths.len());
        ensure!(page.paths.is_sorted_by(|a, b| a < b), "not in order: {:?}", page.paths);
        let is_after = |path: &ObjectPath| after.as_ref().is_none_or(|after| path > after);
        let is_right = |path: &ObjectPath| path.is_under(&context.prefix) && is_after(path);
        ensure!(page.paths.iter().all(is_right), "not after {after:?}: {:?}", page.paths);
        if store.capabilities().cheap_looks {
            let all: Vec<_> =
                self.objects.keys().filter(|path| is_after(path)).take(limit).cloned().collect();
            ensure!(page.more || page.paths == all, "{:?} is not {all:?}", page.paths);
        }
        Ok(())
    }
}

/// Runs steps on a store that is empty under a prefix of its own.
async fn run(context: &Context, steps: &[Step], number: usize) -> Outcome {
    let context = context.below(format!("run-{number}"))?;
    let mut model = Model::default();
    for (place, step) in steps.iter().enumerate() {
        let store = if place % 3 == 2 { &context.other } else { &context.store };
        let done = model.run(&context, &**store, step).await;
        done.map_err(|Failure(why)| Failure(format!("{step:?}: {why}")))?;
    }
    Ok(())
}

pub(crate) async fn a_store_is_a_map_of_paths_with_versions(context: Context) -> Outcome {
    // The library's own values stay on one thread.
    apart(move |runtime| {
        let mut runner = TestRunner::deterministic();
        let strategy = proptest::collection::vec(step(), 1..STEPS);
        let mut runs = 0;
        let mut attempt = |steps: &[Step]| {
            runs += 1;
            runtime.block_on(run(&context, steps, runs))
        };
        for _ in 0..context.level.pick(SEQUENCES.0, SEQUENCES.1) {
            let mut tree = strategy.new_tree(&mut runner).map_err(|reason| Failure(reason.to_string()))?;
            if let Err(failure) = attempt(&tree.current()) {
                return Err(shorten(&mut tree, failure, &mut attempt));
            }
        }
        Ok(())
    })
    .await
}

/// The failure of the shortest steps that still fail.
fn shorten(
    tree: &mut impl ValueTree<Value = Vec<Step>>,
    mut failure: Failure,
    attempt: &mut impl FnMut(&[Step]) -> Outcome,
) -> Failure {
    let mut shortest = tree.current();
    let mut goes_on = tree.simplify();
    let mut left = SHORTENINGS_MAX;
    while goes_on && left > 0 {
        left -= 1;
        goes_on = match attempt(&tree.current()) {
            Err(shorter) => {
                (failure, shortest) = (shorter, tree.current());
                tree.simplify()
            }
            Ok(()) => tree.complicate(),
        };
    }
    Failure(format!("{failure}, after {shortest:?}"))
}
