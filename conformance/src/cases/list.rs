//! Listings. Sentence 6.

use crate::case::{Context, Failure, Outcome, ensure, expect_kind, unique};
use crate::together::together;
use futures_util::future::join_all;
use namidb_core::object_store::{ErrorKind, ObjectPath, ObjectStore, ObjectStoreExt};
use namidb_core::runtime::{Runtime, TokioRuntime};
use std::collections::BTreeSet;
use std::time::Duration;

/// Names whose order by whole paths is not that by parts: `-` and `.` come before `/`.
const TRICKY: [&str; 12] =
    ["a/b", "a-b", "a.b", "a/a/z", "a0", "a/b-c/d", "a/b.c", "b", "a_", "a/10", "a/9", "a-/x"];

/// How long a listing may lag behind on a store whose looks are not cheap.
const LAG_MAX: Duration = Duration::from_secs(30);

/// Puts objects with these names, many at once, and gives their paths in order.
async fn put(context: &Context, names: Vec<String>) -> Result<Vec<ObjectPath>, Failure> {
    const AT_ONCE: usize = 16;
    together(AT_ONCE, |number| {
        let (context, names) = (context.clone(), names.clone());
        async move {
            for name in names.iter().skip(number).step_by(AT_ONCE) {
                context.store.create(&context.path(name)?, unique(name)).await?;
            }
            Ok(())
        }
    })
    .await?;
    let mut paths = names.iter().map(|name| context.path(name)).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    wait_until_listed(context, &paths).await?;
    Ok(paths)
}

/// A listing may lag behind puts; no case is about that.
async fn wait_until_listed(context: &Context, paths: &[ObjectPath]) -> Outcome {
    if context.store.capabilities().cheap_looks {
        return Ok(());
    }
    let Some(runtime) = TokioRuntime::current() else { return Ok(()) };
    let start = runtime.monotonic();
    loop {
        let listed = follow(&*context.store, &context.prefix, 1_000).await?;
        if paths.iter().all(|path| listed.binary_search(path).is_ok()) {
            return Ok(());
        }
        let lag = runtime.monotonic().saturating_sub(start);
        ensure!(lag < LAG_MAX, "after {LAG_MAX:?} {} of {} paths are listed", listed.len(), paths.len());
        runtime.sleep(Duration::from_millis(500)).await;
    }
}

/// Follows the pages of a listing to the end, or to where they lead nowhere.
pub(crate) async fn follow(
    store: &dyn ObjectStore,
    prefix: &ObjectPath,
    limit: usize,
) -> Result<Vec<ObjectPath>, Failure> {
    follow_from(store, prefix, Vec::new(), limit).await
}

