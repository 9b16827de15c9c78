//! The layers over the simulated store, in virtual time.

use super::fault::{Fault, Faults, When};
use super::{Clock, Observe, Retry, RetryPolicy, Settled, SleepFuture, settle};
use crate::object_store::{
    Capabilities, Effect, Error, ErrorKind, GetOptions, ObjectPath, ObjectStore, ObjectStoreExt,
    ObjectVersion, Operation, PutCondition,
};
use crate::testing::SimStore;
use bytes::Bytes;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Time that passes only where somebody sleeps.
#[derive(Clone, Debug, Default)]
struct VirtualClock {
    micros: Arc<AtomicU64>,
    slept: Arc<Mutex<Vec<Duration>>>,
    random: Arc<AtomicU64>,
}

impl Clock for VirtualClock {
    fn now(&self) -> Duration {
        Duration::from_micros(self.micros.load(Ordering::Relaxed))
    }

    fn sleep(&self, duration: Duration) -> SleepFuture {
        let clock = self.clone();
        Box::pin(async move {
            let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
            clock.micros.fetch_add(micros, Ordering::Relaxed);
            clock.slept.lock().unwrap().push(duration);
        })
    }

    fn random(&self) -> u64 {
        let word = self.random.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        word ^ (word >> 29) ^ (word << 17)
    }
}

struct Bench {
    sim: SimStore,
    faults: Faults,
    clock: VirtualClock,
    retry: Retry,
}

fn bench() -> Bench {
    let sim = SimStore::new();
    let faults = Faults::new(Arc::new(sim.clone()));
    let clock = VirtualClock::default();
    let retry = Retry::new(Arc::new(faults.clone()), clock.clone(), RetryPolicy::default());
    Bench { sim, faults, clock, retry }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn path(text: &str) -> ObjectPath {
    ObjectPath::new(text).unwrap()
}

fn ours() -> Bytes {
    Bytes::from_static(b"ours, token 1")
}

fn theirs() -> Bytes {
    Bytes::from_static(b"theirs, token 2")
}

#[test]
fn a_create_whose_answer_was_lost_is_settled_by_reading_it_back() {
    for fault in [Fault::ApplyLose, Fault::FailAfterApply, Fault::Drop, Fault::Unavailable, Fault::Dup] {
        let Bench { sim, faults, retry, .. } = bench();
        faults.inject(0, fault);
        let receipt = run(retry.create(&path("wal/1"), ours())).unwrap();
        assert_eq!(sim.peek(&path("wal/1")), Some(ours()), "{fault:?}");
        assert_eq!(run(sim.head(&path("wal/1"))).unwrap().version, receipt.version);
        assert_eq!(faults.fired().len(), 1);
    }
}

#[test]
fn what_was_not_applied_is_sent_again() {
    for fault in [Fault::ConflictInFlight, Fault::Throttled(Duration::from_millis(10))] {
        let Bench { sim, faults, retry, .. } = bench();
        faults.inject(0, fault);
        faults.inject(1, fault);
        run(retry.create(&path("wal/1"), ours())).unwrap();
        assert_eq!(sim.peek(&path("wal/1")), Some(ours()));
        assert_eq!(faults.next_index(), 3, "two refused, one applied, nothing read back");
        assert_eq!(retry.retries(), 2);
    }
}

#[test]
fn a_first_attempt_that_arrives_after_its_retry_changes_nothing() {
    let Bench { sim, faults, retry, .. } = bench();
    faults.inject(0, Fault::Delay(100));
    let receipt = run(retry.create(&path("wal/1"), ours())).unwrap();
    run(faults.deliver_all());
    assert_eq!(run(sim.head(&path("wal/1"))).unwrap().version, receipt.version);
}

#[test]
fn an_attempt_that_arrives_between_reading_back_and_the_retry_is_found_by_the_next_reading() {
    let Bench { sim, faults, retry, .. } = bench();
    // 0: the put is under way; 1: read back, nothing; 2: the put again, just after the first arrived; 3: read.
    faults.inject(0, Fault::Delay(2));
    run(retry.create(&path("wal/1"), ours())).unwrap();
    assert_eq!(sim.peek(&path("wal/1")), Some(ours()));
    assert_eq!(faults.next_index(), 4);
}

#[test]
fn a_slot_that_somebody_else_took_while_in_doubt_is_lost_for_good() {
    let Bench { sim, faults, retry, .. } = bench();
    faults.inject(0, Fault::Drop);
    sim.plant(&path("wal/1"), theirs());
    let error = run(retry.create(&path("wal/1"), ours())).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::AlreadyExists, Effect::NotApplied));
    assert_eq!(sim.peek(&path("wal/1")), Some(theirs()));
}

