//! The engine over the simulated store, in virtual time: each test is named by the sentence that it proves.

mod basics;
mod threads;

use super::*;
use crate::graph::GraphState;
use crate::ids::NodeId;
use crate::object_store::layers::fault::Faults;
use crate::runtime::{Runtime, SharedRuntime};
use crate::testing::{SimRuntime, SimStore};
use crate::transaction::{Changes, Restage, StageContext};
use crate::value::Value;
use std::sync::Arc;

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
        self.runtime.block_on(future)
    }

    async fn open_with(&self, settings: Settings) -> Result<Engine> {
        let runtime: SharedRuntime = Arc::new(self.runtime.clone());
        Engine::open(Arc::new(self.faults.clone()), root(), settings, runtime).await
    }

    async fn open(&self) -> Engine {
        self.open_with(Settings::default()).await.unwrap()
    }
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
                self.found = counter(state, self.counter);
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

fn counter_node(state: &GraphState, counter: &str) -> Option<NodeId> {
    let label = state.catalog().label(counter)?;
    state.label_nodes(label)?.iter().next().map(NodeId)
}

/// What a counter has come to.
fn counter(state: &GraphState, name: &str) -> i64 {
    let value = counter_node(state, name).zip(state.catalog().property_key("value"));
    match value.map(|(node, key)| state.node_property(node, key)) {
        Some(Value::Integer(n)) => n,
        _ => 0,
    }
}
