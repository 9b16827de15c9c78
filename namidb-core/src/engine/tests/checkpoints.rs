//! Opening, checkpoints, pins, and what collection leaves.

use super::*;
use crate::object_store::{
    Capabilities, GetOptions, ListPage, ObjectMeta, ObjectStore, PutOptions, PutReceipt,
};
use async_trait::async_trait;
use bytes::Bytes;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A store that answers everything after a second: requests that do not wait for each other take a second together, so
/// the seconds are rounds.
#[derive(Debug)]
struct OneSecond {
    store: Arc<dyn ObjectStore>,
    runtime: SimRuntime,
}

#[async_trait]
impl ObjectStore for OneSecond {
    async fn put(
        &self,
        path: &ObjectPath,
        payload: Bytes,
        options: PutOptions,
    ) -> crate::object_store::Result<PutReceipt> {
        self.runtime.sleep(Duration::from_secs(1)).await;
        self.store.put(path, payload, options).await
    }

    async fn get(
        &self,
        path: &ObjectPath,
        options: GetOptions,
    ) -> crate::object_store::Result<crate::object_store::Object> {
        self.runtime.sleep(Duration::from_secs(1)).await;
        self.store.get(path, options).await
    }

    async fn head(&self, path: &ObjectPath) -> crate::object_store::Result<ObjectMeta> {
        self.runtime.sleep(Duration::from_secs(1)).await;
        self.store.head(path).await
    }

    async fn delete(&self, path: &ObjectPath) -> crate::object_store::Result<()> {
        self.runtime.sleep(Duration::from_secs(1)).await;
        self.store.delete(path).await
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> crate::object_store::Result<ListPage> {
        self.runtime.sleep(Duration::from_secs(1)).await;
        self.store.list(prefix, start_after, limit).await
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }
}

impl Bench {
    /// How many rounds of requests an open takes, and what it opened.
    async fn rounds_to_open(&self) -> (u64, Engine) {
        let store = OneSecond { store: Arc::new(self.sim.clone()), runtime: self.runtime.clone() };
        let runtime: SharedRuntime = Arc::new(self.runtime.clone());
        let before = self.runtime.monotonic();
        let engine = Engine::open(Arc::new(store), root(), Settings::default(), runtime).await.unwrap();
        ((self.runtime.monotonic() - before).as_secs(), engine)
    }

    /// Lets what goes on in the background end.
    async fn settle(&self) {
        self.runtime.sleep(Duration::from_secs(10)).await;
    }

    fn ssts(&self) -> Vec<ObjectPath> {
        self.sim.paths().into_iter().filter(|path| path.is_under(layout().ssts())).collect()
    }

    fn manifest(&self) -> manifest::Manifest {
        manifest::codec::decode(&self.sim.peek(layout().manifest()).unwrap()).unwrap()
    }
}

#[test]
fn opening_takes_two_rounds_whatever_the_history_and_three_with_a_longer_tail() {
    let bench = Bench::remote();
    bench.run(async {
        let engine = bench.open().await;
        let mut written = 0;
        for (commits, rounds) in [(10, 2), (16, 2), (17, 3), (255, 3)] {
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

#[test]
fn ten_thousand_commits_leave_a_bounded_number_of_objects_and_bytes() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        for n in 0..10_000 {
            engine.write(add("a", 1)).await.unwrap();
            if n % 256 == 0 {
                bench.settle().await;
            }
        }
        bench.settle().await;
        let measure = || {
            let paths = bench.sim.paths();
            let bytes: usize =
                paths.iter().filter_map(|path| bench.sim.peek(path)).map(|bytes| bytes.len()).sum();
            (paths.len(), bytes)
        };
        let (objects, bytes) = measure();
        println!("after 10,000 one-row commits: {objects} objects, {bytes} bytes");
        assert!(objects <= 256 + 16 && bytes <= 512 << 10, "{objects} objects, {bytes} bytes");
        engine.close().await.unwrap();
        let (objects, bytes) = measure();
        println!("after closing: {objects} objects, {bytes} bytes");
        assert!(objects <= 32 && bytes <= 64 << 10, "{objects} objects, {bytes} bytes");
        assert_eq!(bench.recovered("a").await, 10_000);
    });
}

#[test]
fn what_an_upload_left_behind_goes_after_a_while_or_with_a_compaction() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        engine.flush().await.unwrap();
        let orphan = |n| {
            let name = Layout::sst_name(bench.manifest().version, Uuid::from_u128(n));
            let path = layout().sst(&name).unwrap();
            bench.sim.plant(&path, b"left behind".to_vec());
            path
        };
        let first = orphan(1);
        engine.compact().await.unwrap();
        assert!(!bench.ssts().contains(&first), "a compaction deletes it at once");
        let second = orphan(2);
        for _ in 0..20 {
            engine.write(add("a", 1)).await.unwrap();
            engine.flush().await.unwrap();
        }
        assert!(!bench.ssts().contains(&second));
        assert_eq!(bench.recovered("a").await, 21);
    });
}