#[test]
fn a_first_conflict_is_returned_and_settled_by_whoever_put() {
    let Bench { faults, retry, .. } = bench();
    faults.inject(0, Fault::SelfConflict);
    let error = run(retry.create(&path("wal/1"), ours())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(matches!(run(settle(&retry, &path("wal/1"), &ours())).unwrap(), Settled::Ours(_)));
    assert!(matches!(run(settle(&retry, &path("wal/1"), &theirs())).unwrap(), Settled::Other(_)));
    assert_eq!(run(settle(&retry, &path("wal/2"), &ours())).unwrap(), Settled::Missing);
}

#[test]
fn a_replace_whose_answer_was_lost_is_settled_by_reading_it_back() {
    let Bench { sim, faults, retry, .. } = bench();
    let manifest = path("manifest");
    let first = run(retry.create(&manifest, Bytes::from_static(b"m1"))).unwrap();
    faults.inject(1, Fault::ApplyLose);
    let second = run(retry.replace(&manifest, Bytes::from_static(b"m2"), first.version)).unwrap();
    faults.inject_next(Fault::Drop);
    run(retry.replace(&manifest, Bytes::from_static(b"m3"), second.version)).unwrap();
    assert_eq!(sim.peek(&manifest), Some(Bytes::from_static(b"m3")));
}

#[test]
fn a_replace_in_doubt_that_finds_another_version_says_that_it_does_not_know() {
    let Bench { sim, faults, retry, .. } = bench();
    let manifest = path("manifest");
    let first = run(retry.create(&manifest, Bytes::from_static(b"m1"))).unwrap();
    faults.inject(1, Fault::Drop);
    sim.plant(&manifest, theirs());
    let error = run(retry.replace(&manifest, ours(), first.version)).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::VersionMismatch, Effect::Unknown));
    let error = run(retry.replace(&manifest, ours(), ObjectVersion::new("none"))).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::VersionMismatch, Effect::NotApplied));
}

#[test]
fn a_refusal_after_a_lost_answer_leaves_the_doubt() {
    let Bench { faults, retry, .. } = bench();
    faults.inject(0, Fault::Drop);
    faults.inject(2, Fault::PermissionDenied);
    let error = run(retry.create(&path("wal/1"), ours())).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::PermissionDenied, Effect::Unknown));
    faults.inject_next(Fault::PermissionDenied);
    let error = run(retry.create(&path("wal/1"), ours())).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::PermissionDenied, Effect::NotApplied));
}

#[test]
fn waits_have_full_jitter_and_end_before_the_deadline() {
    let Bench { faults, retry, clock, .. } = bench();
    faults.seed(1, &[(Fault::Throttled(Duration::ZERO), 1_000_000)]);
    let error = run(retry.create(&path("wal/1"), ours())).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Throttled, Effect::NotApplied));
    let slept = clock.slept.lock().unwrap().clone();
    let mut bound = Duration::from_millis(50);
    for wait in &slept {
        assert!(*wait <= bound, "{wait:?} is over {bound:?}");
        bound = (bound * 2).min(Duration::from_secs(5));
    }
    assert!(slept.len() >= 8, "{slept:?}");
    assert!(slept.iter().sum::<Duration>() <= Duration::from_secs(30));
    assert!(slept.iter().any(|wait| *wait < Duration::from_secs(1)) && slept.windows(2).any(|w| w[1] < w[0]));
}

