//! Paths. What may be one is decided by `ObjectPath`; here every one must hold an object, and its own.

use super::list::follow;
use crate::case::{Context, Failure, Outcome, ensure, expect_kind, unique};
use bytes::Bytes;
use namidb_core::object_store::{ErrorKind, GetOptions, ObjectPath, ObjectStoreExt, PutCondition};

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
    names.push(["q".repeat(128), "r".repeat(128), "s".repeat(128), "t".repeat(room - 3 * 129)].join("/"));
    names.push(vec!["u"; room / 2].join("/"));
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
    ensure!(listed.iter().all(|path| paths.contains(path)), "there is {listed:?}");
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
