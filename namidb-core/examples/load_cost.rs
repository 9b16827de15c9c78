//! What it costs to apply a large transaction: 100,000 nodes of six properties and one label, and
//! 1,000,000 relationships, in one go and operation by operation, on one thread.
//!
//! Run with `cargo run --release -p namidb-core --example load_cost`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock and prints")]

use namidb_core::graph::op::{IndexKind, NameKind, NameRef, NodeRef, Op, TargetRef};
use namidb_core::graph::{ApplyContext, Direction, GraphState};
use namidb_core::{NodeId, RelTypeId, Result, Seq, Uuid, Value};
use std::time::Instant;

const NODES: u64 = 100_000;
const RELATIONSHIPS: u64 = 1_000_000;

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

fn main() -> Result<()> {
    let mut random = Random(7);
    let mut names = vec![
        Op::DefineName { kind: NameKind::Label, name: "Person".into() },
        Op::DefineName { kind: NameKind::RelType, name: "KNOWS".into() },
    ];
    for key in ["id", "name", "age", "city", "score", "active"] {
        names.push(Op::DefineName { kind: NameKind::PropertyKey, name: key.into() });
    }
    let nodes: Vec<Op> = (0..NODES)
        .map(|n| Op::CreateNode {
            uuid: Uuid::from_u128(u128::from(n) << 70 | u128::from(random.below(1 << 31)) << 8),
            labels: vec![NameRef::Existing(0)],
            properties: vec![
                (NameRef::Existing(0), Value::Integer(n as i64)),
                (NameRef::Existing(1), Value::String(format!("person number {n}").into())),
                (NameRef::Existing(2), Value::Integer(random.below(90) as i64)),
                (NameRef::Existing(3), Value::String(format!("city {}", random.below(300)).into())),
                (NameRef::Existing(4), Value::Float(random.below(1000) as f64 / 8.0)),
                (NameRef::Existing(5), Value::Boolean(random.below(2) == 0)),
            ],
        })
        .collect();
    let relationships: Vec<Op> = (0..RELATIONSHIPS)
        .map(|_| Op::CreateRelationship {
            rel_type: NameRef::Existing(0),
            source: NodeRef::Existing(NodeId(random.below(NODES))),
            target: NodeRef::Existing(NodeId(random.below(NODES))),
            properties: Vec::new(),
        })
        .collect();

    let mut bulk = GraphState::empty();
    bulk.apply_transaction(&names, Seq(1))?;
    let empty = bulk.clone();
    timed("100,000 nodes, six properties each", || bulk.apply_transaction(&nodes, Seq(2)))?;
    timed("1,000,000 relationships", || bulk.apply_transaction(&relationships, Seq(3)))?;

    let mut single = empty;
    let each = |state: &mut GraphState, ops: &[Op], seq: u64| {
        let mut cx = ApplyContext::new(state, Seq(seq));
        ops.iter().try_for_each(|op| state.apply_op(&mut cx, op))
    };
    timed("the same nodes, one operation at a time", || each(&mut single, &nodes, 2))?;
    timed("the same relationships, one at a time", || each(&mut single, &relationships, 3))?;
    let digests = timed("digest of both states", || (bulk.digest(), single.digest()));
    assert_eq!(digests.0, digests.1, "both ways give the same state");
    timed("check of every invariant", || bulk.check())?;

    let mut blocks = Vec::new();
    timed("export", || {
        bulk.export(|key, block| {
            blocks.push((key.to_vec(), block.to_vec()));
            Ok(())
        })
    })?;
    let bytes: usize = blocks.iter().map(|(key, block)| key.len() + block.len()).sum();
    println!("{} blocks, {:.1} MB", blocks.len(), bytes as f64 / 1e6);
    let back = timed("import", || GraphState::import(blocks))?;
    assert_eq!(back.digest(), digests.0, "what is exported comes back");

    let index = Op::CreateIndex {
        name: "cities".into(),
        kind: IndexKind::Range,
        target: TargetRef::Label(NameRef::Existing(0)),
        keys: vec![NameRef::Existing(3)],
    };
    timed("index over 100,000 strings, 300 distinct", || bulk.apply_transaction(&[index], Seq(4)))?;

    if let Some(lists) = bulk.adjacency(RelTypeId(0), Direction::Outgoing) {
        let sum = timed("2-hop walk over all nodes (neighbour of neighbour)", || {
            let mut sum = 0u64;
            for node in 0..NODES {
                for (neighbour, _) in lists.neighbours(NodeId(node)).iter() {
                    sum += lists.degree(neighbour);
                }
            }
            sum
        });
        println!("{sum} paths of length two");
    }
    Ok(())
}
