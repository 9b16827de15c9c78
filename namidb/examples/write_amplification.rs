//! How many bytes are written for a million random updates of single properties, and how many are left in the end.
//!
//! A graph of so many nodes is loaded and checkpointed; then random nodes get a new value in a property of eight bytes,
//! a thousand updates to a commit, and, in a second run, one update to a commit. What is put is counted by what it is:
//! records of the log, checkpoints and what compaction makes of them, manifests. The store is in memory, so the figures are
//! those of any store.
//!
//! Run with `cargo run --release -p namidb --example write_amplification [UPDATES [NODES]]`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock and prints")]

use async_trait::async_trait;
use bytes::Bytes;
use namidb::OpenOptions;
use namidb_backend_memory::MemoryStore;
use namidb_core::Uuid;
use namidb_core::object_store::{
    Capabilities, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore, PutOptions, PutReceipt,
    Result,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Counts what is put, by the folder that it goes to.
#[derive(Debug)]
struct Meter {
    store: MemoryStore,
    log: AtomicU64,
    ssts: AtomicU64,
    manifests: AtomicU64,
}

#[async_trait]
impl ObjectStore for Meter {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        let counter = match path.as_str() {
            path if path.contains("/wal/") => &self.log,
            path if path.contains("/sst/") => &self.ssts,
            _ => &self.manifests,
        };
        counter.fetch_add(payload.len() as u64, Ordering::Relaxed);
        self.store.put(path, payload, options).await
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        self.store.get(path, options).await
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        self.store.head(path).await
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        self.store.delete(path).await
    }

    async fn list(&self, prefix: &ObjectPath, after: Option<&ObjectPath>, limit: usize) -> Result<ListPage> {
        self.store.list(prefix, after, limit).await
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }
}

impl Meter {
    fn read(&self) -> [u64; 3] {
        [&self.log, &self.ssts, &self.manifests].map(|counter| counter.load(Ordering::Relaxed))
    }
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let updates: u64 = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let nodes: u64 = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    println!("{updates} random updates of one property among {nodes} nodes");
    for per_commit in [1_000, 1] {
        run(updates, nodes, per_commit)?;
    }
    Ok(())
}

fn id(n: u64) -> Uuid {
    Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 | u128::from(n))
}

fn run(updates: u64, nodes: u64, per_commit: u64) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let meter = Arc::new(Meter {
        store: MemoryStore::new(),
        log: AtomicU64::new(0),
        ssts: AtomicU64::new(0),
        manifests: AtomicU64::new(0),
    });
    let store: Arc<dyn ObjectStore> = Arc::clone(&meter) as Arc<dyn ObjectStore>;
    let runtime = tokio::runtime::Runtime::new()?;
    let database = runtime.block_on(OpenOptions::new().open_store(store, "amplification"))?.blocking();
    for from in (0..nodes).step_by(50_000) {
        let mut batch = database.batch();
        for n in from..(from + 50_000).min(nodes) {
            let name = format!("person number {n}");
            batch.upsert_node(
                ["Person"],
                id(n),
                [("name", name.as_str().into()), ("score", namidb::Value::Integer(0))],
            )?;
        }
        batch.commit()?;
    }
    database.compact()?;
    let (before, start) = (meter.read(), Instant::now());
    let mut random = 7u64;
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        random >> 16
    };
    let mut left = updates;
    while left > 0 {
        let mut batch = database.batch();
        for _ in 0..per_commit.min(left) {
            let (n, score) = (next() % nodes, next() as i64);
            batch.upsert_node(["Person"], id(n), [("score", score)])?;
        }
        batch.commit()?;
        left -= per_commit.min(left);
    }
    database.flush()?;
    let took = start.elapsed();
    let after = meter.read();
    let [log, ssts, manifests] = [0, 1, 2].map(|n| after[n] - before[n]);
    let metrics = database.commit_metrics()?;
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    println!("\n{per_commit} to a commit, {:.1} s", took.as_secs_f64());
    println!(
        "  log                    {:>10.1} MiB, {:>6.0} bytes an update",
        mib(log),
        log as f64 / updates as f64
    );
    println!(
        "  checkpoints and merges {:>10.1} MiB, {} and {}",
        mib(ssts),
        metrics.checkpoints,
        metrics.compactions
    );
    println!("  manifests              {:>10.1} MiB", mib(manifests));
    let all = (log + ssts + manifests) as f64;
    println!("  all that was put       {:>10.2} times the log", all / log as f64);
    println!("                         {:>10.1} times the 8 bytes of each value", all / (8 * updates) as f64);
    let files = database.compact()?;
    println!("  left, compacted        {:>10.1} MiB in one run", mib(files.bytes_written));
    database.close()?;
    Ok(())
}