#[test]
fn a_pin_keeps_what_it_names_until_it_expires_or_is_taken_away() {
    for taken_away in [false, true] {
        let bench = Bench::local();
        bench.run(async {
            let engine = bench.open().await;
            engine.write(add("a", 1)).await.unwrap();
            engine.flush().await.unwrap();
            let pinned = bench.ssts();
            let pin = engine.pin(Duration::from_secs(60)).await.unwrap();
            let again = async || {
                engine.write(add("a", 1)).await.unwrap();
                engine.compact().await.unwrap();
            };
            again().await;
            assert!(
                pinned.iter().all(|path| bench.ssts().contains(path)),
                "it is not in the manifest any more"
            );
            assert!(!bench.manifest().names(pinned[0].name()));
            let pins = engine.pins().await.unwrap();
            assert_eq!((pins.len(), pins[0].id, pins[0].checkpoint), (1, pin.id, Some(Seq(1))));
            assert_eq!(pins[0].remaining, Some(Duration::from_secs(60)));
            assert_eq!(engine.renew(&pin).await.unwrap_err().code(), ErrorCode::SnapshotExpired);
            if taken_away {
                engine.unpin(pin.id).await.unwrap();
            } else {
                bench.sim.advance(Duration::from_secs(61));
                assert_eq!(engine.pins().await.unwrap()[0].remaining, Some(Duration::ZERO));
            }
            again().await;
            assert!(pinned.iter().all(|path| !bench.ssts().contains(path)));
            assert_eq!(engine.pins().await.unwrap(), []);
        });
    }
}

#[test]
fn a_pin_that_cannot_be_read_keeps_everything_until_no_pin_could_be_so_old() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        engine.flush().await.unwrap();
        bench.sim.plant(&layout().pin(Uuid::from_u128(7)), b"garbled".to_vec());
        assert_eq!(engine.pins().await.unwrap()[0].checkpoint, None);
        for _ in 0..3 {
            engine.write(add("a", 1)).await.unwrap();
            engine.compact().await.unwrap();
        }
        assert_eq!(bench.ssts().len(), 4 + 3 - 3, "{:?}", bench.ssts());
        bench.sim.advance(PIN_MAX);
        engine.write(add("a", 1)).await.unwrap();
        engine.compact().await.unwrap();
        assert_eq!(bench.ssts().len(), 1);
    });
}

#[test]
fn a_checkpoint_that_was_replaced_can_be_opened_for_as_long_as_it_is_retained() {
    let bench = Bench::local();
    bench.run(async {
        let settings = Settings { retain: DAY, ..Settings::default() };
        let engine = bench.open_with(settings).await.unwrap();
        for _ in 0..3 {
            engine.write(add("a", 1)).await.unwrap();
            engine.compact().await.unwrap();
            bench.runtime.sleep(DAY / 2).await;
        }
        let retained: Vec<u64> =
            engine.retained().await.unwrap().iter().map(|old| old.checkpoint.0).collect();
        assert_eq!(retained, [2], "the first is a day old");
        let old = engine.snapshot_at(Seq(2)).await.unwrap();
        assert_eq!((old.seq(), counter(old.state(), "a")), (Seq(2), 2));
        assert_eq!(counter(engine.snapshot_at(Seq(3)).await.unwrap().state(), "a"), 3, "the newest too");
        assert_eq!(engine.snapshot_at(Seq(1)).await.unwrap_err().code(), ErrorCode::SnapshotExpired);
    });
}