#[test]
fn what_the_store_asks_to_wait_is_waited() {
    let Bench { faults, retry, clock, .. } = bench();
    faults.inject(0, Fault::Throttled(Duration::from_secs(7)));
    run(retry.create(&path("wal/1"), ours())).unwrap();
    assert_eq!(*clock.slept.lock().unwrap(), [Duration::from_secs(7)]);
    faults.inject_next(Fault::Throttled(Duration::from_secs(60)));
    let error = run(retry.create(&path("wal/2"), ours())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Throttled);
    assert_eq!(clock.slept.lock().unwrap().len(), 1, "a wait past the deadline is not begun");
}

#[test]
fn reads_lists_and_deletes_are_tried_again() {
    let Bench { sim, faults, retry, .. } = bench();
    sim.plant(&path("a/b"), ours());
    faults.inject_next(Fault::Drop);
    assert_eq!(run(retry.read(&path("a/b"))).unwrap().bytes, ours());
    faults.inject_next(Fault::Unavailable);
    assert_eq!(run(retry.head(&path("a/b"))).unwrap().size, 13);
    faults.inject_next(Fault::Drop);
    assert_eq!(run(retry.list_all(&path("a"))).unwrap(), [path("a/b")]);
    faults.inject_next(Fault::ApplyLose);
    run(retry.delete(&path("a/b"))).unwrap();
    assert!(run(retry.read(&path("a/b"))).unwrap_err().is_not_found());
}

#[test]
fn an_attempt_without_an_answer_is_given_up_and_settled() {
    let Bench { sim, faults, retry, clock } = bench();
    let gate = faults.hold(When::After, |operation, _| operation == Operation::Put);
    run(retry.create(&path("wal/1"), ours())).unwrap();
    assert!(gate.is_reached());
    assert_eq!(sim.peek(&path("wal/1")), Some(ours()));
    assert_eq!(clock.slept.lock().unwrap()[0], Duration::from_secs(10));
}

#[test]
fn requests_and_bytes_are_counted_and_look_ups_of_names_apart() {
    for (sim, local) in [(SimStore::new(), true), (SimStore::remote(), false)] {
        let observe = Observe::new(Arc::new(sim));
        let a = path("ns/a");
        run(async {
            let receipt = observe.create(&a, ours()).await.unwrap();
            observe.read(&a).await.unwrap();
            observe.get(&a, GetOptions::range(0..4)).await.unwrap();
            let before = observe.counts();
            assert!(observe.get(&a, GetOptions::unless(receipt.version)).await.is_err());
            assert!(observe.read(&path("ns/b")).await.is_err());
            let spent = observe.counts() - before;
            assert_eq!(spent.name_lookups, if local { 2 } else { 0 });
            assert_eq!(spent.requests(), if local { 0 } else { 2 });
            assert!(observe.create(&a, ours()).await.is_err());
            observe.head(&a).await.unwrap();
            observe.list_all(&ObjectPath::root()).await.unwrap();
            observe.delete(&a).await.unwrap();
        });
        let counts = observe.counts();
        assert_eq!((counts.put.requests, counts.put.errors, counts.put.bytes), (2, 1, 13));
        assert_eq!((counts.get.bytes, counts.head.requests), (17, 1));
        assert_eq!((counts.list.requests, counts.delete.requests), (1, 1));
    }
}

#[test]
fn a_dropped_request_is_counted_as_one_that_failed() {
    let faults = Faults::new(Arc::new(SimStore::new()));
    let gate = faults.hold(When::Before, |_, _| true);
    let observe = Observe::new(Arc::new(faults));
    run(async {
        let a = path("a");
        let put = observe.create(&a, ours());
        let dropped = futures_util::future::select(put, Box::pin(gate.reached())).await;
        drop(dropped);
    });
    assert_eq!(observe.counts().put.errors, 1);
}

