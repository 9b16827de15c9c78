//! A store that refuses writes: who is told what, how soon, and how it ends.

use super::*;
use crate::engine::Duty;
use crate::error::Outcome;

#[test]
fn a_full_store_refuses_writes_at_once_reads_go_on_and_it_ends_by_itself() {
    for remote in [false, true] {
        let bench = if remote { Bench::remote() } else { Bench::local() };
        bench.run(async {
            let engine = bench.open().await;
            engine.write(add("a", 1)).await.unwrap();
            assert_eq!(engine.info().degraded, []);
            bench.faults.seed(1, &[(Fault::Full, 1_000_000)]);
            let began = bench.runtime.monotonic();
            for _ in 0..3 {
                let error = engine.write(add("a", 1)).await.unwrap_err();
                assert_eq!((error.code(), error.outcome()), (ErrorCode::StorageFull, Outcome::NotApplied));
                assert!(error.hint().is_some() && error.detail("object").is_some());
            }
            assert_eq!(engine.flush().await.unwrap_err().code(), ErrorCode::StorageFull);
            assert!(bench.runtime.monotonic() - began < Duration::from_secs(1), "nobody waits for room");
            assert_eq!(counter(engine.snapshot().await.unwrap().state(), "a"), 1);
            let degraded = engine.info().degraded;
            let told: Vec<_> = degraded.iter().map(|d| (d.duty, d.code, d.failures)).collect();
            let full = ErrorCode::StorageFull;
            assert_eq!(told, [(Duty::Commit, full, 3), (Duty::Checkpoint, full, 1)]);

            bench.faults.clear();
            engine.write(add("a", 1)).await.unwrap();
            assert_eq!(engine.info().degraded.len(), 1, "the checkpoint was not tried again");
            engine.flush().await.unwrap();
            assert_eq!(engine.info().degraded, []);
            assert_eq!(bench.recovered("a").await, 2);
        });
    }
}

#[test]
fn a_checkpoint_in_the_background_that_finds_no_room_shows_and_is_made_up_for() {
    let bench = Bench::local();
    bench.run(async {
        let settings = Settings { checkpoint_records: 4, ..Settings::default() };
        let engine = bench.open_with(settings).await.unwrap();
        engine.write(add("a", 1)).await.unwrap();
        // Small objects still fit.
        let gate = bench.faults.hold(When::Before, |operation, path| {
            operation == Operation::Put && path.is_under(layout().ssts())
        });
        for _ in 0..3 {
            engine.write(add("a", 1)).await.unwrap();
        }
        gate.reached().await;
        bench.faults.seed(1, &[(Fault::Full, 1_000_000)]);
        // The put that is held has drawn no fault: the manifest's replacement has no room.
        gate.release();
        while engine.info().degraded.is_empty() {
            bench.runtime.sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(engine.info().degraded[0].duty, Duty::Checkpoint);
        bench.faults.clear();
        for _ in 0..4 {
            engine.write(add("a", 1)).await.unwrap();
        }
        bench.runtime.sleep(Duration::from_secs(1)).await;
        assert_eq!(engine.info().degraded, []);
        assert!(engine.info().checkpoint >= Seq(8));
    });
}

#[test]
fn a_doubt_shows_for_as_long_as_it_lasts() {
    let bench = Bench::remote();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        bench.break_store();
        let error = engine.write(add("a", 1)).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::CommitOutcomeUnknown);
        let degraded = engine.info().degraded;
        assert_eq!((degraded[0].duty, degraded[0].code), (Duty::Commit, ErrorCode::StoreUnavailable));
        assert!(degraded[0].failures > 0);
        bench.faults.clear();
        bench.runtime.sleep(Duration::from_secs(60)).await;
        assert_eq!(engine.info().degraded, []);
    });
}
