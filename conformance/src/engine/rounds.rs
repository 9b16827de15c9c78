//! How many rounds of requests an open and a point read take: what a bucket costs in time.

use super::bench::{increment, open, read};
use crate::case::{Context, Failure, Outcome, ensure};
use namidb_core::engine::Engine;
use namidb_core::graph::GraphState;
use namidb_core::object_store::ObjectStore;
use namidb_core::object_store::layers::{Counts, Distance};
use namidb_core::transaction::{Changes, Restage, StageContext};
use namidb_core::{Result, Uuid, Value};
use std::sync::Arc;
use std::time::Duration;

/// So far that requests that are sent together are all sent before the first is answered.
const LATENCY: Duration = Duration::from_millis(20);

/// The namespace of a case, opened anew on the store far away.
async fn open_far(context: &Context) -> std::result::Result<(Engine, Distance), Failure> {
    let far = Distance::new(context.bare(1), super::bench::runtime()?, LATENCY);
    let store: Arc<dyn ObjectStore> = Arc::new(far.clone());
    Ok((open(context, store).await?, far))
}

/// Rounds without those of requests that were sent again, to a server that was too busy to answer.
fn rounds_of(far: &Distance, asked: Counts) -> u64 {
    far.rounds().saturating_sub(asked.retries)
}

/// The manifest, the tails of a few small files, some records.
const OPEN_BYTES_MAX: u64 = 64 << 10;

pub(crate) async fn opening_takes_two_rounds_whatever_the_history(context: Context) -> Outcome {
    let writer = open(&context, context.bare(0)).await?;
    let rounds = context.level.pick(2, 20);
    for round in 0..rounds {
        for _ in 0..5 {
            writer.write(increment("a")).await?;
        }
        if round + 1 < rounds {
            writer.flush().await?;
        }
    }
    for (more, rounds_max) in [(0, 2), (20, 3)] {
        for _ in 0..more {
            writer.write(increment("a")).await?;
        }
        let (engine, far) = open_far(&context).await?;
        let asked = engine.request_counts();
        let writes = asked.put.requests + asked.delete.requests;
        ensure!(writes == 0, "opening writes: {asked:?}");
        let cheap = context.bare(0).capabilities().cheap_looks;
        // Where looks cost nothing there is one after every answer: those are no rounds of requests.
        ensure!(
            cheap || rounds_of(&far, asked) <= rounds_max,
            "with {} records above the checkpoint an open takes {} rounds: {asked:?}",
            5 + more,
            rounds_of(&far, asked)
        );
        let requests_max = if cheap { 3 + 5 + more } else { 32 + 512 };
        ensure!(asked.requests() <= requests_max, "an open asks for {asked:?}");
        ensure!(asked.get.bytes <= OPEN_BYTES_MAX, "an open reads {asked:?}");
        ensure!(engine.latest().seq() == writer.latest().seq(), "the open is not at the end of the log");
    }
    Ok(())
}

/// Creates so many nodes, numbered.
#[derive(Debug)]
struct CreateNodes(u64);

fn id(number: u64) -> Uuid {
    Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 | u128::from(number))
}

impl Restage for CreateNodes {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, context);
        let (label, key, text): (Arc<str>, Arc<str>, Arc<str>) = ("N".into(), "n".into(), "text".into());
        for number in 0..self.0 {
            let n = Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
            let filler = Value::from(format!("the text of node {number}").as_str());
            changes.create_node(
                Some(id(number)),
                &[Arc::clone(&label)],
                &[(Arc::clone(&key), n), (Arc::clone(&text), filler)],
            )?;
        }
        Ok(changes)
    }
}

/// A property of the node with an id, in what is known of the log.
async fn point_read(engine: &Engine, number: u64) -> Outcome {
    let snapshot = engine.latest();
    let found = read(engine, &snapshot, |state| {
        let node = state.node_by_uuid(&id(number))?;
        Some(state.node_property(node, state.catalog().property_key("n")?))
    });
    let expected = Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let found = found.await?;
    ensure!(found == Some(expected), "node {number} reads as {found:?}");
    Ok(())
}

pub(crate) async fn a_point_read_takes_few_rounds_cold_and_none_warm(context: Context) -> Outcome {
    /// The page of the index of ids, the chunk of ids that proves it, the chunk of the property.
    const ROUNDS_MAX: u64 = 3;
    /// Three blocks, however many nodes there are.
    const BYTES_MAX: u64 = 16 << 10;
    let nodes = context.level.pick(20_000, 200_000);
    let writer = open(&context, context.bare(0)).await?;
    writer.write(CreateNodes(nodes)).await?;
    writer.flush().await?;
    for what in ["checkpointed", "compacted"] {
        let (engine, far) = open_far(&context).await?;
        let before = engine.request_counts();
        let opened = rounds_of(&far, before);
        point_read(&engine, nodes / 2).await?;
        let cold = rounds_of(&far, engine.request_counts()) - opened;
        let asked = engine.request_counts() - before;
        ensure!(cold <= ROUNDS_MAX, "{what}, a cold point read takes {cold} rounds: {asked:?}");
        ensure!(asked.requests() <= 2 * ROUNDS_MAX, "{what}, a cold point read asks for {asked:?}");
        ensure!(asked.get.bytes <= BYTES_MAX, "{what}, a cold point read reads {asked:?}");
        let before = engine.request_counts();
        point_read(&engine, nodes / 2).await?;
        let warm = engine.request_counts() - before;
        ensure!(warm.requests() + warm.name_lookups == 0, "{what}, a warm point read asks for {warm:?}");
        writer.compact().await?;
    }
    Ok(())
}
