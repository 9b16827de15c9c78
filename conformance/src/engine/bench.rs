//! Engines over the store of a case, and work for them whose loss or repetition shows.

use crate::case::{Context, Failure, Outcome, ensure};
use namidb_core::engine::{Engine, Settings, Snapshot};
use namidb_core::graph::GraphState;
use namidb_core::object_store::{ObjectPath, ObjectStore};
use namidb_core::residency::collect;
use namidb_core::runtime::{SharedRuntime, TokioRuntime};
use namidb_core::transaction::{Changes, Restage, StageContext};
use namidb_core::{ErrorCode, NodeId, Result, Value};
use std::sync::Arc;

/// The runtime that engines of the suite run on.
pub(super) fn runtime() -> std::result::Result<SharedRuntime, Failure> {
    let runtime = TokioRuntime::current().ok_or_else(|| Failure("the suite runs on tokio".into()))?;
    Ok(Arc::new(runtime))
}

/// Where the namespace of a case lies.
pub(super) fn root(context: &Context) -> std::result::Result<ObjectPath, Failure> {
    context.path("namespace")
}

/// Opens the namespace of a case through a store.
pub(super) async fn open(
    context: &Context,
    store: Arc<dyn ObjectStore>,
) -> std::result::Result<Engine, Failure> {
    open_with(context, store, Settings::default()).await
}

/// The same with other settings.
pub(super) async fn open_with(
    context: &Context,
    store: Arc<dyn ObjectStore>,
    settings: Settings,
) -> std::result::Result<Engine, Failure> {
    Ok(Engine::open(store, root(context)?, settings, runtime()?).await?)
}

/// Adds to a counter, which it makes if there is none: it reads what it writes, so that an update that is lost, or
/// done twice, shows in the sum.
#[derive(Debug)]
pub(super) struct Add {
    pub(super) counter: Arc<str>,
    pub(super) amount: i64,
}

/// Adds 1 to a counter.
pub(super) fn increment(counter: &str) -> Add {
    Add { counter: Arc::from(counter), amount: 1 }
}

impl Restage for Add {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, context);
        add(&mut changes, &self.counter, self.amount)?;
        Ok(changes)
    }
}

/// Takes from one counter and gives to another: their sum never changes.
#[derive(Debug)]
pub(super) struct Transfer {
    pub(super) from: Arc<str>,
    pub(super) to: Arc<str>,
    pub(super) amount: i64,
}

impl Restage for Transfer {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, context);
        add(&mut changes, &self.from, -self.amount)?;
        add(&mut changes, &self.to, self.amount)?;
        Ok(changes)
    }
}

/// Adds to a counter within changes.
pub(super) fn add(changes: &mut Changes, counter: &Arc<str>, amount: i64) -> Result<()> {
    let key: Arc<str> = Arc::from("value");
    match counter_node(changes.state(), counter) {
        Some(node) => {
            let value = Value::Integer(counter_value(changes.state(), counter) + amount);
            changes.set_node_property(node, &key, value)?;
        }
        None => {
            changes.create_node(None, &[Arc::clone(counter)], &[(key, Value::Integer(amount))])?;
        }
    }
    Ok(())
}

fn counter_node(state: &GraphState, counter: &str) -> Option<NodeId> {
    let label = state.catalog().label(counter)?;
    state.label_nodes(label)?.iter().next().map(NodeId)
}

/// What a counter has come to; for who collects what is missing.
pub(super) fn counter_value(state: &GraphState, counter: &str) -> i64 {
    let found = counter_node(state, counter).zip(state.catalog().property_key("value"));
    match found.map(|(node, key)| state.node_property(node, key)) {
        Some(Value::Integer(value)) => value,
        _ => 0,
    }
}

/// Reads a state, with all that it needs of the store.
pub(super) async fn read<R>(
    engine: &Engine,
    snapshot: &Snapshot,
    work: impl FnMut(&GraphState) -> R,
) -> std::result::Result<R, Failure> {
    let found = read_unless_expired(engine, snapshot, work).await?;
    found.ok_or_else(|| Failure("a snapshot expired that nobody can have collected".into()))
}

/// The same; nothing, if others have collected meanwhile what the state is read from.
pub(super) async fn read_unless_expired<R>(
    engine: &Engine,
    snapshot: &Snapshot,
    mut work: impl FnMut(&GraphState) -> R,
) -> std::result::Result<Option<R>, Failure> {
    loop {
        let (found, misses) = collect(|| work(snapshot.state()));
        if misses.is_empty() {
            return Ok(Some(found));
        }
        match engine.fetch(&misses).await {
            Err(error) if error.code() == ErrorCode::SnapshotExpired => return Ok(None),
            fetched => fetched?,
        }
    }
}

/// Reads the newest state of the log. Others may collect what it reads from meanwhile: then it reads the next.
async fn read_newest<R>(
    engine: &Engine,
    mut work: impl FnMut(&GraphState) -> R,
) -> std::result::Result<R, Failure> {
    loop {
        let snapshot = engine.refresh().await?;
        if let Some(found) = read_unless_expired(engine, &snapshot, &mut work).await? {
            return Ok(found);
        }
    }
}

/// Every counter, in the newest state of the log.
pub(super) async fn counters(engine: &Engine, names: &[String]) -> std::result::Result<Vec<i64>, Failure> {
    read_newest(engine, |state| names.iter().map(|name| counter_value(state, name)).collect()).await
}

/// How many nodes there are with the label of a counter: one, or the counter was made twice.
pub(super) async fn check_made_once(engine: &Engine, names: &[String]) -> Outcome {
    for name in names {
        let made = read_newest(engine, |state| {
            state
                .catalog()
                .label(name)
                .and_then(|label| state.label_nodes(label))
                .map_or(0, |all| all.iter().count())
        });
        let made = made.await?;
        ensure!(made <= 1, "the counter {name} was made {made} times");
    }
    Ok(())
}

/// Everything that the newest state holds, as a number.
pub(super) async fn digest(engine: &Engine) -> std::result::Result<u64, Failure> {
    read_newest(engine, |state| state.digest()).await
}

/// Reads everything that is durable, and fails if anything of it is wrong.
pub(super) async fn verify(engine: &Engine) -> Outcome {
    let report = engine.verify().await?;
    let problems: Vec<String> =
        report.problems.iter().map(|problem| format!("{}: {}", problem.object, problem.message)).collect();
    ensure!(problems.is_empty(), "verify finds {problems:?}");
    Ok(())
}

/// Runs work until it is not told any more that somebody else came first.
pub(super) async fn until_no_conflict<T, F>(attempt: impl Fn() -> F) -> std::result::Result<T, Failure>
where
    F: Future<Output = Result<T>>,
{
    const TRIES_MAX: usize = 1_000;
    for _ in 0..TRIES_MAX {
        match attempt().await {
            Err(error) if error.code() == ErrorCode::Conflict => tokio::task::yield_now().await,
            answer => return Ok(answer?),
        }
    }
    Err(Failure(format!("after {TRIES_MAX} tries a transaction still loses")))
}
