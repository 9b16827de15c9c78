//! Two processes, one slot.

use super::*;
use futures_util::future::join_all;

#[test]
fn processes_that_race_with_what_they_read_lose_no_update() {
    for seed in 0..20u64 {
        let bench =
            Bench::over(if seed.is_multiple_of(2) { SimStore::new() } else { SimStore::remote() }, seed);
        bench.run(async {
            let engines = [bench.open().await, bench.open().await, bench.open().await];
            let writers = engines.iter().flat_map(|engine| (0..4).map(move |_| engine.clone()));
            let tasks = writers.map(|engine| {
                bench.spawn(async move {
                    for _ in 0..5 {
                        engine.write(add("a", 1)).await.unwrap();
                    }
                })
            });
            join_all(tasks.collect::<Vec<_>>()).await.into_iter().for_each(|done| done.unwrap());
            assert_eq!(bench.recovered("a").await, 60, "seed {seed}");
            let states = join_all(engines.iter().map(Engine::refresh)).await;
            let digests: Vec<u64> = states.iter().map(|s| digest(s.as_ref().unwrap().state())).collect();
            assert!(digests.windows(2).all(|pair| pair[0] == pair[1]), "seed {seed}");
            let lost: u64 = engines.iter().map(|engine| engine.commit_metrics().lost_slots).sum();
            assert!(lost > 0, "nobody raced");
        });
    }
}

#[test]
fn each_transaction_of_a_losing_group_meets_its_own_fate() {
    let bench = Bench::local();
    bench.run(async {
        let (one, two) = (bench.open().await, bench.open().await);
        for counter in ["a", "b"] {
            one.write(add(counter, 1)).await.unwrap();
        }
        two.refresh().await.unwrap();
        let gate = bench.hold_put(When::Before, 3);
        let blocker = two.clone();
        let first = bench.spawn(async move { blocker.write(add("c", 1)).await.unwrap().seq });
        gate.reached().await;
        // While the put for slot 3 is held, these wait for slot 4; others take both.
        let (mut on_a, mut on_b) = (two.begin().await.unwrap(), two.begin().await.unwrap());
        set(&mut on_a, "a", 100);
        set(&mut on_b, "b", 200);
        let statement = two.clone();
        let statement = bench.spawn(async move { statement.write(add("a", 10)).await.unwrap().work.found });
        let on_a = bench.spawn(async move { on_a.commit().await });
        let on_b = bench.spawn(async move { on_b.commit().await });
        bench.runtime.sleep(Duration::from_millis(1)).await;
        one.write(add("a", 1)).await.unwrap();
        one.write(add("d", 1)).await.unwrap();
        gate.release();

        assert_eq!(first.await.unwrap(), Some(Seq(5)), "executed again");
        assert_eq!(on_a.await.unwrap().unwrap_err().code(), ErrorCode::Conflict);
        assert!(on_b.await.unwrap().unwrap().is_some());
        assert_eq!(statement.await.unwrap(), 2, "it saw what the winner wrote, and not what failed");
        let state = bench.open().await.latest();
        let found = ["a", "b", "c", "d"].map(|name| counter(state.state(), name));
        assert_eq!(found, [12, 200, 1, 1]);
    });
}

#[test]
fn a_statement_that_changes_nothing_looks_at_the_log_before_it_says_so() {
    let bench = Bench::remote();
    bench.run(async {
        let (one, two) = (bench.open().await, bench.open().await);
        assert_eq!(two.write(AddIfThere("a")).await.unwrap().seq, None);
        one.write(add("a", 1)).await.unwrap();
        let done = two.write(AddIfThere("a")).await.unwrap();
        assert_eq!((done.seq, counter(done.snapshot.state(), "a")), (Some(Seq(2)), 2));
    });
}

#[test]
fn a_statement_fails_only_on_the_newest_state() {
    let bench = Bench::remote();
    bench.run(async {
        let (one, two) = (bench.open().await, bench.open().await);
        assert_eq!(two.write(AddOrFail("a")).await.unwrap_err().code(), ErrorCode::EntityNotFound);
        one.write(add("a", 1)).await.unwrap();
        assert_eq!(two.write(AddOrFail("a")).await.unwrap().seq, Some(Seq(2)));
    });
}

#[test]
fn a_transaction_is_checked_against_everything_since_its_snapshot() {
    let bench = Bench::local();
    bench.run(async {
        let (one, two) = (bench.open().await, bench.open().await);
        for counter in ["a", "b"] {
            one.write(add(counter, 1)).await.unwrap();
        }
        let (mut on_a, mut on_b) = (two.begin().await.unwrap(), two.begin().await.unwrap());
        set(&mut on_a, "a", 5);
        set(&mut on_b, "b", 6);
        one.write(add("a", 1)).await.unwrap();
        two.refresh().await.unwrap();
        for _ in 0..3 {
            two.write(add("c", 1)).await.unwrap();
        }
        let error = on_a.commit().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::Conflict);
        assert_eq!(error.detail("with_sequence"), Some("3"), "the commit that it lost to");
        assert_eq!(on_b.commit().await.unwrap(), Some(Seq(7)));
        // What is not open any more is not kept.
        two.write(add("c", 1)).await.unwrap();
        let mut late = two.begin().await.unwrap();
        set(&mut late, "a", 7);
        assert_eq!(late.commit().await.unwrap(), Some(Seq(9)));
        assert_eq!(bench.recovered("a").await, 7);
    });
}

#[test]
fn a_large_record_has_its_body_apart_and_moves_with_it_to_the_next_slot() {
    struct Large(usize);
    impl Restage for Large {
        fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
            let mut changes = Changes::new(state, context);
            let text = Value::from("x".repeat(self.0));
            changes.create_node(None, &[name("Large")], &[(name("text"), text)])?;
            Ok(changes)
        }
    }
    let bench = Bench::local();
    bench.run(async {
        let (one, two) = (bench.open().await, bench.open().await);
        one.write(add("a", 1)).await.unwrap();
        let done = two.write(Large(9 << 20)).await.unwrap();
        assert_eq!(done.seq, Some(Seq(2)));
        assert_eq!(digest(one.refresh().await.unwrap().state()), digest(done.snapshot.state()));
        let again = bench.open().await.latest();
        assert_eq!(digest(again.state()), digest(done.snapshot.state()));
        two.flush().await.unwrap();
        let left: Vec<_> = bench.sim.paths().into_iter().filter(|p| p.is_under(layout().wal())).collect();
        assert_eq!(left, [], "bodies go with their records, also that of the lost slot");
    });
}
