//! Commits whose answers are lost: every one is acknowledged, none is lost, none is done twice, and none is told to
//! have failed.

use super::bench::{check_made_once, counters, increment, open, verify};
use crate::case::{Context, Outcome, ensure};
use crate::proxy::Fate;
use crate::together::together;
use namidb_core::object_store::ObjectStore;
use namidb_core::object_store::layers::fault::{Fault, Faults};
use std::sync::Arc;
use std::time::Duration;

/// Engines that commit beside each other, so that slots are lost in earnest as well.
const ENGINES: usize = 2;

/// Lets engines commit through `store`, and compares what was acknowledged with what is there.
async fn commit_through(context: &Context, store: Arc<dyn ObjectStore>, commits: i64) -> Outcome {
    let names: Vec<String> = (0..ENGINES).map(|number| format!("engine{number}")).collect();
    let each = commits / i64::try_from(ENGINES).unwrap_or(1);
    together(ENGINES, |number| {
        let (context, store, name) = (context.clone(), Arc::clone(&store), format!("engine{number}"));
        async move {
            let engine = open(&context, store).await?;
            for commit in 0..each {
                engine.write(increment(&name)).await?;
                if commit % 64 == 63 {
                    engine.flush().await?;
                }
            }
            Ok(())
        }
    })
    .await?;
    // Past everything that loses.
    let reader = open(context, context.bare(1)).await?;
    let found = counters(&reader, &names).await?;
    ensure!(found == vec![each; ENGINES], "of {each} commits each {found:?} are there");
    check_made_once(&reader, &names).await?;
    verify(&reader).await
}

pub(crate) async fn when_answers_are_lost_no_commit_is_lost_or_doubled(context: Context) -> Outcome {
    let faults = Faults::new(context.bare(0));
    faults.seed(
        3,
        &[
            (Fault::ApplyLose, 60_000),
            (Fault::Drop, 40_000),
            (Fault::Delay(6), 40_000),
            (Fault::Dup, 20_000),
            (Fault::SelfConflict, 30_000),
            (Fault::ConflictInFlight, 20_000),
            (Fault::FailAfterApply, 20_000),
            (Fault::Unavailable, 20_000),
            (Fault::Throttled(Duration::from_millis(5)), 40_000),
        ],
    );
    commit_through(&context, Arc::new(faults.clone()), context.level.pick(60, 1_000)).await?;
    ensure!(!faults.fired().is_empty(), "nothing was lost");
    Ok(())
}

pub(crate) async fn when_a_proxy_cuts_answers_no_commit_is_lost_or_doubled(context: Context) -> Outcome {
    let proxied = context.proxied()?;
    let met = proxied.proxy.met();
    proxied.proxy.seed(
        9,
        &[
            (Fate::CutAnswer, 60_000),
            (Fate::CutRequest, 40_000),
            (Fate::Refuse(503), 30_000),
            (Fate::Refuse(429), 20_000),
            (Fate::Delay(Duration::from_millis(10)), 30_000),
        ],
    );
    commit_through(&context, Arc::clone(&proxied.store), context.level.pick(60, 1_000)).await?;
    ensure!(proxied.proxy.met() > met, "the proxy has done nothing");
    Ok(())
}
