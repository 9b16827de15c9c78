//! A process that dies at any operation of its store, on memory and on real files: what comes after finds a prefix with
//! everything that was acknowledged, and nothing is left that a collection does not remove.

#![allow(clippy::unwrap_used, reason = "what fails ends the test")]

mod common;

use common::Directory;
use namidb::{OpenOptions, params};
use namidb_backend_file::{FileConfig, FileStore};
use namidb_backend_memory::MemoryStore;
use namidb_core::engine::{Engine, Settings};
use namidb_core::error::Result;
use namidb_core::graph::GraphState;
use namidb_core::object_store::layers::fault::{Faults, When};
use namidb_core::object_store::{ObjectPath, ObjectStore};
use namidb_core::runtime::{SharedRuntime, TokioRuntime};
use namidb_core::transaction::{Changes, Restage, StageContext};
use namidb_core::value::Value;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const PREFIX: &str = "ns";

/// A write that leaves a mark.
struct Mark(i64);

impl Restage for Mark {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, context);
        changes.create_node(None, &[Arc::from("Mark")], &[(Arc::from("n"), Value::Integer(self.0))])?;
        Ok(changes)
    }
}

/// The marks that were acknowledged.
type Acknowledged = Arc<Mutex<BTreeSet<i64>>>;

async fn mark(engine: &Engine, acknowledged: &Acknowledged, n: i64) {
    if engine.write(Mark(n)).await.is_ok() {
        acknowledged.lock().unwrap().insert(n);
    }
}

/// Two engines that commit, checkpoint, merge runs and collect.
async fn workload(store: Arc<dyn ObjectStore>, runtime: SharedRuntime, acknowledged: Acknowledged) {
    let open = || {
        let prefix = ObjectPath::new(PREFIX).unwrap();
        Engine::open(Arc::clone(&store), prefix, Settings::default(), Arc::clone(&runtime))
    };
    let Ok(one) = open().await else { return };
    for n in 0..3 {
        mark(&one, &acknowledged, n).await;
    }
    drop(one.flush().await);
    mark(&one, &acknowledged, 3).await;
    let Ok(two) = open().await else { return };
    mark(&two, &acknowledged, 4).await;
    mark(&one, &acknowledged, 5).await;
    drop(two.flush().await);
    mark(&one, &acknowledged, 6).await;
    drop(one.flush().await);
    drop(one.compact().await);
    drop(one.close().await);
    mark(&two, &acknowledged, 7).await;
}

/// Lets the workload die at an operation; `false` if it has fewer. All of its threads are gone afterwards.
fn die_at(store: Arc<dyn ObjectStore>, index: u64, when: When, acknowledged: &Acknowledged) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let faults = Faults::new(store);
    let seen = AtomicU64::new(0);
    let gate = faults.hold(when, move |_, _| seen.fetch_add(1, Ordering::Relaxed) == index);
    let died = runtime.block_on(async {
        let shared: SharedRuntime = Arc::new(TokioRuntime::new(tokio::runtime::Handle::current()));
        let work = std::pin::pin!(workload(Arc::new(faults.clone()), shared, Arc::clone(acknowledged)));
        futures_util::future::select(work, std::pin::pin!(gate.reached())).await;
        gate.is_reached()
    });
    runtime.shutdown_timeout(Duration::from_secs(120));
    died
}

/// Opens again, and compares what is there with what was acknowledged.
fn check(store: Arc<dyn ObjectStore>, acknowledged: &Acknowledged, what: &str) {
    let open = || {
        let opened = namidb::blocking::wait_for(OpenOptions::new().open_store(Arc::clone(&store), PREFIX));
        opened.unwrap().unwrap_or_else(|error| panic!("{what}: {error:?}")).blocking()
    };
    let database = open();
    let rows = database.cypher("MATCH (m:Mark) RETURN m.n AS n ORDER BY n", params! {}).unwrap();
    let found: Vec<i64> = rows
        .rows()
        .map(|row| match row.get("n") {
            Some(Value::Integer(n)) => n,
            other => panic!("{what}: a mark is {other:?}"),
        })
        .collect();
    // Rows keep the state that they came from, and so the SSTs that it reads from.
    drop(rows);
    let once: BTreeSet<i64> = found.iter().copied().collect();
    assert_eq!(once.len(), found.len(), "{what}: a mark is there twice: {found:?}");
    let acknowledged = acknowledged.lock().unwrap();
    assert!(acknowledged.is_subset(&once), "{what}: {acknowledged:?} were acknowledged, {found:?} are there");
    // At most the one that was under way is there and was not acknowledged; and marks come in their order.
    assert!(once.len() <= acknowledged.len() + 1, "{what}: {found:?}, acknowledged {acknowledged:?}");

    for n in 100..102 {
        database.cypher("CREATE (:Mark {n: $n})", params! { "n" => n }).unwrap();
        database.flush().unwrap();
    }
    database.compact().unwrap();
    database.close().unwrap();
    // The task that moved the last record may have held its state for a moment longer, and so the files under it. Another
    // process holds none.
    let database = open();
    database.compact().unwrap();
    let report = database.verify().unwrap();
    assert!(report.is_ok() && report.strays.is_empty(), "{what}: {report}");
    database.close().unwrap();
}

/// A store with nothing in it, and what opens it again.
type Fresh = (Arc<dyn ObjectStore>, Box<dyn FnOnce() -> Arc<dyn ObjectStore>>);

/// Dies at every operation, on these sides of the store; how many there are.
fn die_everywhere(sides: &[When], mut fresh: impl FnMut() -> Fresh) -> u64 {
    for index in 0.. {
        let mut more = false;
        for when in sides.iter().copied() {
            let (store, again) = fresh();
            let acknowledged = Acknowledged::default();
            more |= die_at(store, index, when, &acknowledged);
            check(again(), &acknowledged, &format!("dead {when:?} operation {index}"));
        }
        if !more {
            return index;
        }
    }
    0
}

#[test]
fn a_process_that_dies_at_any_operation_of_memory_loses_nothing() {
    let operations = die_everywhere(&[When::Before, When::After], || {
        let store: Arc<dyn ObjectStore> = Arc::new(MemoryStore::new());
        let again = Arc::clone(&store);
        (store, Box::new(move || again))
    });
    assert!(operations > 60, "{operations}");
}

#[test]
fn a_process_that_dies_at_any_operation_of_files_loses_nothing() {
    let mut directories = Vec::new();
    // What a process leaves that dies in the middle of one is for the tests of the backend: they cut the power at every step.
    let operations = die_everywhere(&[When::Before, When::After], || {
        let directory = Directory::new();
        let uri = namidb::parse_uri(&format!("file://{}?ns=x", directory.0.display())).unwrap();
        directories.clear();
        directories.push(directory);
        let open = move || -> Arc<dyn ObjectStore> {
            Arc::new(FileStore::open(FileConfig::from_uri(&uri).unwrap().unwrap()).unwrap())
        };
        (open(), Box::new(open))
    });
    assert!(operations > 60, "{operations}");
}
