//! Checkpoints, compaction, collection, and copies: the graph stays the same.

use super::bench::{check_made_once, counters, digest, increment, open, root, runtime, verify};
use crate::case::{Context, Failure, Outcome, clean, ensure};
use namidb_core::engine::{Engine, Settings};
use namidb_core::layout::Layout;
use namidb_core::object_store::{ObjectPath, ObjectStore, ObjectStoreExt};
use namidb_core::testing::SimStore;
use std::sync::Arc;

/// Commits in some rounds, each with a checkpoint at its end. Gives the names of the counters.
async fn grow(engine: &Engine, rounds: usize) -> Result<Vec<String>, Failure> {
    let names: Vec<String> = (0..3).map(|number| format!("counter{number}")).collect();
    for _ in 0..rounds {
        for name in &names {
            engine.write(increment(name)).await?;
        }
        engine.flush().await?;
    }
    Ok(names)
}

pub(crate) async fn what_is_checkpointed_and_compacted_is_the_same_graph(context: Context) -> Outcome {
    let rounds = context.level.pick(4, 40);
    let engine = open(&context, context.bare(0)).await?;
    let names = grow(&engine, rounds).await?;
    // Some above the last checkpoint.
    engine.write(increment("counter0")).await?;
    let before = digest(&engine).await?;
    engine.compact().await?;
    engine.close().await?;
    for number in 0..2 {
        let reopened = open(&context, context.bare(number)).await?;
        ensure!(digest(&reopened).await? == before, "client {number} opens another graph");
        let found = counters(&reopened, &names).await?;
        let rounds = i64::try_from(rounds).unwrap_or(0);
        ensure!(found == [rounds + 1, rounds, rounds], "the counters are {found:?}");
        check_made_once(&reopened, &names).await?;
        verify(&reopened).await?;
    }
    Ok(())
}

pub(crate) async fn what_is_dead_is_collected(context: Context) -> Outcome {
    let engine = open(&context, context.bare(0)).await?;
    grow(&engine, context.level.pick(4, 40)).await?;
    let layout = Layout::new(root(&context)?)?;
    engine.compact().await?;
    engine.close().await?;
    // A task of that engine may have held a state for a moment longer, and so the SSTs under it. Another one has none.
    let engine = open(&context, context.bare(1)).await?;
    engine.compact().await?;
    let ssts = context.store.list_all(layout.ssts()).await?;
    let report = engine.verify().await?;
    let strays: Vec<&str> = report.strays.iter().map(|stray| stray.object.as_str()).collect();
    ensure!(ssts.len() == 1, "after a compaction there are {ssts:?}");
    let slots = context.store.list_all(layout.wal()).await?;
    // Elsewhere they are kept for their retention.
    let cheap = context.store.capabilities().cheap_looks;
    ensure!(!cheap || slots.is_empty(), "after a checkpoint there are {slots:?}");
    ensure!(!cheap || strays.is_empty(), "nobody names {strays:?}");
    // What was collected is missed by nobody.
    verify(&open(&context, context.bare(1)).await?).await
}

pub(crate) async fn a_namespace_copied_byte_for_byte_opens_and_answers_the_same(context: Context) -> Outcome {
    // Made in memory, where the layout is the same.
    let (made, away) = (SimStore::new(), ObjectPath::new("elsewhere/made"));
    let away = away.map_err(|error| Failure(error.to_string()))?;
    let store: Arc<dyn ObjectStore> = Arc::new(made.clone());
    let engine = Engine::open(store, away.clone(), Settings::default(), runtime()?).await?;
    let names = grow(&engine, 3).await?;
    engine.write(increment("counter0")).await?;
    let (before, values) = (digest(&engine).await?, counters(&engine, &names).await?);
    let root = root(&context)?;
    for path in made.paths().iter().filter(|path| path.is_under(&away)) {
        let name = path.as_str().strip_prefix(away.as_str()).unwrap_or_default().trim_start_matches('/');
        let to = root.join(name).map_err(|error| Failure(error.to_string()))?;
        context.store.create(&to, made.read(path).await?.bytes).await?;
    }
    let copy = open(&context, context.bare(1)).await?;
    ensure!(digest(&copy).await? == before, "the copy is another graph");
    ensure!(counters(&copy, &names).await? == values, "the copy answers otherwise");
    verify(&copy).await?;
    // It is a namespace like any other, and goes its own way.
    copy.write(increment("counter0")).await?;
    let first = names.first().cloned().into_iter().collect::<Vec<_>>();
    let added = counters(&copy, &first).await?;
    let expected: Vec<i64> = values.iter().take(1).map(|value| value + 1).collect();
    ensure!(added == expected, "after a write to the copy there is {added:?}");
    drop(copy);
    clean(&*context.store, &root).await?;
    Ok(())
}
