//! Each fault at each operation of a workload, and a crash at each: what is found afterwards is a prefix of what was
//! written, with everything that was acknowledged and nothing that was told to have failed.

use super::*;
use crate::error::Outcome;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

/// The writes of the workload, each to a counter of its own.
const WRITES: [&str; 8] = ["w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7"];

/// What each write was told, if it was told anything.
type Told = Arc<Mutex<Vec<Option<Result<(), Outcome>>>>>;

async fn write(engine: &Engine, told: &Told, n: usize) {
    let answer = engine.write(add(WRITES[n], 1)).await;
    told.lock().unwrap()[n] = Some(answer.map(|_| ()).map_err(|error| error.outcome()));
}

/// Opens, writes, checkpoints, and goes on in a second process.
async fn workload(bench: &Bench, told: &Told) {
    let Ok(one) = bench.open_with(Settings::default()).await else { return };
    write(&one, told, 0).await;
    write(&one, told, 1).await;
    write(&one, told, 2).await;
    drop(one.flush().await);
    write(&one, told, 3).await;
    let Ok(two) = bench.open_with(Settings::default()).await else { return };
    write(&two, told, 4).await;
    write(&one, told, 5).await;
    drop(two.flush().await);
    write(&two, told, 6).await;
    drop(one.close().await);
    write(&two, told, 7).await;
}

/// Compares what is found with what was told.
async fn check(bench: &Bench, told: &Told, what: &str) {
    bench.faults.clear();
    bench.faults.deliver_all().await;
    let engine =
        bench.open_with(Settings::default()).await.unwrap_or_else(|error| panic!("{what}: {error:?}"));
    let state = engine.latest();
    for (n, told) in told.lock().unwrap().iter().enumerate() {
        let found = counter(state.state(), WRITES[n]);
        match told {
            Some(Ok(())) => assert_eq!(found, 1, "{what}: write {n} was acknowledged"),
            Some(Err(Outcome::NotApplied)) => {
                assert_eq!(found, 0, "{what}: write {n} was told to have failed")
            }
            Some(Err(Outcome::Unknown)) | None => assert!(found <= 1, "{what}: write {n} was applied twice"),
        }
    }
    engine.write(add("after", 1)).await.unwrap_or_else(|error| panic!("{what}: {error:?}"));
    assert_eq!(bench.recovered("after").await, 1, "{what}");
}

fn told() -> Told {
    Arc::new(Mutex::new(vec![None; WRITES.len()]))
}

fn store(remote: bool) -> SimStore {
    if remote { SimStore::remote() } else { SimStore::new() }
}

/// How many operations the workload has.
fn operations(remote: bool) -> u64 {
    let bench = Bench::over(store(remote), 1);
    bench.run(async {
        let told = told();
        workload(&bench, &told).await;
        assert!(told.lock().unwrap().iter().all(|told| *told == Some(Ok(()))));
        let operations = bench.faults.next_index();
        check(&bench, &told, "without a fault").await;
        operations
    })
}

/// Faults after which the store still keeps its contract.
const FAULTS: [Fault; 13] = [
    Fault::Drop,
    Fault::ApplyLose,
    Fault::Delay(3),
    Fault::Delay(1_000),
    Fault::Dup,
    Fault::SelfConflict,
    Fault::ConflictInFlight,
    Fault::Throttled(Duration::from_millis(100)),
    Fault::FailAfterApply,
    Fault::PermissionDenied,
    Fault::Full,
    Fault::StaleList(2),
    Fault::PartialList,
];

#[test]
fn after_any_fault_at_any_operation_what_was_acknowledged_is_there() {
    for remote in [false, true] {
        for index in 0..operations(remote) {
            for fault in FAULTS {
                let bench = Bench::over(store(remote), index);
                let what = format!("{fault:?} at {index}, remote {remote}");
                bench.run(async {
                    bench.faults.inject(index, fault);
                    let told = told();
                    workload(&bench, &told).await;
                    check(&bench, &told, &what).await;
                });
            }
        }
    }
}

#[test]
fn after_a_transient_fault_nobody_is_told_that_a_write_failed() {
    let transient =
        [Fault::Drop, Fault::ApplyLose, Fault::Delay(3), Fault::SelfConflict, Fault::ConflictInFlight];
    for remote in [false, true] {
        for index in 0..operations(remote) {
            for fault in transient {
                let bench = Bench::over(store(remote), index);
                bench.run(async {
                    bench.faults.inject(index, fault);
                    let told = told();
                    workload(&bench, &told).await;
                    let all = told.lock().unwrap().iter().all(|told| *told == Some(Ok(())));
                    assert!(all, "{fault:?} at {index}, remote {remote}: {told:?}");
                });
            }
        }
    }
}

#[test]
fn after_a_crash_at_any_operation_what_was_acknowledged_is_there() {
    for remote in [false, true] {
        for index in 0..operations(remote) {
            for when in [When::Before, When::After] {
                let bench = Bench::over(store(remote), index);
                let what = format!("crash {when:?} {index}, remote {remote}");
                bench.run(async {
                    let seen = AtomicU64::new(0);
                    let gate =
                        bench.faults.hold(when, move |_, _| seen.fetch_add(1, Ordering::Relaxed) == index);
                    let told = told();
                    {
                        let work = std::pin::pin!(workload(&bench, &told));
                        futures_util::future::select(work, std::pin::pin!(gate.reached())).await;
                    }
                    bench.runtime.kill_all();
                    check(&bench, &told, &what).await;
                });
            }
        }
    }
}

#[test]
fn a_read_that_is_damaged_on_its_way_is_an_error_and_never_another_state() {
    for remote in [false, true] {
        for index in 0..operations(remote) {
            for fault in [Fault::Flip(12_345), Fault::ShortBody, Fault::Swap] {
                let bench = Bench::over(store(remote), index);
                let what = format!("{fault:?} at {index}, remote {remote}");
                bench.run(async {
                    bench.faults.inject(index, fault);
                    let told = told();
                    workload(&bench, &told).await;
                    // What is stored wrongly is lost; here it is only read wrongly.
                    if bench.faults.fired().iter().all(|fired| fired.operation == Operation::Get) {
                        check(&bench, &told, &what).await;
                    }
                });
            }
        }
    }
}
