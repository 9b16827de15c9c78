//! Processes that sleep while the log is collected, and what goes missing under a process.

use super::*;
use crate::manifest::{WriterTable, codec};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Commits, checkpoints and collects until slots below `floor` are gone.
async fn collect_all(bench: &Bench, engine: &Engine, floor: u64) {
    for _ in 0..6 {
        engine.write(add("busy", 1)).await.unwrap();
        engine.flush().await.unwrap();
        bench.sim.advance(DAY + Duration::from_secs(1));
    }
    assert!(bench.slots().iter().all(|slot| *slot >= floor), "{:?}", bench.slots());
}

fn benches() -> [Bench; 2] {
    [Bench::local(), Bench::remote()]
}

#[test]
fn a_sleeper_whose_put_comes_after_the_collection_is_not_acknowledged_for_it() {
    for bench in benches() {
        bench.run(async {
            let (one, two) = (bench.open().await, bench.open().await);
            one.write(add("a", 1)).await.unwrap();
            two.refresh().await.unwrap();
            let gate = bench.hold_put(When::Before, 2);
            let sleeper = two.clone();
            let sleeper = bench.spawn(async move { sleeper.write(add("a", 10)).await });
            gate.reached().await;
            collect_all(&bench, &one, 4).await;
            gate.release();
            let done = sleeper.await.unwrap().unwrap();
            assert!(done.seq.unwrap() > Seq(6), "not the slot that it created again: {:?}", done.seq);
            assert!(bench.slots().contains(&2), "the stray is there");
            assert_eq!(two.commit_metrics().reloads, 1);
            assert_eq!(counter(one.refresh().await.unwrap().state(), "a"), 11);
            assert_eq!(bench.recovered("a").await, 11);
            collect_all(&bench, &one, 4).await;
            assert_eq!(bench.recovered("a").await, 11, "and it is collected like any other");
        });
    }
}

#[test]
fn a_sleeper_whose_put_came_before_the_collection_is_acknowledged_once() {
    for bench in benches() {
        bench.run(async {
            let (one, two) = (bench.open().await, bench.open().await);
            one.write(add("a", 1)).await.unwrap();
            two.refresh().await.unwrap();
            let gate = bench.hold_put(When::After, 2);
            let sleeper = two.clone();
            let sleeper = bench.spawn(async move { sleeper.write(add("a", 10)).await });
            gate.reached().await;
            collect_all(&bench, &one, 4).await;
            gate.release();
            assert_eq!(sleeper.await.unwrap().unwrap().seq, Some(Seq(2)));
            assert_eq!(counter(two.refresh().await.unwrap().state(), "busy"), 6);
            assert_eq!(bench.recovered("a").await, 11);
        });
    }
}

#[test]
fn an_explicit_transaction_that_slept_fails_and_can_be_retried() {
    for bench in benches() {
        bench.run(async {
            let (one, two) = (bench.open().await, bench.open().await);
            one.write(add("a", 1)).await.unwrap();
            two.refresh().await.unwrap();
            let mut transaction = two.begin().await.unwrap();
            set(&mut transaction, "a", 5);
            collect_all(&bench, &one, 4).await;
            let error = transaction.commit().await.unwrap_err();
            assert_eq!((error.code(), error.is_retryable()), (ErrorCode::Fenced, true));
            let mut transaction = two.begin().await.unwrap();
            set(&mut transaction, "a", 5);
            transaction.commit().await.unwrap();
            assert_eq!(bench.recovered("a").await, 5);
        });
    }
}

#[test]
fn a_follower_that_slept_never_applies_a_stray() {
    for bench in benches() {
        bench.run(async {
            let (one, two, follower) = (bench.open().await, bench.open().await, bench.open().await);
            one.write(add("a", 1)).await.unwrap();
            two.refresh().await.unwrap();
            follower.refresh().await.unwrap();
            let gate = bench.hold_put(When::Before, 2);
            let sleeper = two.clone();
            let sleeper = bench.spawn(async move { sleeper.write(add("a", 10)).await });
            gate.reached().await;
            collect_all(&bench, &one, 4).await;
            gate.release();
            sleeper.await.unwrap().unwrap();
            assert!(bench.slots().contains(&2));
            let state = follower.refresh().await.unwrap();
            assert_eq!((counter(state.state(), "a"), counter(state.state(), "busy")), (11, 6));
        });
    }
}

