//! A process that is never idle, and those who want a slot beside it.

use super::*;
use crate::object_store::{
    Capabilities, GetOptions, ListPage, Object, ObjectMeta, ObjectStore, PutOptions, PutReceipt,
};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::join_all;

/// A store at a distance: half the time of an operation is the way there, half is the way back, and a put is under way
/// for longer.
#[derive(Clone, Debug)]
struct Distant {
    inner: SimStore,
    runtime: SimRuntime,
    get: Duration,
    put: Duration,
    /// When it is through with what was asked, if it does one thing after another.
    busy_until: Option<Arc<Mutex<Duration>>>,
}

impl Distant {
    /// The answer to an operation that takes about so long: up to a quarter more, at random.
    async fn after<T>(&self, duration: Duration, operation: impl Future<Output = T> + Send) -> T {
        if let Some(busy_until) = &self.busy_until {
            let now = self.runtime.monotonic();
            let done = {
                let mut busy_until = busy_until.lock().unwrap();
                *busy_until = busy_until.max(now) + duration;
                *busy_until
            };
            self.runtime.sleep(done - now).await;
            return operation.await;
        }
        let share = (random_u128(&self.runtime) % 128) as u32;
        let half = (duration + duration * share / 512) / 2;
        self.runtime.sleep(half).await;
        let answer = operation.await;
        self.runtime.sleep(half).await;
        answer
    }
}

#[async_trait]
impl ObjectStore for Distant {
    async fn put(
        &self,
        path: &ObjectPath,
        payload: Bytes,
        options: PutOptions,
    ) -> crate::object_store::Result<PutReceipt> {
        self.after(self.put, self.inner.put(path, payload, options)).await
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> crate::object_store::Result<Object> {
        self.after(self.get, self.inner.get(path, options)).await
    }

    async fn head(&self, path: &ObjectPath) -> crate::object_store::Result<ObjectMeta> {
        self.after(self.get, self.inner.head(path)).await
    }

    async fn delete(&self, path: &ObjectPath) -> crate::object_store::Result<()> {
        self.after(self.get, self.inner.delete(path)).await
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> crate::object_store::Result<ListPage> {
        self.after(self.get, self.inner.list(prefix, start_after, limit)).await
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
}

/// How many slots passed until each of `others` had its commit, beside one that is never idle; the writes of each
/// come one after another.
fn slots_until_committed(sim: SimStore, get: Duration, put: Duration, others: usize, seed: u64) -> Vec<u64> {
    let runtime = SimRuntime::new(seed);
    let store = Distant { inner: sim, runtime: runtime.clone(), get, put, busy_until: None };
    slots_on(&store, put, others)
}

fn slots_on(store: &Distant, put: Duration, others: usize) -> Vec<u64> {
    let runtime = store.runtime.clone();
    let open = || async {
        let shared: SharedRuntime = Arc::new(runtime.clone());
        Engine::open(Arc::new(store.clone()), root(), Settings::default(), shared).await.unwrap()
    };
    runtime.block_on(async {
        let hot = open().await;
        hot.write(add("a", 1)).await.unwrap();
        let busy = hot.clone();
        let forever = async move { while busy.write(add("a", 1)).await.is_ok() {} };
        runtime.spawn("never idle", Box::pin(forever));
        runtime.sleep(put * 10).await;
        let mut waits = Vec::new();
        let engines = join_all((0..others).map(|_| open())).await;
        for _ in 0..4 {
            let writes = engines.iter().map(|engine| async {
                let before = hot.latest().seq().0;
                let done = engine.write(add("b", 1)).await.unwrap();
                done.seq.unwrap().0 - before
            });
            waits.extend(join_all(writes).await);
            runtime.sleep(put * 40).await;
        }
        runtime.kill_all();
        waits
    })
}

/// Slots of one turn of a process that is never idle, on a store with a put of this duration.
fn turn(put: Duration) -> u64 {
    128.max((Duration::from_millis(250).as_micros() / put.as_micros()) as u64 + 1)
}

#[test]
fn whoever_wants_a_slot_beside_one_who_is_never_idle_has_it_in_the_second_rest_at_the_latest() {
    let ms = Duration::from_millis;
    for (sim, get, put) in [
        (SimStore::new as fn() -> SimStore, Duration::from_micros(60), Duration::from_micros(900)),
        (SimStore::new, ms(1), ms(5)),
        (SimStore::remote, ms(15), ms(30)),
        (SimStore::remote, ms(40), ms(40)),
    ] {
        for seed in 0..10 {
            let waits = slots_until_committed(sim(), get, put, 1, seed);
            let most = 2 * turn(put) + 20;
            assert!(
                waits.iter().all(|slots| *slots <= most),
                "{put:?}, seed {seed}: {waits:?}, at most {most}"
            );
        }
    }
}

#[test]
fn a_server_that_does_one_thing_after_another_lets_nobody_wait_longer() {
    let (get, put) = (Duration::from_millis(3), Duration::from_millis(5));
    for seed in 0..10 {
        let runtime = SimRuntime::new(seed);
        let store =
            Distant { inner: SimStore::remote(), runtime, get, put, busy_until: Some(Arc::default()) };
        let waits = slots_on(&store, put, 1);
        let most = 2 * turn(put) + 20;
        assert!(waits.iter().all(|slots| *slots <= most), "seed {seed}: {waits:?}, at most {most}");
    }
}

#[test]
fn several_who_want_a_slot_have_it_in_as_many_rests() {
    let ms = Duration::from_millis;
    for (sim, get, put) in [
        (SimStore::new as fn() -> SimStore, Duration::from_micros(60), ms(1)),
        (SimStore::remote, ms(15), ms(30)),
    ] {
        for seed in 0..5 {
            let waits = slots_until_committed(sim(), get, put, 3, seed);
            let most = 4 * turn(put) + 20;
            assert!(
                waits.iter().all(|slots| *slots <= most),
                "{put:?}, seed {seed}: {waits:?}, at most {most}"
            );
        }
    }
}