/// The same, from the paths that were listed before.
async fn follow_from(
    store: &dyn ObjectStore,
    prefix: &ObjectPath,
    mut all: Vec<ObjectPath>,
    limit: usize,
) -> Result<Vec<ObjectPath>, Failure> {
    loop {
        let page = store.list(prefix, all.last(), limit).await?;
        let is_stuck = page.paths.is_empty() || page.paths.last() <= all.last();
        all.extend(page.paths);
        if !page.more {
            return Ok(all);
        }
        ensure!(!is_stuck, "a page says that more may follow, and leads nowhere");
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub(crate) async fn a_listing_is_in_ascending_byte_order_of_the_path(context: Context) -> Outcome {
    let paths = put(&context, names(&TRICKY)).await?;
    for limit in [1_000, 5, 1] {
        let listed = follow(&*context.store, &context.prefix, limit).await?;
        ensure!(listed.is_sorted(), "with a limit of {limit} the order is {listed:?}");
        ensure!(listed == paths, "with a limit of {limit} it is {listed:?}, not {paths:?}");
    }
    Ok(())
}

pub(crate) async fn a_listing_holds_what_is_under_its_prefix_and_nothing_else(context: Context) -> Outcome {
    let paths = put(&context, names(&TRICKY)).await?;
    for prefix in ["a", "a/b-c", "a/a", "b", "nothing", "a/b"] {
        let prefix = context.path(prefix)?;
        let expected: Vec<_> = paths.iter().filter(|path| path.is_under(&prefix)).cloned().collect();
        for store in [&context.store, &context.other] {
            let listed = follow(&**store, &prefix, 1_000).await?;
            ensure!(listed == expected, "under {prefix} there is {listed:?}, not {expected:?}");
        }
    }
    Ok(())
}

pub(crate) async fn start_after_is_exclusive(context: Context) -> Outcome {
    let paths = put(&context, names(&TRICKY)).await?;
    // After what is there, and after what is not.
    let between = ["0", "a", "a-", "a/b-c", "a/b0", "z"];
    let between = between.iter().map(|name| context.path(name)).collect::<Result<Vec<_>, _>>()?;
    for start in paths.iter().chain(&between).chain([&context.prefix]) {
        let expected: Vec<_> = paths.iter().filter(|path| *path > start).cloned().collect();
        let page = context.store.list(&context.prefix, Some(start), 1_000).await?;
        ensure!(page.paths == expected, "after {start} there is {:?}, not {expected:?}", page.paths);
    }
    // The prefix bounds a listing from both sides, wherever it is to start.
    let prefix = context.path("a")?;
    for (start, all) in [("0", true), ("b", false)] {
        let page = context.store.list(&prefix, Some(&context.path(start)?), 1_000).await?;
        let expected: Vec<_> = paths.iter().filter(|path| all && path.is_under(&prefix)).cloned().collect();
        ensure!(page.paths == expected, "under a after {start} there is {:?}", page.paths);
    }
    Ok(())
}

pub(crate) async fn a_page_holds_no_more_than_its_limit(context: Context) -> Outcome {
    let paths = put(&context, names(&TRICKY)).await?;
    for limit in [1, 2, 11, 12, 13] {
        let page = context.store.list(&context.prefix, None, limit).await?;
        ensure!(page.paths.len() <= limit, "a page of at most {limit} holds {}", page.paths.len());
        let is_all = page.paths.len() == paths.len();
        ensure!(
            is_all || page.more,
            "a page of {} of {} says that it is the last",
            page.paths.len(),
            paths.len()
        );
    }
    Ok(())
}

pub(crate) async fn following_pages_leaves_nothing_out_and_repeats_nothing(context: Context) -> Outcome {
    // More than two pages of what stores give at most, over several directories.
    let count = context.level.pick(2_500, 25_000);
    let paths = put(&context, (0..count).map(|n| format!("{}/{n:05}", n % 3)).collect()).await?;
    for limit in [usize::MAX, 1_000, count / 32] {
        let listed = follow(&*context.store, &context.prefix, limit).await?;
        let distinct: BTreeSet<&ObjectPath> = listed.iter().collect();
        ensure!(distinct.len() == listed.len(), "{} paths came twice", listed.len() - distinct.len());
        ensure!(listed == paths, "{} of {} paths came with a limit of {limit}", listed.len(), paths.len());
    }
    // What is deleted behind and before the reader takes nothing else away.
    let first = context.store.list(&context.prefix, None, 100).await?.paths;
    let gone: BTreeSet<&ObjectPath> = first.iter().chain(paths.iter().skip(1_000).take(50)).collect();
    for deleted in join_all(gone.iter().map(|path| context.store.delete(path))).await {
        deleted?;
    }
    let rest: Vec<_> = paths.iter().filter(|path| first.last() < Some(path)).cloned().collect();
    let listed = follow_from(&*context.store, &context.prefix, first.clone(), 300).await?;
    let missing = rest.iter().filter(|path| !gone.contains(path) && !listed.contains(path)).count();
    ensure!(missing == 0, "{missing} paths are left out after others were deleted");
    Ok(())
}

pub(crate) async fn a_limit_of_zero_is_invalid_input(context: Context) -> Outcome {
    context.store.create(&context.path("a")?, unique("there")).await?;
    expect_kind(ErrorKind::InvalidInput, context.store.list(&context.prefix, None, 0).await)?;
    Ok(())
}

pub(crate) async fn an_empty_prefix_is_the_whole_store(context: Context) -> Outcome {
    let paths = put(&context, names(&["a/b", "c"])).await?;
    // Others may have objects there too: what comes after this prefix is ours.
    let page = context.store.list(&ObjectPath::root(), Some(&context.prefix), 2).await?;
    ensure!(page.paths == paths, "the whole store goes on with {:?}, not {paths:?}", page.paths);
    Ok(())
}

pub(crate) async fn a_listing_of_nothing_is_empty(context: Context) -> Outcome {
    for prefix in [context.prefix.clone(), context.path("deep/in/what/is/missing")?] {
        let page = context.store.list(&prefix, None, 10).await?;
        ensure!(page.paths.is_empty() && !page.more, "nothing is {page:?}");
    }
    Ok(())
}
