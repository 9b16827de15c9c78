//! A process that dies: its tasks end wherever they are, its requests under way are dropped, its handles are gone.

#![allow(clippy::disallowed_methods, reason = "what dies is a set of tasks; no simulation runs it")]

use super::bench::{counters, increment, open, root, verify};
use crate::case::{Context, Failure, Outcome, ensure};
use namidb_core::engine::{Engine, Settings};
use namidb_core::object_store::ObjectStore;
use namidb_core::runtime::{BoxFuture, Runtime, SharedRuntime, TokioRuntime, system};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// A runtime whose tasks can all be ended at once.
#[derive(Debug)]
struct Mortal {
    tokio: TokioRuntime,
    /// None after the death.
    tasks: Mutex<Option<Vec<JoinHandle<()>>>>,
}

impl Mortal {
    fn new() -> Result<Arc<Mortal>, Failure> {
        let tokio = TokioRuntime::current().ok_or_else(|| Failure("the suite runs on tokio".into()))?;
        Ok(Arc::new(Mortal { tokio, tasks: Mutex::new(Some(Vec::new())) }))
    }

    /// Ends all tasks. One that runs at the moment ends when it waits next, so that is waited for: the dead do nothing
    /// more.
    async fn kill(&self) {
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        for task in &tasks {
            task.abort();
        }
        for task in tasks {
            drop(task.await);
        }
    }
}

impl Runtime for Mortal {
    fn spawn(&self, _name: &'static str, future: BoxFuture<'static, ()>) {
        if let Some(tasks) = self.tasks.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            tasks.push(tokio::spawn(future));
        }
    }

    fn spawn_blocking(&self, name: &'static str, work: Box<dyn FnOnce() + Send + 'static>) {
        self.tokio.spawn_blocking(name, work);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.tokio.sleep(duration)
    }

    fn monotonic(&self) -> Duration {
        self.tokio.monotonic()
    }

    fn unix_micros(&self) -> i64 {
        self.tokio.unix_micros()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.tokio.fill_random(bytes);
    }
}

/// Writers of one process, each with a counter of its own.
const WRITERS: usize = 4;

/// What the writers of all processes tried, and were told.
#[derive(Debug, Default)]
struct Tally {
    tried: [AtomicI64; WRITERS],
    acknowledged: [AtomicI64; WRITERS],
    /// Acknowledged by the process that lives.
    now: AtomicUsize,
}

/// Writes until it is ended.
async fn write(engine: Engine, number: usize, tally: Arc<Tally>) {
    let counter = name(number);
    let mut writes = 0u32;
    loop {
        if let Some(tried) = tally.tried.get(number) {
            tried.fetch_add(1, Ordering::SeqCst);
        }
        if engine.write(increment(&counter)).await.is_err() {
            return;
        }
        if let Some(acknowledged) = tally.acknowledged.get(number) {
            acknowledged.fetch_add(1, Ordering::SeqCst);
        }
        tally.now.fetch_add(1, Ordering::SeqCst);
        writes += 1;
        if number == 0 && writes.is_multiple_of(7) {
            // What fails here has cost nothing but the next open's time.
            drop(engine.flush().await);
        }
        tokio::task::yield_now().await;
    }
}

fn name(number: usize) -> String {
    format!("writer{number}")
}

/// Lets a process live until so many writes were acknowledged, and a moment longer.
async fn live_and_die(
    context: &Context,
    store: Arc<dyn ObjectStore>,
    tally: &Arc<Tally>,
    life: usize,
) -> Outcome {
    const PATIENCE: Duration = Duration::from_secs(120);
    let mortal = Mortal::new()?;
    let runtime: SharedRuntime = Arc::<Mortal>::clone(&mortal);
    let engine = Engine::open(store, root(context)?, Settings::default(), runtime).await?;
    tally.now.store(0, Ordering::SeqCst);
    for number in 0..WRITERS {
        mortal.spawn("writer", Box::pin(write(engine.clone(), number, Arc::clone(tally))));
    }
    let begun = mortal.monotonic();
    while tally.now.load(Ordering::SeqCst) < life {
        let waited = mortal.monotonic().saturating_sub(begun);
        ensure!(waited < PATIENCE, "in {waited:?} fewer than {life} writes were acknowledged");
        mortal.sleep(Duration::from_millis(1)).await;
    }
    let micros = u64::try_from(system::random_u128() % 3_000).unwrap_or(0);
    mortal.sleep(Duration::from_micros(micros)).await;
    mortal.kill().await;
    Ok(())
}

pub(crate) async fn what_was_acknowledged_survives_a_crash(context: Context) -> Outcome {
    let tally = Arc::new(Tally::default());
    let names: Vec<String> = (0..WRITERS).map(name).collect();
    for death in 0..context.level.pick(5, 60) {
        live_and_die(&context, context.bare(death), &tally, 3 + death % 7).await?;
        let survivor = open(&context, context.bare(death + 1)).await?;
        let found = counters(&survivor, &names).await?;
        for (number, found) in found.iter().enumerate() {
            let read = |counts: &[AtomicI64; WRITERS]| {
                counts.get(number).map_or(0, |count| count.load(Ordering::SeqCst))
            };
            let (least, most) = (read(&tally.acknowledged), read(&tally.tried));
            ensure!(
                (least..=most).contains(found),
                "after death {death} writer {number} has {found} writes of {least} acknowledged and {most} tried"
            );
        }
        // The survivor goes on where the dead one stopped.
        survivor.write(increment("survivor")).await?;
    }
    let last = open(&context, context.bare(0)).await?;
    verify(&last).await
}