#[test]
fn each_fault_does_what_its_name_says() {
    let put = |fault| {
        let sim = SimStore::new();
        let faults = Faults::new(Arc::new(sim.clone()));
        faults.inject(0, fault);
        let answer = run(faults.create(&path("a"), ours()));
        (answer.map_err(|e| (e.kind(), e.effect())).map(|_| ()), sim.peek(&path("a")))
    };
    use Effect::{NotApplied, Unknown};
    use ErrorKind::{AlreadyExists, PermissionDenied, Throttled, TimedOut, Unavailable};
    assert_eq!(put(Fault::Drop), (Err((TimedOut, Unknown)), None));
    assert_eq!(put(Fault::ApplyLose), (Err((TimedOut, Unknown)), Some(ours())));
    assert_eq!(put(Fault::Delay(1)), (Err((TimedOut, Unknown)), None));
    assert_eq!(put(Fault::Dup), (Ok(()), Some(ours())));
    assert_eq!(put(Fault::SelfConflict), (Err((AlreadyExists, NotApplied)), Some(ours())));
    assert_eq!(put(Fault::ConflictInFlight), (Err((Unavailable, NotApplied)), None));
    assert_eq!(put(Fault::Throttled(Duration::ZERO)), (Err((Throttled, NotApplied)), None));
    assert_eq!(put(Fault::Unavailable), (Err((Unavailable, Unknown)), None));
    assert_eq!(put(Fault::FailAfterApply), (Err((Unavailable, Unknown)), Some(ours())));
    assert_eq!(put(Fault::PermissionDenied), (Err((PermissionDenied, NotApplied)), None));
    assert_eq!(put(Fault::ShortBody), (Ok(()), Some(ours().slice(..6))));
    assert_eq!(put(Fault::Vanish), (Ok(()), None));
    assert_eq!(put(Fault::Flip(0)).1.map(|b| b[0]), Some(b'o' ^ 1));

    let sim = SimStore::new();
    let faults = Faults::new(Arc::new(sim.clone()));
    run(async {
        let a = path("d/a");
        let first = faults.create(&a, Bytes::from_static(b"one")).await.unwrap();
        faults.replace(&a, Bytes::from_static(b"two"), first.version).await.unwrap();
        faults.create(&path("d/b"), Bytes::from_static(b"bee")).await.unwrap();
        let get = |fault| {
            faults.inject_next(fault);
            faults.read(&a)
        };
        assert_eq!(get(Fault::Rollback).await.unwrap().bytes, Bytes::from_static(b"one"));
        assert_eq!(get(Fault::Swap).await.unwrap().bytes, Bytes::from_static(b"bee"));
        assert_eq!(get(Fault::ShortBody).await.unwrap().bytes, Bytes::from_static(b"t"));
        assert_eq!(get(Fault::Flip(8)).await.unwrap().bytes, Bytes::from_static(b"tvo"));
        assert!(get(Fault::Vanish).await.unwrap_err().is_not_found());
        assert_eq!(get(Fault::IgnoreCondition).await.unwrap().bytes, Bytes::from_static(b"two"));
        faults.inject_next(Fault::IgnoreCondition);
        faults.create(&a, Bytes::from_static(b"overwritten")).await.unwrap();

        faults.inject_next(Fault::StaleList(1));
        assert_eq!(faults.list_all(&path("d")).await.unwrap(), std::slice::from_ref(&a));
        faults.inject_next(Fault::PartialList);
        assert_eq!(faults.list_all(&path("d")).await.unwrap(), std::slice::from_ref(&a));
        faults.delete(&path("d/b")).await.unwrap();
        faults.inject_next(Fault::StaleList(1));
        assert_eq!(faults.list_all(&path("d")).await.unwrap(), [a.clone(), path("d/b")]);
        assert_eq!(faults.list_all(&path("d")).await.unwrap(), [a]);
    });
    let ignored = faults.fired().iter().filter(|fired| fired.fault == Fault::IgnoreCondition).count();
    assert_eq!(ignored, 1, "a fault that makes no sense for an operation is not on record");
}

