//! The time of the store. Sentence 14, for stores that claim to tell it.

use crate::case::{Context, Failure, Outcome, ensure, unique};
use namidb_core::object_store::{GetOptions, ObjectStoreExt, ServerTime};
use namidb_core::runtime::{Runtime, TokioRuntime};
use std::time::Duration;

/// What a clock may be off: some tell whole seconds only, and a store may have several clocks.
const SLACK: Duration = Duration::from_secs(5);

fn told(time: Option<ServerTime>, by: &str) -> Result<ServerTime, Failure> {
    time.ok_or_else(|| Failure(format!("{by} does not tell the time")))
}

/// Whether `later` is no more than the slack before `earlier`.
fn is_after(later: ServerTime, earlier: ServerTime) -> bool {
    later >= earlier || later.distance(earlier) <= SLACK
}

pub(crate) async fn every_answer_carries_the_time_of_the_store(context: Context) -> Outcome {
    let path = context.path("a")?;
    let store = &context.store;
    let created = store.create(&path, unique("first")).await?;
    told(created.server_time, "a put if absent")?;
    told(store.replace(&path, unique("second"), created.version).await?.server_time, "a put if match")?;
    told(store.overwrite(&path, unique("third")).await?.server_time, "a put")?;
    told(store.read(&path).await?.meta.server_time, "a get")?;
    told(store.get(&path, GetOptions::range(0..2)).await?.meta.server_time, "a get of a range")?;
    told(store.head(&path).await?.server_time, "a head")?;
    told(store.list(&context.prefix, None, 10).await?.server_time, "a list")?;
    Ok(())
}

pub(crate) async fn every_object_carries_the_time_of_its_writing(context: Context) -> Outcome {
    let path = context.path("a")?;
    let mut before = told(context.store.list(&context.prefix, None, 1).await?.server_time, "a list")?;
    for round in 0..3 {
        let after = told(context.store.overwrite(&path, unique(round)).await?.server_time, "a put")?;
        for store in [&context.store, &context.other] {
            for meta in [store.read(&path).await?.meta, store.head(&path).await?] {
                let written = told(meta.last_modified, "an object")?;
                ensure!(
                    is_after(written, before) && is_after(after, written),
                    "it was written between {before:?} and {after:?}, and says {written:?}"
                );
            }
        }
        before = after;
    }
    Ok(())
}

pub(crate) async fn the_time_of_the_store_goes_on_as_time_does(context: Context) -> Outcome {
    let Some(runtime) = TokioRuntime::current() else {
        return Err(Failure("the suite runs on tokio".into()));
    };
    let path = context.path("a")?;
    let start = runtime.monotonic();
    let first = told(context.store.create(&path, unique("first")).await?.server_time, "a put")?;
    let mut last = first;
    for round in 0..20 {
        let time = match round % 4 {
            0 => context.store.head(&path).await?.server_time,
            1 => context.store.read(&path).await?.meta.server_time,
            2 => context.store.overwrite(&path, unique(round)).await?.server_time,
            _ => context.store.list(&context.prefix, None, 1).await?.server_time,
        };
        let time = told(time, "an answer")?;
        ensure!(is_after(time, last), "it was {last:?}, and then {time:?}");
        let spent = runtime.monotonic().saturating_sub(start);
        ensure!(
            time.distance(first) <= spent + SLACK,
            "in {spent:?} the store's clock went {:?}",
            time.distance(first)
        );
        last = time;
    }
    Ok(())
}
