//! Puts if absent. Sentence 2; the races are in [`super::race`].

use crate::case::{Context, Outcome, ensure, expect_kind, unique};
use namidb_core::object_store::{ErrorKind, ObjectStoreExt};

pub(crate) async fn a_put_if_absent_creates_what_is_missing(context: Context) -> Outcome {
    let path = context.path("a")?;
    let bytes = unique("created");
    context.store.create(&path, bytes.clone()).await?;
    context.expect(&path, Some(&bytes)).await
}

pub(crate) async fn a_put_if_absent_of_what_is_there_changes_nothing(context: Context) -> Outcome {
    let path = context.path("a")?;
    let bytes = unique("there");
    let version = context.store.create(&path, bytes.clone()).await?.version;
    for store in [&context.store, &context.other] {
        expect_kind(ErrorKind::AlreadyExists, store.create(&path, unique("late")).await)?;
        // Also with the very same bytes: a put that was sent twice lost to itself.
        expect_kind(ErrorKind::AlreadyExists, store.create(&path, bytes.clone()).await)?;
    }
    context.expect(&path, Some(&bytes)).await?;
    let found = context.store.head(&path).await?.version;
    ensure!(found == version, "the version changed from {version:?} to {found:?}");
    Ok(())
}

pub(crate) async fn a_put_if_absent_creates_again_what_was_deleted(context: Context) -> Outcome {
    let path = context.path("a")?;
    for round in 0..3 {
        let bytes = unique(round);
        context.store.create(&path, bytes.clone()).await?;
        context.expect(&path, Some(&bytes)).await?;
        context.other.delete(&path).await?;
    }
    Ok(())
}