#[test]
fn the_same_seed_gives_the_same_faults_and_the_record_repeats_them() {
    let work = |faults: &Faults| {
        run(async {
            for n in 0..300 {
                let path = path(&format!("wal/{}", n % 40));
                let _ = faults.create(&path, Bytes::from(format!("{n}"))).await;
                let _ = faults.read(&path).await;
                let _ = faults.list_all(&ObjectPath::root()).await;
                let _ = faults.delete(&path).await;
            }
        });
    };
    let rates: Vec<(Fault, u32)> = Fault::EACH.iter().map(|fault| (*fault, 30_000)).collect();
    let seeded = |seed| {
        let sim = SimStore::new();
        let faults = Faults::new(Arc::new(sim.clone()));
        faults.seed(seed, &rates);
        work(&faults);
        (faults.fired(), sim.paths())
    };
    let (fired, paths) = seeded(7);
    assert_eq!(seeded(7), (fired.clone(), paths.clone()));
    assert_ne!(seeded(8).0, fired);
    for fault in Fault::EACH {
        assert!(fired.iter().any(|f| f.fault.name() == fault.name()), "{} never fired", fault.name());
    }

    let sim = SimStore::new();
    let again = Faults::new(Arc::new(sim.clone()));
    for one in &fired {
        again.inject(one.index, one.fault);
    }
    work(&again);
    assert_eq!(again.fired(), fired);
    assert_eq!(sim.paths(), paths);
}

#[test]
fn a_gate_holds_one_operation_on_either_side_of_the_store() {
    for (when, there) in [(When::Before, false), (When::After, true)] {
        let sim = SimStore::new();
        let faults = Faults::new(Arc::new(sim.clone()));
        let gate = faults.hold(when, |operation, path| operation == Operation::Put && path.name() == "1");
        run(async {
            let slot = path("wal/1");
            let sleeper = faults.create(&slot, ours());
            let (sleeper, ()) = match futures_util::future::select(sleeper, Box::pin(gate.reached())).await {
                futures_util::future::Either::Right((reached, sleeper)) => (sleeper, reached),
                futures_util::future::Either::Left(_) => panic!("it was not held"),
            };
            assert_eq!(sim.peek(&path("wal/1")).is_some(), there);
            faults.create(&path("wal/2"), theirs()).await.unwrap();
            gate.release();
            sleeper.await.unwrap();
        });
        assert_eq!(sim.paths().len(), 2);
    }
}

#[test]
fn the_simulated_store_pages_and_tells_its_own_time() {
    let sim = SimStore::with_capabilities(Capabilities::remote(1 << 20));
    sim.set_page_max(2);
    for n in ["a", "b/1", "b/2", "b/3", "b-4", "c"] {
        sim.plant(&path(n), n.to_owned());
    }
    run(async {
        assert_eq!(sim.list_all(&path("b")).await.unwrap(), [path("b/1"), path("b/2"), path("b/3")]);
        assert_eq!(sim.list_all(&ObjectPath::root()).await.unwrap().len(), 6);
        let before = sim.head(&path("a")).await.unwrap();
        sim.advance(Duration::from_secs(60));
        let after = sim.head(&path("a")).await.unwrap();
        assert_eq!(before.last_modified, after.last_modified);
        assert_eq!(after.server_time.unwrap().distance(before.server_time.unwrap()), Duration::from_secs(60));
        let copy = sim.fork();
        copy.delete(&path("a")).await.unwrap();
        assert!(sim.head(&path("a")).await.is_ok());
        let error: Error =
            sim.put(&ObjectPath::root(), ours(), PutCondition::Always.into()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    });
}