#[test]
fn a_sleeper_that_the_table_has_forgotten_does_not_know_and_does_not_execute_again() {
    let bench = Bench::local();
    bench.run(async {
        let (one, two) = (bench.open().await, bench.open().await);
        one.write(add("a", 1)).await.unwrap();
        two.refresh().await.unwrap();
        let gate = bench.hold_put(When::After, 2);
        let sleeper = two.clone();
        let sleeper = bench.spawn(async move { sleeper.write(add("a", 10)).await });
        gate.reached().await;
        collect_all(&bench, &one, 4).await;
        // As if a thousand other writers had come since.
        let mut manifest = codec::decode(&bench.sim.peek(layout().manifest()).unwrap()).unwrap();
        manifest.writers = WriterTable::new([], true);
        manifest.version += 1;
        manifest.token = LogId(77);
        bench.sim.plant(layout().manifest(), codec::encode(&manifest).unwrap());
        gate.release();
        let error = sleeper.await.unwrap().unwrap_err();
        assert_eq!(error.code(), ErrorCode::CommitOutcomeUnknown);
        assert_eq!(bench.recovered("a").await, 11, "it was there, and is not there twice");
        assert_eq!(two.write(add("a", 1)).await.unwrap().work.found, 11);
    });
}

#[test]
fn an_open_that_is_overtaken_by_a_collection_begins_again() {
    for bench in benches() {
        bench.run(async {
            let one = bench.open().await;
            for _ in 0..3 {
                one.write(add("a", 1)).await.unwrap();
            }
            let slot = layout().slot(Seq(2));
            let gate = bench
                .faults
                .hold(When::Before, move |operation, path| operation == Operation::Get && *path == slot);
            let runtime: SharedRuntime = Arc::new(bench.runtime.clone());
            let store = Arc::new(bench.faults.clone());
            let opened = bench.spawn(Engine::open(store, root(), Settings::default(), runtime));
            gate.reached().await;
            collect_all(&bench, &one, 4).await;
            gate.release();
            let opened = opened.await.unwrap().unwrap();
            let state = opened.latest();
            assert_eq!((counter(state.state(), "a"), counter(state.state(), "busy")), (3, 6));
        });
    }
}

#[test]
fn nothing_is_deleted_before_the_retention_has_passed_by_the_clock_of_the_store() {
    let bench = Bench::remote();
    bench.run(async {
        let engine = bench.open().await;
        for _ in 0..5 {
            engine.write(add("a", 1)).await.unwrap();
        }
        engine.flush().await.unwrap();
        bench.sim.advance(DAY - Duration::from_secs(10));
        engine.write(add("a", 1)).await.unwrap();
        engine.flush().await.unwrap();
        assert_eq!(bench.slots(), [1, 2, 3, 4, 5, 6], "a day has not passed yet");
        bench.sim.advance(Duration::from_secs(11));
        engine.write(add("a", 1)).await.unwrap();
        engine.flush().await.unwrap();
        assert_eq!(bench.slots(), [6, 7], "below the floor that was dated a day ago");
        bench.sim.advance(DAY + Duration::from_secs(1));
        engine.flush().await.unwrap();
        assert_eq!(bench.recovered("a").await, 7);
    });
}

#[test]
fn an_old_answer_is_not_trusted_without_a_look() {
    let bench = Bench::remote();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        let looks = |engine: &Engine| engine.request_counts().get.requests;
        let before = looks(&engine);
        engine.write(add("a", 1)).await.unwrap();
        assert_eq!(looks(&engine), before, "the last look is near");
        bench.sim.advance(DAY / 4 + Duration::from_secs(1));
        engine.write(add("a", 1)).await.unwrap();
        assert_eq!(looks(&engine), before + 1, "a look after the put");
        engine.write(add("a", 1)).await.unwrap();
        assert_eq!(looks(&engine), before + 1);
    });
}

#[test]
fn data_without_a_manifest_is_never_bootstrapped_over() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        let manifest = bench.sim.uproot(layout().manifest()).unwrap();
        let error = bench.open_with(Settings::default()).await.err().unwrap();
        assert_eq!(error.code(), ErrorCode::ManifestMissing);
        assert_eq!(engine.snapshot().await.unwrap_err().code(), ErrorCode::ManifestMissing);
        bench.sim.plant(layout().manifest(), manifest);
        assert_eq!(bench.recovered("a").await, 1);
        assert_eq!(engine.write(add("a", 1)).await.unwrap().seq, Some(Seq(2)));
    });
}

