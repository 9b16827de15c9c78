//! The engine over the simulated store, in virtual time: each test is named by the sentence that it proves.

mod basics;
mod checkpoints;
mod damage;
mod degraded;
mod doubt;
mod enumerate;
mod fairness;
mod followers;
mod once;
mod opening;
mod race;
mod simulate;
mod sleep;
mod threads;

use super::*;
use crate::graph::GraphState;
use crate::ids::NodeId;
use crate::object_store::layers::fault::{Fault, Faults, Gate, When};
use crate::object_store::{ObjectPath, Operation};
use crate::residency::{Fetcher, Misses, collect};
use crate::runtime::{Runtime, SharedRuntime};
use crate::testing::{SimRuntime, SimStore};
use crate::transaction::{Changes, Restage, StageContext};
use crate::value::Value;
use futures_util::FutureExt;
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// A store that can fail, a clock that can jump, and engines over both.
struct Bench {
    sim: SimStore,
    faults: Faults,
    runtime: SimRuntime,
}

impl Bench {
    /// Over a store as memory and files are.
    fn local() -> Bench {
        Bench::over(SimStore::new(), 1)
    }

    /// Over a store as buckets are.
    fn remote() -> Bench {
        Bench::over(SimStore::remote(), 1)
    }

    fn over(sim: SimStore, seed: u64) -> Bench {
        let faults = Faults::new(Arc::new(sim.clone()));
        Bench { sim, faults, runtime: SimRuntime::new(seed) }
    }

    fn run<T>(&self, future: impl Future<Output = T>) -> T {
        STORE.set(Some(self.sim.clone()));
        self.runtime.block_on(future)
    }

    async fn open_with(&self, settings: Settings) -> Result<Engine> {
        let runtime: SharedRuntime = Arc::new(self.runtime.clone());
        Engine::open(Arc::new(self.faults.clone()), root(), settings, runtime).await
    }

    async fn open(&self) -> Engine {
        self.open_with(Settings::default()).await.unwrap()
    }

    /// Runs a future beside the others; its output comes through the channel.
    fn spawn<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (sender, receiver) = oneshot::channel();
        let task = async move { drop(sender.send(future.await)) };
        self.runtime.spawn("test", Box::pin(task));
        receiver
    }

    /// Holds the next put to a slot.
    fn hold_put(&self, when: When, seq: u64) -> Gate {
        let slot = layout().slot(Seq(seq));
        self.faults.hold(when, move |operation, path| operation == Operation::Put && *path == slot)
    }

    /// Every operation fails from now on, until the faults are cleared.
    fn break_store(&self) {
        self.faults.seed(1, &[(Fault::Unavailable, 1_000_000)]);
    }

    /// What a process that opens now finds in a counter.
    async fn recovered(&self, name: &str) -> i64 {
        counter(self.open().await.latest().state(), name)
    }

    /// Slots that there are.
    fn slots(&self) -> Vec<u64> {
        let slots = self.sim.paths().into_iter().filter(|path| path.is_under(layout().wal()));
        slots.filter_map(|path| crate::layout::slot_of(&path)).map(|seq| seq.0).collect()
    }
}

thread_local! {
    /// The store of the bench that runs on this thread.
    static STORE: RefCell<Option<SimStore>> = const { RefCell::new(None) };
}

/// Reads a state; what is not in memory comes from the store behind the back of every layer.
fn read<R>(work: impl FnMut() -> R) -> R {
    try_read(work).unwrap()
}

/// The same where others compact: they may have collected what the state reads from.
fn try_read<R>(mut work: impl FnMut() -> R) -> std::result::Result<R, Unread> {
    loop {
        let (result, misses) = collect(&mut work);
        if misses.is_empty() {
            return Ok(result);
        }
        fetch(misses)?;
    }
}

/// What could not be read, and why.
#[derive(Debug)]
struct Unread {
    misses: Misses,
    error: Error,
}

