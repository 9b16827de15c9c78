//! One thread, virtual time, seeded chance: a run is repeated from its seed.
//!
//! Time passes only when nothing can go on: then it jumps to the next sleeper. Which of the tasks that can go on is
//! polled next is drawn from the seed, so other seeds give other interleavings.

use crate::runtime::{BoxFuture, Runtime};
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// Time at which every simulation begins, in microseconds since 1970-01-01 UTC.
const EPOCH_MICROS: i64 = 1_700_000_000_000_000;

/// The task that [`SimRuntime::block_on`] polls itself.
const MAIN: u64 = 0;

/// A runtime for tests. Clones are the same runtime.
#[derive(Clone)]
pub struct SimRuntime {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
}

struct State {
    now: Duration,
    random: u64,
    next_id: u64,
    /// Spawned and not being polled.
    tasks: BTreeMap<u64, BoxFuture<'static, ()>>,
    /// Can go on.
    ready: Vec<u64>,
    sleepers: BTreeMap<(Duration, u64), Waker>,
}

struct TaskWaker {
    task: u64,
    shared: Arc<Shared>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        let mut state = self.shared.state();
        if !state.ready.contains(&self.task) {
            state.ready.push(self.task);
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The next word of SplitMix64 (Steele, Lea and Flood, 2014).
    fn word(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl SimRuntime {
    /// A runtime whose every choice follows from `seed`.
    pub fn new(seed: u64) -> SimRuntime {
        let state = State {
            now: Duration::ZERO,
            random: seed,
            next_id: MAIN + 1,
            tasks: BTreeMap::new(),
            ready: Vec::new(),
            sleepers: BTreeMap::new(),
        };
        SimRuntime { shared: Arc::new(Shared { state: Mutex::new(state) }) }
    }

    /// Runs a future to its end, and the tasks that were spawned beside it.
    ///
    /// # Panics
    /// If the future waits for something that can never happen.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        self.shared.state().ready.push(MAIN);
        loop {
            let Some(task) = self.next_ready() else {
                panic!("everything waits, and nobody sleeps: this would never end");
            };
            let waker = Waker::from(Arc::new(TaskWaker { task, shared: Arc::clone(&self.shared) }));
            let mut context = Context::from_waker(&waker);
            if task == MAIN {
                if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                    return output;
                }
            } else {
                self.poll_task(task, &mut context);
            }
        }
    }

    /// Runs spawned tasks until none can go on without time passing.
    pub fn run_ready(&self) {
        loop {
            let task = {
                let mut state = self.shared.state();
                let spawned: Vec<u64> = state.ready.iter().copied().filter(|task| *task != MAIN).collect();
                if spawned.is_empty() {
                    return;
                }
                let pick = spawned[(state.word() % spawned.len() as u64) as usize];
                state.ready.retain(|task| *task != pick);
                pick
            };
            let waker = Waker::from(Arc::new(TaskWaker { task, shared: Arc::clone(&self.shared) }));
            self.poll_task(task, &mut Context::from_waker(&waker));
        }
    }

    /// Forgets every spawned task and every sleeper, as when the process dies.
    pub fn kill_all(&self) {
        let (tasks, sleepers) = {
            let mut state = self.shared.state();
            state.ready.retain(|task| *task == MAIN);
            (std::mem::take(&mut state.tasks), std::mem::take(&mut state.sleepers))
        };
        // Outside the lock: what they hold may wake somebody.
        drop((tasks, sleepers));
    }

    /// Lets time pass without anybody noticing, as for a process that is paused.
    pub fn skip(&self, duration: Duration) {
        let mut state = self.shared.state();
        state.now = state.now.saturating_add(duration);
    }

    fn poll_task(&self, task: u64, context: &mut Context<'_>) {
        let Some(mut future) = self.shared.state().tasks.remove(&task) else { return };
        if future.as_mut().poll(context).is_pending() {
            self.shared.state().tasks.insert(task, future);
        }
    }

    /// One of the tasks that can go on; if there is none, time passes until there is.
    fn next_ready(&self) -> Option<u64> {
        loop {
            let due = {
                let mut state = self.shared.state();
                if !state.ready.is_empty() {
                    let at = (state.word() % state.ready.len() as u64) as usize;
                    return Some(state.ready.swap_remove(at));
                }
                let ((when, _), waker) = state.sleepers.pop_first()?;
                state.now = state.now.max(when);
                waker
            };
            due.wake();
        }
    }
}

impl fmt::Debug for SimRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.state();
        write!(f, "SimRuntime(now: {:?}, tasks: {})", state.now, state.tasks.len())
    }
}

/// A sleep in progress.
struct Sleep {
    shared: Arc<Shared>,
    until: Duration,
    id: u64,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.shared.state();
        if state.now >= self.until {
            return Poll::Ready(());
        }
        state.sleepers.insert((self.until, self.id), context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let waker = self.shared.state().sleepers.remove(&(self.until, self.id));
        drop(waker);
    }
}

impl Runtime for SimRuntime {
    fn spawn(&self, _name: &'static str, future: BoxFuture<'static, ()>) {
        let mut state = self.shared.state();
        let task = state.next_id;
        state.next_id += 1;
        state.tasks.insert(task, future);
        state.ready.push(task);
    }

    fn spawn_blocking(&self, name: &'static str, work: Box<dyn FnOnce() + Send + 'static>) {
        self.spawn(name, Box::pin(async move { work() }));
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut state = self.shared.state();
        let id = state.next_id;
        state.next_id += 1;
        let until = state.now.saturating_add(duration);
        drop(state);
        Box::pin(Sleep { shared: Arc::clone(&self.shared), until, id })
    }

    fn monotonic(&self) -> Duration {
        self.shared.state().now
    }

    fn unix_micros(&self) -> i64 {
        EPOCH_MICROS + i64::try_from(self.shared.state().now.as_micros()).unwrap_or(i64::MAX / 2)
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        let mut state = self.shared.state();
        for part in bytes.chunks_mut(8) {
            let word = state.word().to_le_bytes();
            part.copy_from_slice(&word[..part.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(seed: u64) -> Vec<usize> {
        let runtime = SimRuntime::new(seed);
        let seen = Arc::new(Mutex::new(Vec::new()));
        for n in 0..4 {
            let (seen, clock) = (Arc::clone(&seen), runtime.clone());
            runtime.spawn(
                "test",
                Box::pin(async move {
                    for round in 0..3 {
                        clock.sleep(Duration::from_secs(round)).await;
                        seen.lock().unwrap().push(n);
                    }
                }),
            );
        }
        runtime.block_on(runtime.sleep(Duration::from_secs(9)));
        let seen = seen.lock().unwrap();
        seen.clone()
    }

    #[test]
    fn a_seed_gives_one_run_and_other_seeds_others() {
        assert_eq!(order(7), order(7));
        assert!((0..20).any(|seed| order(seed) != order(7)));
    }

    #[test]
    fn time_passes_only_where_somebody_sleeps() {
        let runtime = SimRuntime::new(1);
        runtime.block_on(async {});
        assert_eq!(runtime.monotonic(), Duration::ZERO);
        runtime.block_on(runtime.sleep(Duration::from_secs(3_600)));
        assert_eq!(runtime.monotonic(), Duration::from_secs(3_600));
    }
}