#[test]
fn a_namespace_that_holds_another_database_now_is_not_mixed_up() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        bench.sim.paths().iter().for_each(|path| drop(bench.sim.uproot(path)));
        let other = bench.open().await;
        other.write(add("b", 1)).await.unwrap();
        assert_eq!(engine.snapshot().await.unwrap_err().code(), ErrorCode::Closed);
        assert_eq!(counter(other.refresh().await.unwrap().state(), "a"), 0);
    });
}

#[test]
fn corruption_is_named_with_its_object() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        for _ in 0..3 {
            engine.write(add("a", 1)).await.unwrap();
        }
        let slot = layout().slot(Seq(2));
        let good = bench.sim.peek(&slot).unwrap();
        let mut bad = good.to_vec();
        bad[270] ^= 1;
        bench.sim.plant(&slot, bad);
        let error = bench.open_with(Settings::default()).await.err().unwrap();
        assert_eq!((error.code(), error.detail("object")), (ErrorCode::Corruption, Some(slot.as_str())));
        bench.sim.uproot(&slot);
        let error = bench.open_with(Settings::default()).await.err().unwrap();
        assert_eq!((error.code(), error.detail("object")), (ErrorCode::Corruption, Some(slot.as_str())));
        bench.sim.plant(&slot, good);
        assert_eq!(bench.recovered("a").await, 3);
    });
}

#[test]
fn an_sst_that_a_collector_may_have_deleted_is_not_published() {
    for bench in benches() {
        bench.run(async {
            let one = bench.open().await;
            for _ in 0..5 {
                one.write(add("a", 1)).await.unwrap();
            }
            let behind = bench.open().await;
            one.write(add("a", 1)).await.unwrap();
            let gate = bench.faults.hold(When::Before, |operation, path| {
                operation == Operation::Put && path == layout().manifest()
            });
            let sleeper = one.clone();
            let sleeper = bench.spawn(async move { sleeper.flush().await });
            gate.reached().await;
            assert_eq!(
                behind.flush().await.unwrap().checkpoint,
                Seq(5),
                "an older state, published in between"
            );
            gate.release();
            let report = sleeper.await.unwrap().unwrap();
            assert_eq!((report.checkpoint, report.written), (Seq(6), true), "uploaded once more");
            assert_eq!(bench.recovered("a").await, 6);
        });
    }
}

#[test]
fn a_look_that_is_answered_late_does_not_hide_a_newer_one() {
    for bench in benches() {
        bench.run(async {
            let (one, two) = (bench.open().await, bench.open().await);
            one.write(add("a", 1)).await.unwrap();
            let gate = bench.faults.hold(When::After, |operation, path| {
                operation == Operation::Get && path == layout().manifest()
            });
            let late = two.clone();
            let late = bench.spawn(async move { late.inner.looks.look().await.unwrap().manifest.version });
            gate.reached().await;
            one.flush().await.unwrap();
            let newer = two.inner.looks.look().await.unwrap().manifest.version;
            gate.release();
            assert!(late.await.unwrap() < newer);
            assert_eq!(two.inner.looks.last().manifest.version, newer);
        });
    }
}

#[test]
fn a_slot_that_was_ours_gets_no_second_group_when_beginning_again_fails() {
    for refusals in 1..4 {
        let bench = Bench::local();
        bench.run(async {
            let (one, two) = (bench.open().await, bench.open().await);
            one.write(add("a", 1)).await.unwrap();
            two.refresh().await.unwrap();
            let gate = bench.hold_put(When::After, 2);
            let sleeper = two.clone();
            let sleeper = bench.spawn(async move { sleeper.write(add("a", 10)).await });
            gate.reached().await;
            collect_all(&bench, &one, 4).await;
            // The look after the put succeeds; what is read to begin again does not.
            let look = bench.faults.next_index();
            (1..=refusals).for_each(|n| bench.faults.inject(look + n, Fault::PermissionDenied));
            gate.release();
            assert_eq!(sleeper.await.unwrap().unwrap().seq, Some(Seq(2)));
            // The writer table says that slot 2 was ours: of the group before this one.
            let mut told = Vec::new();
            for _ in 0..refusals + 1 {
                match two.write(add("a", 100)).await {
                    Ok(done) => {
                        assert!(done.seq.unwrap() > Seq(6), "{:?}", done.seq);
                        told.push(100);
                    }
                    Err(error) => assert_eq!(error.outcome(), crate::error::Outcome::NotApplied),
                }
            }
            assert!(!told.is_empty());
            assert_eq!(bench.recovered("a").await, 11 + told.iter().sum::<i64>());
        });
    }
}
