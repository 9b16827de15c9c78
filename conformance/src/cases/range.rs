//! Ranges. Sentence 9.

use crate::case::{Context, Outcome, ensure, expect_kind, pattern, show};
use bytes::Bytes;
use namidb_core::object_store::{ErrorKind, GetOptions, ObjectPath, ObjectStoreExt};

/// Small, and larger than what a store is likely to treat as small.
const SIZES: [usize; 2] = [10, 300_000];

async fn put(context: &Context, size: usize) -> Result<(ObjectPath, Bytes), crate::Failure> {
    let (path, bytes) = (context.path(format!("of-{size}"))?, pattern(1, size));
    context.store.overwrite(&path, bytes.clone()).await?;
    Ok((path, bytes))
}

pub(crate) async fn a_range_gives_its_bytes_and_no_others(context: Context) -> Outcome {
    for size in SIZES {
        let (path, bytes) = put(&context, size).await?;
        for (start, end) in [(0, 1), (0, size), (3, 7), (size - 1, size), (1, size - 1)] {
            let range = u64::try_from(start).unwrap_or(0)..u64::try_from(end).unwrap_or(0);
            let object = context.store.get(&path, GetOptions::range(range)).await?;
            let expected = bytes.slice(start..end);
            ensure!(
                object.bytes == expected,
                "{start}..{end} of {size} gave {}, not {}",
                show(&object.bytes),
                show(&expected)
            );
        }
    }
    Ok(())
}

pub(crate) async fn a_range_that_passes_the_end_is_cut(context: Context) -> Outcome {
    for size in SIZES {
        let (path, bytes) = put(&context, size).await?;
        let end = u64::try_from(size).unwrap_or(0);
        for range in [0..end + 1, end - 1..end + 1, 3..end * 2, 3..u64::MAX] {
            let start = usize::try_from(range.start).unwrap_or(0);
            let object = context.store.get(&path, GetOptions::range(range.clone())).await?;
            ensure!(object.bytes == bytes.slice(start..), "{range:?} of {size} gave {}", show(&object.bytes));
        }
    }
    Ok(())
}

pub(crate) async fn a_range_that_is_empty_is_invalid_input(context: Context) -> Outcome {
    for size in SIZES {
        let (path, _) = put(&context, size).await?;
        #[allow(clippy::reversed_empty_ranges, reason = "a caller may pass one")]
        for range in [0..0, 3..3, 5..3] {
            let answer = context.store.get(&path, GetOptions::range(range)).await;
            expect_kind(ErrorKind::InvalidInput, answer)?;
        }
    }
    Ok(())
}

pub(crate) async fn a_range_that_starts_at_or_past_the_end_is_invalid_input(context: Context) -> Outcome {
    for size in [0, 10, 300_000] {
        let (path, _) = put(&context, size).await?;
        let end = u64::try_from(size).unwrap_or(0);
        for range in [end..end + 1, end + 1..end + 2, u64::MAX - 1..u64::MAX] {
            let answer = context.store.get(&path, GetOptions::range(range)).await;
            expect_kind(ErrorKind::InvalidInput, answer)?;
        }
    }
    Ok(())
}

pub(crate) async fn a_range_tells_the_version_and_the_size_of_the_whole_object(context: Context) -> Outcome {
    for size in SIZES {
        let (path, _) = put(&context, size).await?;
        let whole = context.store.head(&path).await?;
        for store in [&context.store, &context.other] {
            let part = store.get(&path, GetOptions::range(2..5)).await?.meta;
            ensure!(part.size == whole.size, "the range says {} bytes of {size}", part.size);
            ensure!(
                part.version == whole.version,
                "the range says {:?}, not {:?}",
                part.version,
                whole.version
            );
        }
    }
    Ok(())
}
