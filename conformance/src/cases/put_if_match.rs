//! Puts if a version is there. Sentence 3; the races are in [`super::race`].

use crate::case::{Context, Outcome, ensure, expect_kind, unique};
use namidb_core::object_store::{ErrorKind, GetOptions, ObjectStoreExt};

pub(crate) async fn a_put_if_match_replaces_the_given_version(context: Context) -> Outcome {
    let path = context.path("a")?;
    let mut version = context.store.create(&path, unique("first")).await?.version;
    for round in 0..5 {
        let bytes = unique(round);
        version = context.store.replace(&path, bytes.clone(), version).await?.version;
        context.expect(&path, Some(&bytes)).await?;
    }
    Ok(())
}

pub(crate) async fn a_put_if_match_of_another_version_changes_nothing(context: Context) -> Outcome {
    let (path, elsewhere) = (context.path("a")?, context.path("b")?);
    let old = context.store.create(&path, unique("old")).await?.version;
    let foreign = context.store.create(&elsewhere, unique("elsewhere")).await?.version;
    let bytes = unique("new");
    context.store.replace(&path, bytes.clone(), old.clone()).await?;
    for version in [old, foreign] {
        for store in [&context.store, &context.other] {
            let late = store.replace(&path, unique("late"), version.clone()).await;
            expect_kind(ErrorKind::VersionMismatch, late)?;
        }
    }
    context.expect(&path, Some(&bytes)).await
}

pub(crate) async fn a_put_if_match_of_a_missing_object_creates_nothing(context: Context) -> Outcome {
    let (path, never) = (context.path("a")?, context.path("never")?);
    let version = context.store.create(&path, unique("gone")).await?.version;
    let answer = context.store.replace(&never, unique("late"), version.clone()).await;
    expect_kind(ErrorKind::VersionMismatch, answer)?;
    context.store.delete(&path).await?;
    expect_kind(ErrorKind::VersionMismatch, context.store.replace(&path, unique("late"), version).await)?;
    context.expect(&path, None).await?;
    context.expect(&never, None).await
}

pub(crate) async fn a_version_is_the_same_from_every_operation_of_any_client(context: Context) -> Outcome {
    let path = context.path("a")?;
    let put = context.store.create(&path, unique("first")).await?.version;
    for store in [&context.store, &context.other] {
        for version in [
            store.read(&path).await?.meta.version,
            store.head(&path).await?.version,
            store.get(&path, GetOptions::range(1..2)).await?.meta.version,
        ] {
            ensure!(version == put, "the put made {put:?}, and a client sees {version:?}");
        }
    }
    context.other.replace(&path, unique("second"), put).await?;
    let seen = context.other.head(&path).await?.version;
    context.store.replace(&path, unique("third"), seen).await?;
    Ok(())
}
