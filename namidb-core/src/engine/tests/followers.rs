//! Processes that only follow: what they hold stays within bounds, however much others commit.

use super::*;

/// Makes so many nodes with a number each.
#[derive(Debug)]
struct Populate(i64);

impl Restage for Populate {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, context);
        for n in 0..self.0 {
            changes.create_node(None, &[name("many")], &[(name("number"), Value::Integer(n))])?;
        }
        Ok(changes)
    }
}

/// Gives the first thousand nodes another number.
#[derive(Debug)]
struct Renumber(i64);

impl Restage for Renumber {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, context);
        for n in 0..1_000 {
            let number = Value::Integer(self.0 * 1_000 + n as i64);
            changes.set_node_property(NodeId(n), &name("number"), number)?;
        }
        Ok(changes)
    }
}

impl Engine {
    /// How many records the newest state holds that are not in the checkpoint that it was built on.
    fn records_held(&self) -> u64 {
        let (position, _, base) = self.inner.head.to_store();
        position.seq.0 - base.checkpoint.map_or(0, |checkpoint| checkpoint.0)
    }

    async fn uuid_of(&self, node: u64) -> Option<Uuid> {
        self.inner.resolve(|| Ok(self.latest().state().node_uuid(NodeId(node)))).await.unwrap()
    }
}

fn follows(cache_bytes: u64) -> Settings {
    Settings { read_only: true, cache_bytes, ..Settings::default() }
}

#[test]
fn a_follower_goes_over_to_newer_checkpoints_before_it_holds_much_and_keeps_the_chunks_that_are_the_same() {
    for bench in [Bench::local(), Bench::remote()] {
        bench.run(async {
            let engine = bench.open().await;
            engine.write(Populate(5_000)).await.unwrap();
            engine.flush().await.unwrap();
            let follower = bench.open_with(follows(256 << 10)).await.unwrap();
            let uuid = follower.uuid_of(4_999).await;
            let (missed, mut held) = (follower.cache_stats().misses, 0);
            for round in 0..60 {
                engine.write(Renumber(round)).await.unwrap();
                if round % 3 == 0 {
                    engine.flush().await.unwrap();
                }
                follower.refresh().await.unwrap();
                held = held.max(follower.records_held());
                if round == 15 {
                    // Later its block is merged into another file.
                    assert_eq!(follower.uuid_of(4_999).await, uuid);
                    assert_eq!(follower.cache_stats().misses, missed, "its block is the same until then");
                }
            }
            assert!(held <= 6, "{held} of 60 records");
            assert_eq!(follower.uuid_of(4_999).await, uuid);
            assert_eq!(digest(follower.latest().state()), digest(engine.latest().state()));
        });
    }
}

#[test]
fn a_follower_that_slept_for_long_begins_again_from_the_newest_checkpoint() {
    for bench in [Bench::local(), Bench::remote()] {
        bench.run(async {
            let engine = bench.open().await;
            engine.write(Populate(5_000)).await.unwrap();
            engine.flush().await.unwrap();
            let follower = bench.open_with(follows(256 << 10)).await.unwrap();
            for round in 0..200 {
                engine.write(Renumber(round)).await.unwrap();
                if round % 20 == 19 {
                    engine.flush().await.unwrap();
                }
            }
            engine.write(Renumber(200)).await.unwrap();
            follower.refresh().await.unwrap();
            assert_eq!(follower.latest().seq(), engine.latest().seq());
            assert_eq!(follower.records_held(), 1);
            assert_eq!(digest(follower.latest().state()), digest(engine.latest().state()));
        });
    }
}

#[test]
fn a_conflict_about_what_is_not_in_memory_is_told_like_any_other() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(Populate(5_000)).await.unwrap();
        engine.flush().await.unwrap();
        let cold = bench.open().await;
        let mut transaction = cold.begin().await.unwrap();
        let number = Value::Integer(-1);
        change(&mut transaction, |changes| {
            changes.set_node_property(NodeId(7), &name("number"), number.clone())
        })
        .unwrap();
        engine.write(Renumber(1)).await.unwrap();
        cold.refresh().await.unwrap();
        let error = transaction.commit().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::Conflict);
        let uuid = engine.uuid_of(7).await.unwrap();
        assert!(error.message().contains(&uuid.to_string()), "{error:?}");
    });
}
