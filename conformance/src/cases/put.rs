//! Puts: atomic, seen, and told apart by their versions. Sentences 1, 4 and 5.

use crate::case::{Context, Outcome, ensure, pattern, show, unique};
use crate::together::{Done, together};
use bytes::Bytes;
use namidb_core::object_store::{ObjectStoreExt, ObjectVersion};

pub(crate) async fn readers_see_all_of_a_put_or_none(context: Context) -> Outcome {
    const READERS: usize = 4;
    let path = context.path("a")?;
    // Of different sizes and values, so that no mixture is one of them.
    let contents = [Bytes::from(vec![b'a'; 40_000]), Bytes::from(vec![b'b'; 70_000])];
    context.store.overwrite(&path, contents[0].clone()).await?;
    let done = Done::default();
    together(READERS + 1, |number| {
        let (context, path, contents, done) = (context.clone(), path.clone(), contents.clone(), done.clone());
        async move {
            if number == READERS {
                let _done = done.at_end();
                for round in 1..context.level.pick(60, 1_000) {
                    context.store.overwrite(&path, contents[round % 2].clone()).await?;
                }
                return Ok(());
            }
            while !done.is_done() {
                let object = context.other.read(&path).await?;
                let whole = contents.contains(&object.bytes);
                ensure!(whole, "a reader saw {}, which nobody put", show(&object.bytes));
                let size = usize::try_from(object.meta.size).unwrap_or(usize::MAX);
                ensure!(size == object.bytes.len(), "the size {size} is that of other bytes");
                let head = context.other.head(&path).await?;
                ensure!([40_000, 70_000].contains(&head.size), "head saw {} bytes", head.size);
                // A store in memory may never wait: the others want their turn.
                tokio::task::yield_now().await;
            }
            Ok(())
        }
    })
    .await?;
    Ok(())
}

pub(crate) async fn a_put_is_seen_by_get_and_head_of_any_client(context: Context) -> Outcome {
    let path = context.path("a/b")?;
    let first = unique("first");
    context.store.create(&path, first.clone()).await?;
    context.expect(&path, Some(&first)).await?;
    for round in 0..10 {
        let (writer, _) =
            if round % 2 == 0 { (&context.store, &context.other) } else { (&context.other, &context.store) };
        let next = unique(format!("round {round}"));
        writer.overwrite(&path, next.clone()).await?;
        context.expect(&path, Some(&next)).await?;
        let version = context.store.head(&path).await?.version;
        let next = unique(format!("replaced in round {round}, and longer"));
        writer.replace(&path, next.clone(), version).await?;
        context.expect(&path, Some(&next)).await?;
    }
    Ok(())
}

pub(crate) async fn a_put_answers_with_the_version_that_it_made(context: Context) -> Outcome {
    let path = context.path("a")?;
    let mut version = context.store.create(&path, unique("first")).await?.version;
    for round in 0..4 {
        let found = context.store.read(&path).await?.meta.version;
        ensure!(found == version, "the put made {version:?}, and there is {found:?}");
        let next = unique(round);
        version = if round % 2 == 0 {
            context.store.overwrite(&path, next).await?.version
        } else {
            context.store.replace(&path, next, version).await?.version
        };
    }
    Ok(())
}

pub(crate) async fn a_put_always_puts_whatever_is_there(context: Context) -> Outcome {
    let path = context.path("a")?;
    for round in 0..3 {
        let bytes = unique(round);
        context.store.overwrite(&path, bytes.clone()).await?;
        context.expect(&path, Some(&bytes)).await?;
    }
    context.store.delete(&path).await?;
    let bytes = unique("after a delete");
    context.store.overwrite(&path, bytes.clone()).await?;
    context.expect(&path, Some(&bytes)).await
}

pub(crate) async fn different_bytes_have_different_versions(context: Context) -> Outcome {
    let path = context.path("a")?;
    let large = pattern(1, 200_000);
    let mut changed = large.to_vec();
    if let Some(byte) = changed.get_mut(100_000) {
        *byte ^= 1;
    }
    // As alike as can be: of one size, put one right after the other, different in one bit.
    let contents = [
        Bytes::from_static(b"a"),
        Bytes::from_static(b"b"),
        Bytes::from_static(b""),
        Bytes::from_static(b"aa"),
        large,
        Bytes::from(changed),
    ];
    let mut versions: Vec<ObjectVersion> = Vec::new();
    for content in &contents {
        let version = context.store.overwrite(&path, content.clone()).await?.version;
        let found = context.store.head(&path).await?.version;
        ensure!(found == version, "the put made {version:?}, and there is {found:?}");
        ensure!(!versions.contains(&version), "{version:?} is the version of different bytes");
        versions.push(version);
    }
    Ok(())
}

pub(crate) async fn an_object_of_no_bytes_is_an_object(context: Context) -> Outcome {
    let path = context.path("empty")?;
    context.store.create(&path, Bytes::new()).await?;
    context.expect(&path, Some(&Bytes::new())).await?;
    let version = context.store.head(&path).await?.version;
    let bytes = unique("no longer empty");
    context.store.replace(&path, bytes.clone(), version).await?;
    context.expect(&path, Some(&bytes)).await
}

pub(crate) async fn bytes_of_every_value_come_back(context: Context) -> Outcome {
    let path = context.path("bytes")?;
    let bytes: Bytes = (0..=u8::MAX).chain((0..=u8::MAX).rev()).collect();
    context.store.create(&path, bytes.clone()).await?;
    context.expect(&path, Some(&bytes)).await
}
