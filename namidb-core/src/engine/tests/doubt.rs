//! Puts whose answer is lost, refused, late, or never comes.

use super::*;
use crate::engine::stage::Tried;
use crate::object_store::{
    self, Capabilities, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectStoreExt, Operation,
    PutCondition, PutOptions, PutReceipt,
};
use async_trait::async_trait;
use bytes::Bytes;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn a_lost_answer_to_a_put_that_was_applied_is_acknowledged_once() {
    let faults = [Fault::ApplyLose, Fault::FailAfterApply, Fault::SelfConflict, Fault::Dup];
    for (n, fault) in faults.into_iter().enumerate() {
        let bench = if n % 2 == 0 { Bench::local() } else { Bench::remote() };
        bench.run(async {
            let engine = bench.open().await;
            engine.write(add("a", 1)).await.unwrap();
            bench.faults.inject_next(fault);
            assert_eq!(engine.write(add("a", 1)).await.unwrap().seq, Some(Seq(2)), "{fault:?}");
            assert_eq!(engine.write(add("a", 1)).await.unwrap().seq, Some(Seq(3)), "{fault:?}");
            assert_eq!(bench.recovered("a").await, 3, "{fault:?}");
            assert_eq!(bench.faults.fired().len(), 1);
        });
    }
}

#[test]
fn a_put_that_never_arrived_is_sent_again() {
    let faults = [
        Fault::Drop,
        Fault::Unavailable,
        Fault::ConflictInFlight,
        Fault::Throttled(Duration::from_secs(1)),
        Fault::Delay(2),
        Fault::Delay(50),
    ];
    for fault in faults {
        let bench = Bench::remote();
        bench.run(async {
            let engine = bench.open().await;
            engine.write(add("a", 1)).await.unwrap();
            bench.faults.inject_next(fault);
            assert_eq!(engine.write(add("a", 1)).await.unwrap().seq, Some(Seq(2)), "{fault:?}");
            bench.faults.deliver_all().await;
            assert_eq!(bench.recovered("a").await, 2, "{fault:?}");
            assert_eq!(engine.commit_metrics().lost_slots, 0);
        });
    }
}

#[test]
fn while_a_put_is_in_doubt_reads_go_on_and_writes_wait_and_the_engine_recovers_by_itself() {
    for applied in [true, false] {
        let bench = Bench::remote();
        bench.run(async {
            let engine = bench.open().await;
            engine.write(add("a", 1)).await.unwrap();
            if applied {
                bench.faults.inject_next(Fault::ApplyLose);
            }
            bench.break_store();
            let error = engine.write(add("a", 1)).await.err().unwrap();
            assert_eq!(error.code(), ErrorCode::CommitOutcomeUnknown, "{error:?}");
            assert_eq!((error.outcome(), error.is_retryable()), (crate::error::Outcome::Unknown, false));
            assert_eq!(error.detail("seq"), Some("2"));
            assert_eq!(counter(engine.latest().state(), "a"), 1, "reads go on");

            let late = engine.write(add("a", 10)).await.err().unwrap();
            assert_eq!(late.code(), ErrorCode::StoreUnavailable, "{late:?}");
            assert_eq!((late.outcome(), late.is_retryable()), (crate::error::Outcome::NotApplied, true));

            let waiting = engine.clone();
            let waiting = bench.spawn(async move { waiting.write(add("a", 100)).await.unwrap().work.found });
            bench.runtime.sleep(Duration::from_secs(3)).await;
            bench.faults.clear();
            let found = waiting.await.unwrap();
            assert!(found == 1 || found == 2, "the outcome is decided before anything else happens");
            assert_eq!(bench.recovered("a").await, found + 100, "and what was withdrawn is not there");
            assert_eq!(engine.commit_metrics().unknown, 1);
        });
    }
}

#[test]
fn a_put_that_is_refused_fails_its_group_and_nothing_else() {
    let bench = Bench::remote();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        bench.faults.inject_next(Fault::PermissionDenied);
        let error = engine.write(add("a", 1)).await.err().unwrap();
        assert_eq!(
            (error.code(), error.outcome()),
            (ErrorCode::StoreAuth, crate::error::Outcome::NotApplied)
        );
        assert_eq!(engine.write(add("a", 1)).await.unwrap().work.found, 1);
        assert_eq!(bench.recovered("a").await, 2);
    });
}

#[test]
fn a_refusal_does_not_end_a_doubt() {
    let bench = Bench::remote();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        let next = bench.faults.next_index();
        // The put and what reads it back; then the credentials are gone for a while.
        bench.faults.inject(next, Fault::Delay(40));
        for index in next + 1..next + 12 {
            bench.faults.inject(index, Fault::PermissionDenied);
        }
        assert_eq!(engine.write(add("a", 1)).await.unwrap().seq, Some(Seq(2)));
        bench.faults.deliver_all().await;
        assert_eq!(bench.recovered("a").await, 2);
    });
}

#[test]
fn a_commit_whose_caller_has_gone_is_finished() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        let gate = bench.hold_put(When::After, 2);
        {
            let write = std::pin::pin!(engine.write(add("a", 1)));
            futures_util::future::select(write, std::pin::pin!(gate.reached())).await;
        }
        gate.release();
        assert_eq!(engine.write(add("a", 1)).await.unwrap().work.found, 2);
        assert_eq!(bench.recovered("a").await, 3);
    });
}

