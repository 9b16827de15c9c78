//! What one query costs who has nothing in memory: a graph of a million relationships in a bucket that answers each
//! request after 20 ms.
//!
//! The graph is loaded in ten parts with a checkpoint after each, so that it lies in several runs; then it is opened
//! anew for each query, before compaction and after. What is printed is the time, the rounds of requests that
//! waited for each other, the requests, the blocks that came with them, and their bytes. Rounds decide, not blocks: a query
//! that begins at a key takes as many as it has steps, however large the graph; one that reads everything reads each column
//! of each run ahead of itself, with a number of rounds that grows with the logarithm of its bytes, and from some MiB on with
//! every eighth MiB. Both are checked, and more rounds are an error.
//!
//! Run with `cargo run --release -p namidb --example cold_start [RELATIONSHIPS [MILLISECONDS]]`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock and prints")]

use namidb::{OpenOptions, Params, Value, params};
use namidb_core::Uuid;
use namidb_core::object_store::ObjectStore;
use namidb_core::object_store::layers::{Counts, Distance, Observe};
use namidb_core::runtime::{SharedRuntime, TokioRuntime};
use namidb_core::testing::SimStore;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const PARTS: u64 = 10;

/// Relationships of a person, on average.
const DEGREE: u64 = 10;

/// Stored bytes that one request reads ahead at most.
const AHEAD_BYTES: u64 = 8 << 20;

/// How a query is named, what it is, and how many rounds it may take, beside one for every [`AHEAD_BYTES`].
const QUERIES: [(&str, &str, u64); 4] = [
    ("a property by key", "MATCH (p:Person {key: $key}) RETURN p.name", 4),
    ("neighbours by key", "MATCH (p:Person {key: $key})-[:KNOWS]->(q) RETURN count(q), min(q.name)", 6),
    (
        "two steps by key",
        "MATCH (p:Person {key: $key})-[:KNOWS]->()-[:KNOWS]->(q) RETURN count(q), min(q.name)",
        8,
    ),
    ("every relationship", "MATCH (p:Person)-[k:KNOWS]->(q) WHERE k.since > p.born RETURN count(*)", 40),
];

/// What something took.
struct Took {
    time: Duration,
    rounds: u64,
    asked: Counts,
}

/// The bucket as somebody sees it who has just come.
struct Cold {
    distance: Distance,
    observe: Observe,
}

impl Cold {
    fn new(bucket: &SimStore, runtime: &Runtime, latency: Duration) -> Cold {
        let observe = Observe::new(Arc::new(bucket.clone()));
        let clock: SharedRuntime = Arc::new(TokioRuntime::new(runtime.handle().clone()));
        Cold { distance: Distance::new(Arc::new(observe.clone()), clock, latency), observe }
    }

    fn measure<T>(&self, work: impl FnOnce() -> namidb::Result<T>) -> namidb::Result<(T, Took)> {
        let (start, rounds, asked) = (Instant::now(), self.distance.rounds(), self.observe.counts());
        let done = work()?;
        let time = start.elapsed();
        Ok((
            done,
            Took { time, rounds: self.distance.rounds() - rounds, asked: self.observe.counts() - asked },
        ))
    }
}

fn show(what: &str, took: &Took, blocks: u64) {
    let mib = took.asked.get.bytes as f64 / f64::from(1 << 20);
    println!(
        "  {what:<20}{:>8.0} ms{:>5} rounds{:>5} requests{blocks:>6} blocks{mib:>8.2} MiB",
        took.time.as_secs_f64() * 1_000.0,
        took.rounds,
        took.asked.requests()
    );
}

fn id(n: u64) -> Uuid {
    Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 | u128::from(n))
}

/// Numbers without order, the same each time.
fn scattered(n: u64) -> u64 {
    let z = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (z ^ (z >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 20
}

fn load(store: Arc<dyn ObjectStore>, runtime: &Runtime, relationships: u64) -> Result<(), Box<dyn Error>> {
    let database = runtime.block_on(OpenOptions::new().open_store(store, "cold"))?.blocking();
    database.cypher("CREATE INDEX FOR (p:Person) ON (p.key)", ())?;
    let people = (relationships / DEGREE).max(1);
    for part in 0..PARTS {
        let mut batch = database.batch();
        for n in (part * people / PARTS)..((part + 1) * people / PARTS) {
            let (key, born) = (i64::try_from(scattered(n))?, 1950 + i64::try_from(n % 60)?);
            let name = format!("person number {n}");
            let properties = [
                ("key", Value::Integer(key)),
                ("born", Value::Integer(born)),
                ("name", name.as_str().into()),
            ];
            batch.upsert_node(["Person"], id(n), properties)?;
        }
        for n in (part * relationships / PARTS)..((part + 1) * relationships / PARTS) {
            let known = (part + 1) * people / PARTS;
            let (from, to) = (scattered(n) % known, scattered(n + relationships) % known);
            batch.upsert_edge("KNOWS", id(from), id(to), [("since", 1990 + i64::try_from(n % 36)?)])?;
        }
        batch.commit()?;
        database.flush()?;
    }
    database.close()?;
    Ok(())
}

/// Opens and asks each query of a database that has nothing in memory. Gives whether all of it took few rounds.
fn ask(bucket: &SimStore, runtime: &Runtime, latency: Duration, key: u64) -> Result<bool, Box<dyn Error>> {
    let mut few = true;
    for (number, (what, query, rounds)) in QUERIES.iter().enumerate() {
        let cold = Cold::new(bucket, runtime, latency);
        let store: Arc<dyn ObjectStore> = Arc::new(cold.distance.clone());
        let options = OpenOptions::new().read_only(true).max_staleness(Duration::from_secs(600));
        let (database, opening) = cold.measure(|| runtime.block_on(options.open_store(store, "cold")))?;
        let database = database.blocking();
        if number == 0 {
            show("open", &opening, 0);
        }
        let parameters: Params = params! { "key" => i64::try_from(key)? };
        let (first, took) = cold.measure(|| database.cypher(query, parameters.clone()))?;
        let blocks = database.cache_stats()?.fetched_blocks;
        show(what, &took, blocks);
        let (second, again) = cold.measure(|| database.cypher(query, parameters))?;
        let values = |result: &namidb::QueryResult| {
            result.rows().map(|row| row.values().collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        if values(&first) != values(&second) || again.asked.requests() > 0 {
            return Err(format!("{what}: the second time it answers otherwise, or asks again").into());
        }
        let rounds_max = rounds + took.asked.get.bytes / AHEAD_BYTES;
        if opening.rounds > 2 || took.rounds > rounds_max {
            println!("  {what}: more than {rounds_max} rounds, or than 2 to open");
            few = false;
        }
        database.close()?;
    }
    Ok(few)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let relationships: u64 = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let latency = Duration::from_millis(arguments.next().map_or(Ok(20), |text| text.parse())?);
    let bucket = SimStore::remote();
    let runtime = Runtime::new()?;
    load(Arc::new(bucket.clone()), &runtime, relationships)?;
    println!("{relationships} relationships of {} nodes, {latency:?} to the bucket", relationships / DEGREE);
    let key = scattered(relationships / DEGREE / 3);
    println!("before compaction");
    let before = ask(&bucket, &runtime, latency, key)?;
    let database =
        runtime.block_on(OpenOptions::new().open_store(Arc::new(bucket.clone()), "cold"))?.blocking();
    database.compact()?;
    database.close()?;
    println!("after compaction");
    let after = ask(&bucket, &runtime, latency, key)?;
    if before && after { Ok(()) } else { Err("a cold query waits too often".into()) }
}
