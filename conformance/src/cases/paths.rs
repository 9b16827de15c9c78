//! Paths. What may be one is decided by `ObjectPath`; here every one must hold an object, and its own.

use super::list::follow;
use crate::case::{Context, Failure, Outcome, ensure, expect_kind, unique};
use bytes::Bytes;
use namidb_core::object_store::{ErrorKind, GetOptions, ObjectPath, ObjectStoreExt, PutCondition};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// A path of so many bytes, of parts as long as given but the last.
fn parts_of(bytes: usize, part: usize, letter: char) -> String {
    let mut path: String = (0..bytes).map(|at| if at % (part + 1) == part { '/' } else { letter }).collect();
    if path.ends_with('/') {
        path.pop();
    }
    path
}

/// Paths drawn from all that the rules allow, the same each time; none lies under another.
fn drawn(count: usize) -> Vec<String> {
    let part = "[0-9a-z_-]([0-9a-z._-]{0,14}[0-9a-z_-])?";
    let strategy = proptest::string::string_regex(&format!("{part}(/{part}){{0,4}}"));
    let mut runner = TestRunner::deterministic();
    let Ok(strategy) = strategy else { return Vec::new() };
    let drawn = (0..count * 2).filter_map(|_| strategy.new_tree(&mut runner).ok());
    let drawn = drawn.map(|tree| tree.current()).filter(|path| ObjectPath::new(path).is_ok());
    // The number above each keeps them apart.
    drawn.take(count).enumerate().map(|(number, path)| format!("drawn/{number}/{path}")).collect()
}

pub(crate) async fn every_path_that_the_rules_allow_holds_an_object(context: Context) -> Outcome {
    let room = 512 - context.prefix.as_str().len() - 1;
    let mut names: Vec<String> = [
        "0",
        "-",
        "_",
        "--",
        "a.b",
        "a..b",
        "a_b-c.d",
        "-.-",
        "console",
        "com10",
        "lpt",
        "nul0",
        "tmp",
        "lock",
        "00000000000000000042",
        "wal/00000000000000000042",
        "1/2/3/4/5/6/7/8/9",
        "index.html",
        "a.tmp",
        "0123456789abcdefghijklmnopqrstuvwxyz",
    ]
    .map(String::from)
    .to_vec();
    names.push("p".repeat(128));
    // As long as a path may be, of parts as long as they may be, and of as many parts as there may be.
    names.push(parts_of(room, 128, 'q'));
    names.push(parts_of(room, 1, 'u'));
    names.extend(drawn(context.level.pick(40, 2_000)));
    let mut put: Vec<(ObjectPath, Bytes)> = Vec::new();
    for name in names {
        let (path, bytes) = (context.path(&name)?, unique(&name));
        let created = context.store.create(&path, bytes.clone()).await;
        created.map_err(|error| Failure(format!("{path} cannot be created: {error}")))?;
        put.push((path, bytes));
    }
    for (path, bytes) in &put {
        context.expect(path, Some(bytes)).await?;
    }
    put.sort();
    let paths: Vec<ObjectPath> = put.into_iter().map(|(path, _)| path).collect();
    let listed = follow(&*context.store, &context.prefix, 1_000).await?;
    // A listing may lag behind, but not know better.
    ensure!(listed.iter().all(|path| paths.binary_search(path).is_ok()), "there is {listed:?}");
    Ok(())
}

pub(crate) async fn paths_that_differ_are_different_objects(context: Context) -> Outcome {
    let names = ["ab", "a-b", "a.b", "a_b", "a/b", "a--b", "ba", "a0b", "abb", "b/a", "b-a", "a/ab", "ab.ab"];
    let mut put = Vec::new();
    for name in names {
        let (path, bytes) = (context.path(name)?, unique(name));
        context.store.create(&path, bytes.clone()).await?;
        put.push((path, bytes));
    }
    for (path, bytes) in &put {
        context.expect(path, Some(bytes)).await?;
    }
    Ok(())
}

pub(crate) async fn the_root_holds_no_object(context: Context) -> Outcome {
    let root = ObjectPath::root();
    for condition in [PutCondition::Always, PutCondition::IfAbsent] {
        let answer = context.store.put(&root, unique("root"), condition.into()).await;
        expect_kind(ErrorKind::InvalidInput, answer)?;
    }
    expect_kind(ErrorKind::NotFound, context.store.get(&root, GetOptions::whole()).await)?;
    expect_kind(ErrorKind::NotFound, context.store.head(&root).await)?;
    context.store.delete(&root).await?;
    Ok(())
}

pub(crate) async fn an_object_under_the_path_of_another_is_refused_or_kept_apart(
    context: Context,
) -> Outcome {
    let (above, below) = (context.path("a")?, context.path("a/b")?);
    for (first, second) in [(&above, &below), (&below, &above)] {
        let (bytes, other) = (unique("first"), unique("second"));
        context.store.create(first, bytes.clone()).await?;
        match context.store.create(second, other.clone()).await {
            Ok(_) => context.expect(second, Some(&other)).await?,
            Err(error) => {
                ensure!(error.kind() == ErrorKind::InvalidInput, "it is refused with {error}");
                context.expect(second, None).await?;
            }
        }
        context.expect(first, Some(&bytes)).await?;
        for path in [first, second] {
            context.store.delete(path).await?;
            context.expect(path, None).await?;
        }
    }
    Ok(())
}
