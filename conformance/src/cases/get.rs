//! Gets. Sentences 11 and 12.

use crate::case::{Context, Outcome, ensure, expect_kind, unique};
use namidb_core::object_store::{ErrorKind, GetOptions, ObjectStoreExt};

pub(crate) async fn a_get_or_head_of_a_missing_object_answers_not_found(context: Context) -> Outcome {
    for name in ["missing", "a/missing", "deep/in/what/is/missing"] {
        context.expect(&context.path(name)?, None).await?;
        let range = context.store.get(&context.path(name)?, GetOptions::range(0..1)).await;
        expect_kind(ErrorKind::NotFound, range)?;
    }
    // Beside something that is there, and under it.
    context.store.create(&context.path("a/b")?, unique("there")).await?;
    for name in ["a/c", "a/b0", "a/b/c"] {
        context.expect(&context.path(name)?, None).await?;
    }
    Ok(())
}

pub(crate) async fn a_path_above_an_object_holds_no_object(context: Context) -> Outcome {
    context.store.create(&context.path("a/b/c")?, unique("below")).await?;
    for above in ["a", "a/b"] {
        context.expect(&context.path(above)?, None).await?;
    }
    Ok(())
}

pub(crate) async fn a_get_unless_the_present_version_answers_not_modified(context: Context) -> Outcome {
    let path = context.path("a")?;
    let version = context.store.create(&path, unique("there")).await?.version;
    for store in [&context.store, &context.other, &context.store] {
        let answer = store.get(&path, GetOptions::unless(version.clone())).await;
        expect_kind(ErrorKind::NotModified, answer)?;
    }
    Ok(())
}

pub(crate) async fn a_get_unless_another_version_answers_the_object(context: Context) -> Outcome {
    let (path, elsewhere) = (context.path("a")?, context.path("b")?);
    let bytes = unique("there");
    context.store.create(&path, bytes.clone()).await?;
    let foreign = context.store.create(&elsewhere, unique("elsewhere")).await?.version;
    for store in [&context.store, &context.other] {
        let object = store.get(&path, GetOptions::unless(foreign.clone())).await?;
        ensure!(object.bytes == bytes, "the object came back as another");
    }
    Ok(())
}

pub(crate) async fn a_get_unless_of_a_missing_object_answers_not_found(context: Context) -> Outcome {
    let (path, never) = (context.path("a")?, context.path("never")?);
    let version = context.store.create(&path, unique("gone")).await?.version;
    let unless = || GetOptions::unless(version.clone());
    expect_kind(ErrorKind::NotModified, context.store.get(&path, unless()).await)?;
    expect_kind(ErrorKind::NotFound, context.store.get(&never, unless()).await)?;
    context.other.delete(&path).await?;
    expect_kind(ErrorKind::NotFound, context.store.get(&path, unless()).await)?;
    Ok(())
}

pub(crate) async fn a_get_unless_sees_every_replacement(context: Context) -> Outcome {
    let path = context.path("a")?;
    let mut version = context.store.create(&path, unique("first")).await?.version;
    for round in 0..20 {
        for store in [&context.store, &context.other] {
            let answer = store.get(&path, GetOptions::unless(version.clone())).await;
            expect_kind(ErrorKind::NotModified, answer)?;
        }
        let bytes = unique(round);
        let writer = if round % 2 == 0 { &context.store } else { &context.other };
        let next = writer.replace(&path, bytes.clone(), version.clone()).await?.version;
        for store in [&context.store, &context.other] {
            let object = store.get(&path, GetOptions::unless(version.clone())).await?;
            ensure!(object.bytes == bytes, "in round {round} an old object came back");
            ensure!(object.meta.version == next, "in round {round} an old version came back");
        }
        version = next;
    }
    Ok(())
}
