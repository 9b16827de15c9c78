//! What one more relationship costs, from degree five to a million: the curve should be flat.
//!
//! Each step is a commit as the engine makes it: clone the newest state, apply one operation, keep the old
//! state as a snapshot (the last four are held), publish. Both directions, the relationship's record and the counters
//! are included; the log is not.
//!
//! Run with `cargo run --release -p namidb-core --example relationship_cost`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock and prints")]

use namidb_core::graph::op::{NameKind, NameRef, NodeRef, Op};
use namidb_core::graph::{Direction, GraphState};
use namidb_core::{NodeId, Result, Seq, Uuid};
use std::collections::VecDeque;
use std::time::Instant;

const NODES: u64 = 1_200_000;
/// Nodes apart from the hubs have this many relationships.
const BACKGROUND_DEGREE: u64 = 2;
const DEGREES: [u64; 6] = [5, 50, 500, 5_000, 50_000, 1_000_000];
const COMMITS: usize = 1_000;
const HELD: usize = 4;

fn relate(source: u64, target: u64) -> Op {
    Op::CreateRelationship {
        rel_type: NameRef::Existing(0),
        source: NodeRef::Existing(NodeId(source)),
        target: NodeRef::Existing(NodeId(target)),
        properties: Vec::new(),
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn main() -> Result<()> {
    let mut random = Random(1);
    let mut state = GraphState::empty();
    let mut ops = vec![Op::DefineName { kind: NameKind::RelType, name: "KNOWS".into() }];
    ops.extend((0..NODES).map(|n| Op::CreateNode {
        uuid: Uuid::from_u128(u128::from(n) << 64 | u128::from(random.below(1 << 31))),
        labels: Vec::new(),
        properties: Vec::new(),
    }));
    state.apply_transaction(&ops, Seq(1))?;

    // Enough nodes of each degree that a thousand commits hardly change it, far apart.
    let hubs = |degree: u64| {
        (0..COMMITS as u64 * 10 / degree).chain([0]).take(COMMITS).map(move |i| (i * 997 + degree) % NODES)
    };
    let is_hub: Vec<bool> = {
        let mut is_hub = vec![false; NODES as usize];
        DEGREES.iter().flat_map(|degree| hubs(*degree)).for_each(|hub| is_hub[hub as usize] = true);
        is_hub
    };
    let mut ops = Vec::new();
    for source in (0..NODES).filter(|source| !is_hub[*source as usize]) {
        ops.extend((0..BACKGROUND_DEGREE).map(|_| relate(source, random.below(NODES))));
    }
    for degree in DEGREES {
        for hub in hubs(degree) {
            ops.extend((0..degree).map(|i| relate(hub, (i * (NODES / degree) + hub) % NODES)));
        }
    }
    state.apply_transaction(&ops, Seq(2))?;
    drop(ops);

    println!("microseconds per commit of one relationship, {HELD} old snapshots held");
    println!("{:>12} {:>10} {:>10} {:>10}", "degree", "median", "p90", "p99");
    let mut held = VecDeque::new();
    for degree in DEGREES {
        let hubs: Vec<u64> = hubs(degree).collect();
        let mut micros = Vec::with_capacity(COMMITS);
        for i in 0..COMMITS {
            let op = relate(hubs[i % hubs.len()], random.below(NODES));
            let start = Instant::now();
            let mut next = state.clone();
            next.apply_transaction(std::slice::from_ref(&op), Seq(3 + i as u64))?;
            held.push_back(std::mem::replace(&mut state, next));
            if held.len() > HELD {
                held.pop_front();
            }
            micros.push(start.elapsed().as_secs_f64() * 1e6);
        }
        micros.sort_by(f64::total_cmp);
        let at = |share: f64| micros[(micros.len() as f64 * share) as usize];
        println!("{degree:>12} {:>10.2} {:>10.2} {:>10.2}", at(0.5), at(0.9), at(0.99));
    }
    let lists = state.adjacency(namidb_core::RelTypeId(0), Direction::Outgoing);
    let width = lists.map_or(0, |lists| 1 << lists.width_bits());
    println!("{} relationships, {width} sources to a chunk", state.relationship_count());
    Ok(())
}
