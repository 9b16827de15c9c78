//! Deletes. Sentence 7.

use crate::case::{Context, Outcome, expect_kind, unique};
use namidb_core::object_store::{ErrorKind, GetOptions, ObjectStoreExt};

pub(crate) async fn a_delete_of_a_missing_object_succeeds(context: Context) -> Outcome {
    for name in ["missing", "deep/in/what/is/missing"] {
        context.store.delete(&context.path(name)?).await?;
    }
    let path = context.path("a")?;
    context.store.create(&path, unique("there")).await?;
    context.store.delete(&path).await?;
    context.store.delete(&path).await?;
    context.other.delete(&path).await?;
    Ok(())
}

pub(crate) async fn a_deleted_object_is_missing(context: Context) -> Outcome {
    let path = context.path("a/b")?;
    context.store.create(&path, unique("there")).await?;
    context.other.delete(&path).await?;
    context.expect(&path, None).await?;
    let deleted = context.store.get(&path, GetOptions::range(0..1)).await;
    expect_kind(ErrorKind::NotFound, deleted)?;
    Ok(())
}

pub(crate) async fn a_delete_removes_one_object_and_no_other(context: Context) -> Outcome {
    let names = ["a", "a-b", "a0", "b/c", "b/c-d", "b/d"];
    let bytes = unique("there");
    for name in names {
        context.store.create(&context.path(name)?, bytes.clone()).await?;
    }
    // The first has objects under it and is none itself.
    for gone in ["b", "a", "b/c"] {
        context.store.delete(&context.path(gone)?).await?;
    }
    for name in names {
        let is_left = !["a", "b/c"].contains(&name);
        context.expect(&context.path(name)?, is_left.then_some(&bytes)).await?;
    }
    Ok(())
}
