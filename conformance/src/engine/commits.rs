//! What a commit asks of the store.

use super::bench::{increment, open, verify};
use crate::case::{Context, Outcome, ensure};
use namidb_core::object_store::layers::Observe;
use std::sync::Arc;

/// A record of one property, with what every record holds.
const COMMIT_BYTES_MAX: u64 = 512;

pub(crate) async fn a_lone_commit_is_one_put(context: Context) -> Outcome {
    let engine = open(&context, context.bare(0)).await?;
    // What is sent again counts once: a busy server may have been silent for too long.
    for _ in 0..context.level.pick(8, 100) {
        let before = engine.request_counts();
        engine.write(increment("a")).await?;
        let asked = engine.request_counts() - before;
        ensure!(asked.put.requests == 1 && asked.requests() == 1, "a commit asked for {asked:?}");
        ensure!(asked.put.bytes <= COMMIT_BYTES_MAX && asked.get.bytes == 0, "a commit moved {asked:?}");
        // Where looks cost nothing there is one after the put.
        ensure!(asked.name_lookups <= 1, "a commit asked for {asked:?}");
    }
    let (before, snapshot) = (engine.request_counts(), engine.latest());
    ensure!(snapshot.state().node_count() == 1, "there is more than the counter");
    ensure!((engine.request_counts() - before).requests() == 0, "what was just written is asked for again");
    verify(&engine).await?;
    engine.close().await?;
    Ok(())
}

pub(crate) async fn a_first_commit_tries_the_store_before_its_one_put(context: Context) -> Outcome {
    /// Creations and replacements that come one after the other, and creations that race.
    const ONE_BY_ONE: u64 = 4;
    const AT_ONCE: u64 = 6;
    open(&context, context.bare(1)).await?.close().await?;
    let store = context.bare(0);
    let races = if store.capabilities().cheap_looks { 1 } else { 3 };
    // As a process that has not tried this store yet. What is sent again counts once.
    let engine = open(&context, Arc::new(Observe::new(store))).await?;
    for tries in [ONE_BY_ONE + races * AT_ONCE, 0] {
        let before = engine.request_counts();
        engine.write(increment("a")).await?;
        let asked = engine.request_counts() - before;
        ensure!(asked.put.requests == tries + 1, "a commit after {tries} tries asked for {asked:?}");
        // What the tries left.
        let deletes = if tries == 0 { 0 } else { 1 + races };
        ensure!(asked.delete.requests == deletes, "a commit after {tries} tries asked for {asked:?}");
        ensure!(asked.list.requests == 0, "a commit after {tries} tries asked for {asked:?}");
    }
    verify(&engine).await?;
    engine.close().await?;
    Ok(())
}
