//! Large objects. Sentence 8.

use super::list::follow;
use crate::case::{Context, Outcome, ensure, expect_kind, pattern, show, unique};
use crate::level::Level;
use crate::together::{Done, together};
use bytes::Bytes;
use namidb_core::object_store::{ErrorKind, GetOptions, ObjectStoreExt};

/// Larger than what any backend sends in few parts.
const HUGE: usize = 100 << 20;

pub(crate) async fn a_large_object_comes_back_whole_and_in_ranges(context: Context) -> Outcome {
    come_back(&context, context.large_bytes).await?;
    let takes_huge = context.store.capabilities().object_bytes_max >= HUGE as u64;
    if context.level == Level::Full && takes_huge { come_back(&context, HUGE).await } else { Ok(()) }
}

async fn come_back(context: &Context, size: usize) -> Outcome {
    let path = context.path(format!("of-{size}"))?;
    let bytes = pattern(1, size);
    context.store.create(&path, bytes.clone()).await?;
    context.expect(&path, Some(&bytes)).await?;
    // Around the sizes of parts that stores are likely to use.
    for boundary in [1 << 20, 4 << 20, 5 << 20, 8 << 20, 16 << 20, 64 << 20, bytes.len()] {
        let end = bytes.len().min(boundary + 100);
        let start = boundary.saturating_sub(100).min(end.saturating_sub(1));
        let range = u64::try_from(start).unwrap_or(0)..u64::try_from(end).unwrap_or(0);
        let object = context.other.get(&path, GetOptions::range(range)).await?;
        ensure!(object.bytes == bytes.slice(start..end), "{start}..{end} gave {}", show(&object.bytes));
    }
    let larger = pattern(2, size + 1);
    let version = context.store.head(&path).await?.version;
    context.store.replace(&path, larger.clone(), version).await?;
    context.expect(&path, Some(&larger)).await
}

pub(crate) async fn a_large_put_is_invisible_until_it_is_complete(context: Context) -> Outcome {
    let (fresh, replaced) = (context.path("fresh")?, context.path("replaced")?);
    let (old, new) = (unique("old"), pattern(3, context.large_bytes));
    context.store.create(&replaced, old.clone()).await?;
    let done = Done::default();
    together(2, |number| {
        let (context, done, fresh, replaced) =
            (context.clone(), done.clone(), fresh.clone(), replaced.clone());
        let (old, new) = (old.clone(), new.clone());
        async move {
            if number == 0 {
                let _done = done.at_end();
                context.store.create(&fresh, new.clone()).await?;
                context.store.overwrite(&replaced, new).await?;
                return Ok(());
            }
            while !done.is_done() {
                match context.other.read(&fresh).await {
                    Ok(object) => ensure!(object.bytes == new, "a part was seen: {}", show(&object.bytes)),
                    Err(error) => ensure!(error.is_not_found(), "while it is put: {error}"),
                }
                match context.other.head(&fresh).await {
                    Ok(meta) => ensure!(
                        usize::try_from(meta.size).ok() == Some(new.len()),
                        "head saw a part of {} bytes",
                        meta.size
                    ),
                    Err(error) => ensure!(error.is_not_found(), "while it is put: {error}"),
                }
                let bytes = context.other.read(&replaced).await?.bytes;
                ensure!(bytes == old || bytes == new, "a part was seen: {}", show(&bytes));
                tokio::task::yield_now().await;
            }
            Ok(())
        }
    })
    .await?;
    context.expect(&fresh, Some(&new)).await?;
    context.expect(&replaced, Some(&new)).await
}

pub(crate) async fn a_large_put_whose_condition_does_not_hold_leaves_nothing(context: Context) -> Outcome {
    let (path, never) = (context.path("a")?, context.path("never")?);
    let large = pattern(4, context.large_bytes);
    let first: Bytes = unique("there");
    let old = context.store.create(&path, first.clone()).await?.version;
    expect_kind(ErrorKind::AlreadyExists, context.store.create(&path, large.clone()).await)?;
    context.expect(&path, Some(&first)).await?;
    let second = unique("there now");
    context.store.replace(&path, second.clone(), old.clone()).await?;
    let answer = context.store.replace(&path, large.clone(), old.clone()).await;
    expect_kind(ErrorKind::VersionMismatch, answer)?;
    expect_kind(ErrorKind::VersionMismatch, context.store.replace(&never, large, old).await)?;
    context.expect(&path, Some(&second)).await?;
    context.expect(&never, None).await?;
    let listed = follow(&*context.store, &context.prefix, 1_000).await?;
    ensure!(!listed.contains(&never) && listed.len() <= 1, "there is {listed:?}");
    Ok(())
}