fn fetch(misses: Misses) -> std::result::Result<(), Unread> {
    let fetcher = Fetcher::new(Arc::new(STORE.with_borrow(Clone::clone).unwrap()), u64::MAX);
    let fetched = fetcher.fetch(&misses).now_or_never().unwrap();
    fetched.map_err(|error| Unread { misses, error })
}

fn digest(state: &GraphState) -> u64 {
    read(|| state.digest())
}

fn root() -> ObjectPath {
    ObjectPath::new("tenants/test").unwrap()
}

fn layout() -> Layout {
    Layout::new(root()).unwrap()
}

fn name(text: &str) -> Arc<str> {
    Arc::from(text)
}

/// Adds to a counter that is a property of a node, which it makes if there is none: it reads what it writes, so a
/// lost update, or one applied twice, shows in the sum.
#[derive(Debug)]
struct Add {
    counter: &'static str,
    amount: i64,
    /// What the counter was before.
    found: i64,
}

fn add(counter: &'static str, amount: i64) -> Add {
    Add { counter, amount, found: 0 }
}

impl Restage for Add {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, context);
        let (label, key) = (name(self.counter), name("value"));
        match counter_node(state, self.counter) {
            Some(node) => {
                self.found = raw_counter(state, self.counter);
                let value = Value::Integer(self.found + self.amount);
                changes.set_node_property(node, &key, value)?;
            }
            None => {
                self.found = 0;
                changes.create_node(None, &[label], &[(key, Value::Integer(self.amount))])?;
            }
        }
        Ok(changes)
    }
}

/// Adds to a counter that is there, and changes nothing if it is not.
#[derive(Debug)]
struct AddIfThere(&'static str);

impl Restage for AddIfThere {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        match counter_node(state, self.0) {
            Some(_) => add(self.0, 1).restage(state, context),
            None => Ok(Changes::new(state, context)),
        }
    }
}

/// Adds to a counter that is there, and fails if it is not.
#[derive(Debug)]
struct AddOrFail(&'static str);

impl Restage for AddOrFail {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        match counter_node(state, self.0) {
            Some(_) => add(self.0, 1).restage(state, context),
            None => Err(Error::new(ErrorCode::EntityNotFound, "there is no such counter")),
        }
    }
}

/// Sets a counter in an explicit transaction.
fn set(transaction: &mut Transaction, counter: &str, value: i64) {
    let node = read(|| counter_node(transaction.state(), counter)).unwrap();
    change(transaction, |changes| changes.set_node_property(node, &name("value"), Value::Integer(value)))
        .unwrap();
}

/// Changes something in an explicit transaction, with all that it reads.
fn change<R>(transaction: &mut Transaction, work: impl FnMut(&mut Changes) -> R) -> R {
    try_change(transaction, work).unwrap()
}

/// The same where others compact.
fn try_change<R>(
    transaction: &mut Transaction,
    mut work: impl FnMut(&mut Changes) -> R,
) -> std::result::Result<R, Unread> {
    loop {
        let mark = transaction.changes().mark();
        let (result, misses) = collect(|| work(transaction.changes()));
        if misses.is_empty() {
            return Ok(result);
        }
        transaction.changes().rollback_to(mark);
        fetch(misses)?;
    }
}

fn counter_node(state: &GraphState, counter: &str) -> Option<NodeId> {
    let label = state.catalog().label(counter)?;
    state.label_nodes(label)?.iter().next().map(NodeId)
}

/// What a counter has come to.
fn counter(state: &GraphState, name: &str) -> i64 {
    read(|| raw_counter(state, name))
}

/// The same for who collects what is missing.
fn raw_counter(state: &GraphState, name: &str) -> i64 {
    let value = counter_node(state, name).zip(state.catalog().property_key("value"));
    match value.map(|(node, key)| state.node_property(node, key)) {
        Some(Value::Integer(n)) => n,
        _ => 0,
    }
}
