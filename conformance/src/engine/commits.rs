//! What a commit asks of the store.

use super::bench::{increment, open, verify};
use crate::case::{Context, Outcome, ensure};
use namidb_core::object_store::ObjectStore;
use namidb_core::object_store::layers::Observe;
use std::sync::Arc;

/// A record of one property, with what every record holds.
const COMMIT_BYTES_MAX: u64 = 512;

pub(crate) async fn a_lone_commit_is_one_put(context: Context) -> Outcome {
    let observe = Observe::new(context.bare(0));
    let store: Arc<dyn ObjectStore> = Arc::new(observe.clone());
    let engine = open(&context, store).await?;
    // The first commit also tries what the store does with conditions.
    engine.write(increment("a")).await?;
    for _ in 0..context.level.pick(8, 100) {
        let before = observe.counts();
        engine.write(increment("a")).await?;
        let asked = observe.counts() - before;
        ensure!(asked.put.requests == 1 && asked.requests() == 1, "a commit asked for {asked:?}");
        ensure!(asked.put.bytes <= COMMIT_BYTES_MAX && asked.get.bytes == 0, "a commit moved {asked:?}");
        // Where looks cost nothing there is one after the put.
        ensure!(asked.name_lookups <= 1, "a commit asked for {asked:?}");
    }
    let (before, snapshot) = (observe.counts(), engine.latest());
    ensure!(snapshot.state().node_count() == 1, "there is more than the counter");
    ensure!((observe.counts() - before).requests() == 0, "what was just written is asked for again");
    verify(&engine).await?;
    engine.close().await?;
    Ok(())
}