#[test]
fn a_process_that_dies_leaves_the_whole_group_or_nothing() {
    for when in [When::Before, When::After] {
        let bench = Bench::local();
        bench.run(async {
            let engine = bench.open().await;
            engine.write(add("a", 1)).await.unwrap();
            let gate = bench.hold_put(when, 2);
            let dead = engine.clone();
            let answer = bench.spawn(async move { dead.write(add("a", 1)).await });
            gate.reached().await;
            bench.runtime.kill_all();
            drop((gate, engine, answer));
            let expected = if when == When::Before { 1 } else { 2 };
            assert_eq!(bench.recovered("a").await, expected);
        });
    }
}

#[test]
fn work_that_panics_fails_alone() {
    struct Panics;
    impl Restage for Panics {
        fn restage(&mut self, _: &GraphState, _: &StageContext) -> Result<Changes> {
            panic!("a defect of the work");
        }
    }
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        assert_eq!(engine.write(Panics).await.err().unwrap().code(), ErrorCode::Internal);
        engine.write(add("a", 1)).await.unwrap();
        assert_eq!(bench.recovered("a").await, 1);
    });
}

#[test]
fn a_store_that_ignores_a_condition_is_not_written_to() {
    let bench = Bench::remote();
    bench.run(async {
        let rates = [(Fault::IgnoreCondition, 1_000_000)];
        bench.faults.seed(1, &rates);
        let error = bench.open_with(Settings::default()).await.err().unwrap();
        assert_eq!(error.code(), ErrorCode::ConditionalPutUnsupported);
        bench.faults.clear();
        assert_eq!(bench.recovered("a").await, 0, "what the test left does not make a namespace");
    });
}

/// A store that looks whether something is there, and then writes; after so many puts for which it does both at once.
#[derive(Debug)]
struct LooksThenWrites {
    store: SimStore,
    runtime: SharedRuntime,
    at_once: AtomicUsize,
}

#[async_trait]
impl ObjectStore for LooksThenWrites {
    async fn put(
        &self,
        path: &ObjectPath,
        payload: Bytes,
        options: PutOptions,
    ) -> object_store::Result<PutReceipt> {
        let is_at_once = self
            .at_once
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            .is_ok();
        if is_at_once || options.condition != PutCondition::IfAbsent {
            return self.store.put(path, payload, options).await;
        }
        if self.store.head(path).await.is_ok() {
            let error = object_store::Error::new(ErrorKind::AlreadyExists, "looks", Operation::Put);
            return Err(error.with_path(path));
        }
        self.runtime.sleep(Duration::from_millis(1)).await;
        self.store.overwrite(path, payload).await
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> object_store::Result<Object> {
        self.store.get(path, options).await
    }

    async fn head(&self, path: &ObjectPath) -> object_store::Result<ObjectMeta> {
        self.store.head(path).await
    }

    async fn delete(&self, path: &ObjectPath) -> object_store::Result<()> {
        self.store.delete(path).await
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> object_store::Result<ListPage> {
        self.store.list(prefix, start_after, limit).await
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }
}

#[test]
fn a_store_whose_condition_holds_only_for_those_who_come_later_is_not_written_to() {
    // Racers who still have to connect come one after the other: the first race may be kept.
    for at_once in [0, 10] {
        let bench = Bench::remote();
        bench.run(async {
            let runtime: SharedRuntime = Arc::new(bench.runtime.clone());
            let (store, at_once) = (bench.sim.clone(), AtomicUsize::new(at_once));
            let store = LooksThenWrites { store, runtime: Arc::clone(&runtime), at_once };
            let opened = Engine::open(Arc::new(store), root(), Settings::default(), runtime).await;
            assert_eq!(opened.err().unwrap().code(), ErrorCode::ConditionalPutUnsupported);
            assert_eq!(bench.recovered("a").await, 0);
        });
    }
}

#[test]
fn what_was_told_to_be_unknown_is_not_executed_again_when_its_slot_is_lost() {
    let bench = Bench::remote();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        bench.break_store();
        let error = engine.write(add("a", 10)).await.err().unwrap();
        assert_eq!(error.code(), ErrorCode::CommitOutcomeUnknown);
        // Another process, whose way to the store is open, takes the slot.
        let runtime: SharedRuntime = Arc::new(bench.runtime.clone());
        let store = Arc::new(bench.sim.clone());
        let other = Engine::open(store, root(), Settings::default(), runtime).await.unwrap();
        assert_eq!(other.write(add("a", 100)).await.unwrap().seq, Some(Seq(2)));
        bench.faults.clear();
        assert_eq!(engine.write(add("a", 1_000)).await.unwrap().work.found, 101);
        assert_eq!(bench.recovered("a").await, 1_101);
    });
}

#[test]
fn a_write_that_was_executed_while_the_state_moved_is_executed_again() {
    /// Lets another write in between, the first time.
    struct Interrupted {
        engine: Engine,
        interrupt: bool,
        add: Add,
    }
    impl Restage for Interrupted {
        fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
            if std::mem::take(&mut self.interrupt) {
                let Tried::Staged(_, staged) = self.engine.inner.try_stage(add("a", 10), false)? else {
                    panic!("nothing is missing")
                };
                let inner = Arc::clone(&self.engine.inner);
                let answer = async move { drop(inner.answer(staged).await) };
                context.runtime.spawn("test", Box::pin(answer));
            }
            self.add.restage(state, context)
        }
    }
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        let work = Interrupted { engine: engine.clone(), interrupt: true, add: add("a", 100) };
        assert_eq!(engine.write(work).await.unwrap().work.add.found, 11);
        assert_eq!(bench.recovered("a").await, 111);
    });
}
