//! What it costs to stage and apply one batch of 100,000 nodes of six properties and 1,000,000 edges, on one
//! thread.
//!
//! Run with `cargo run --release -p namidb-core --example batch_cost`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock and prints")]

use namidb_core::graph::GraphState;
use namidb_core::runtime::TokioRuntime;
use namidb_core::transaction::batch::{EdgeRecord, NodeRecord, OnExisting};
use namidb_core::transaction::{Restage, StageContext, StagedBatch};
use namidb_core::{Result, Seq, Uuid, Value};
use std::sync::Arc;
use std::time::Instant;

const NODES: u64 = 100_000;
const EDGES: u64 = 1_000_000;

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    println!("{what:<48} {:>9.1} ms", start.elapsed().as_secs_f64() * 1e3);
    result
}

fn id(n: u64) -> Uuid {
    Uuid::from_u128(u128::from(n) << 70 | u128::from(n.wrapping_mul(0x9e37_79b9) & 0xffff_ffff) << 8)
}

fn main() -> Result<()> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return Ok(()) };
    let runtime = Arc::new(TokioRuntime::new(runtime.handle().clone()));
    let mut random = Random(7);
    let names: Vec<Arc<str>> =
        ["id", "name", "age", "city", "score", "active"].into_iter().map(Arc::from).collect();
    let nodes: Vec<NodeRecord> = (0..NODES)
        .map(|n| {
            let values = [
                Value::Integer(n as i64),
                Value::from(format!("person number {n}")),
                Value::Integer(random.below(90) as i64),
                Value::from(format!("city {}", random.below(300))),
                Value::Float(random.below(1000) as f64 / 8.0),
                Value::Boolean(random.below(2) == 0),
            ];
            NodeRecord { id: id(n), properties: names.iter().cloned().zip(values).collect() }
        })
        .collect();
    let edges: Vec<EdgeRecord> = (0..EDGES)
        .map(|_| EdgeRecord {
            source: id(random.below(NODES)),
            target: id(random.below(NODES)),
            properties: Vec::new(),
        })
        .collect();

    let mut batch = StagedBatch::new();
    timed("stage 100,000 nodes", || batch.merge_nodes(&["Person".into()], OnExisting::Replace, nodes))?;
    timed("stage 1,000,000 edges", || batch.merge_edges(&"KNOWS".into(), edges))?;
    let context = StageContext { seq: Seq(1), time: 0, runtime, may_wait: false };
    let changes = timed("apply to an empty graph", || batch.restage(&GraphState::empty(), &context))?;
    println!("{} operations, {} nodes", changes.ops().len(), changes.state().node_count());
    let (state, ops) = changes.into_parts();
    timed("replay", || GraphState::empty().apply_transaction(&ops, Seq(1)))?;
    let context = StageContext { seq: Seq(2), ..context };
    let again = timed("apply again, changing nothing", || batch.restage(&state, &context))?;
    println!("{} operations", again.ops().len());
    Ok(())
}
