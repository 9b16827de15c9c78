//! Opening: how many rounds of requests it takes, and how many bytes, whatever the history and the size.

use super::*;
use crate::graph::Direction;
use crate::object_store::layers::Distance;
use crate::transaction::{NewNode, NewRelationship};
use uuid::Uuid;

impl Bench {
    /// How many rounds of requests an open takes, and what it opened.
    pub(super) async fn rounds_to_open(&self) -> (u64, Engine) {
        let runtime: SharedRuntime = Arc::new(self.runtime.clone());
        let far = Distance::new(Arc::new(self.sim.clone()), Arc::clone(&runtime), Duration::from_secs(1));
        let engine = Engine::open(Arc::new(far.clone()), root(), Settings::default(), runtime).await.unwrap();
        (far.rounds(), engine)
    }
}

#[test]
fn opening_takes_two_rounds_whatever_the_history_and_three_with_a_longer_tail() {
    let bench = Bench::remote();
    bench.run(async {
        let engine = bench.open().await;
        let mut written = 0;
        for (commits, rounds) in [(10, 2), (16, 2), (17, 3), (255, 3), (256, 2), (10_000, 2), (10_200, 3)] {
            while written < commits {
                engine.write(add("a", 1)).await.unwrap();
                written += 1;
            }
            bench.settle().await;
            let (took, opened) = bench.rounds_to_open().await;
            assert_eq!(counter(opened.latest().state(), "a"), commits);
            let tail = opened.info().seq.0 - opened.info().checkpoint.0;
            assert_eq!(took, rounds, "after {commits} commits, {tail} of them in no checkpoint");
        }
    });
}

/// Makes a thousand nodes, and of each a relationship to every one: a million.
#[derive(Debug)]
struct Everybody;

const EVERYBODY: u64 = 1_000;

fn public_id(node: u64) -> Uuid {
    Uuid::from_u128(u128::from(node) + 1)
}

impl Restage for Everybody {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, context);
        let node = |n| NewNode { uuid: Some(public_id(n)), labels: vec![name("person")], properties: vec![] };
        changes.create_nodes(&(0..EVERYBODY).map(node).collect::<Vec<_>>())?;
        let knows = name("knows");
        for source in (0..EVERYBODY).map(NodeId) {
            let to = |target| NewRelationship {
                rel_type: Arc::clone(&knows),
                source,
                target: NodeId(target),
                properties: Vec::new(),
            };
            changes.create_relationships(&(0..EVERYBODY).map(to).collect::<Vec<_>>())?;
        }
        Ok(changes)
    }
}

#[test]
fn opening_a_million_relationships_reads_no_block_and_a_first_query_only_those_that_it_needs() {
    let bench = Bench::remote();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(Everybody).await.unwrap();
        assert_eq!(engine.latest().state().relationship_count(), 1_000_000);
        engine.flush().await.unwrap();
        for (tail, rounds) in [(0, 2), (16, 2), (17, 3)] {
            while engine.info().seq.0 - engine.info().checkpoint.0 < tail {
                engine.write(add("a", 1)).await.unwrap();
            }
            let (took, opened) = bench.rounds_to_open().await;
            assert_eq!(took, rounds, "with a tail of {tail}");
            assert_eq!(opened.latest().state().relationship_count(), 1_000_000);
            // The manifest, the tails of the files, the records above: nothing else.
            let read = opened.request_counts().get.bytes;
            let manifest = bench.manifest();
            let tails: u64 = manifest.checkpoint.files().map(|file| file.tail_bytes).sum();
            let stored: u64 = manifest.checkpoint.files().map(|file| file.bytes).sum();
            let size = |path: &ObjectPath| bench.sim.peek(path).unwrap().len() as u64;
            let records: u64 =
                (1..=tail).map(|n| size(&layout().slot(Seq(manifest.checkpoint.seq.0 + n)))).sum();
            println!("opening read {read} of {stored} bytes, {tails} of them tails");
            assert_eq!(read, size(layout().manifest()) + tails + records);
            assert!(10 * read < stored, "{read} of {stored} bytes");

            let before = opened.request_counts();
            let degree = opened.inner.resolve(|| {
                let state = opened.latest().state().clone();
                let node = state.node_by_uuid(&public_id(500)).unwrap_or_default();
                let knows = state.catalog().rel_type("knows").unwrap();
                Ok(state.adjacency(knows, Direction::Outgoing).unwrap().neighbours(node).len())
            });
            assert_eq!(degree.await.unwrap(), 1_000);
            let stats = opened.cache_stats();
            let asked = opened.request_counts() - before;
            println!("the first query: {asked:?}, {stats:?}");
            assert_eq!(stats.fetched_blocks, stats.misses, "no block but those that were missed");
            assert_eq!(stats.ahead_bytes, 0);
            assert_eq!(asked.get.bytes, stats.fetched_bytes, "and nothing between them");
            assert!(asked.get.bytes <= 32 << 10, "{asked:?} of {stored} bytes");
        }
    });
}
