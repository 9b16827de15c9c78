//! Processes that write, follow, checkpoint, sleep and crash over a store that fails, all from one seed.
//!
//! Every write leaves a mark of its own and adds one to a counter that all share. So in every state the counter is
//! the number of marks (an update that was lost, or applied twice, shows), a mark is there if its write was
//! acknowledged, and is not if it was told to have failed.

use super::*;
use crate::error::Outcome;
use crate::hash::HashMap;
use crate::residency::missed;
use std::sync::Mutex;

const PROCESSES: u64 = 3;
const STEPS: u64 = 25;

/// So often in a row others may have collected what was just read.
const REREADS: u32 = 10;

/// Marks, and counts.
struct Mark(i64);

impl Restage for Mark {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        let mut changes = add("all", 1).restage(state, context)?;
        changes.create_node(None, &[name("Mark")], &[(name("mark"), Value::Integer(self.0))])?;
        Ok(changes)
    }
}

fn marks(state: &GraphState) -> Vec<i64> {
    let catalog = state.catalog();
    let (Some(label), Some(key)) = (catalog.label("Mark"), catalog.property_key("mark")) else {
        return vec![];
    };
    let nodes = state.label_nodes(label).into_iter().flat_map(|nodes| nodes.iter());
    nodes
        .map(|node| match state.node_property(NodeId(node), key) {
            Value::Integer(mark) => mark,
            // So is everything if it was not in memory.
            Value::Null if missed() => 0,
            other => panic!("a mark is {other:?}"),
        })
        .collect()
}

/// What the whole run knows.
#[derive(Default)]
struct Ledger {
    next: i64,
    acked: Vec<i64>,
    failed: Vec<i64>,
    digests: HashMap<Seq, u64>,
    acked_seq: Seq,
}

type Shared = Arc<Mutex<Ledger>>;

fn random(runtime: &SimRuntime, below: u64) -> u64 {
    (random_u128(runtime) % u128::from(below)) as u64
}

/// Every state anywhere, at the same place of the log, is the same; and it is whole.
fn audit(snapshot: &Snapshot, ledger: &Shared) -> std::result::Result<(), Unread> {
    let mut found = try_read(|| marks(snapshot.state()))?;
    let counted = try_read(|| raw_counter(snapshot.state(), "all"))?;
    assert_eq!(counted, found.len() as i64, "an update was lost, or applied twice");
    found.sort_unstable();
    assert!(found.windows(2).all(|pair| pair[0] != pair[1]), "a write was applied twice");
    try_read(|| snapshot.state().check())?.unwrap();
    let digest = try_read(|| snapshot.state().digest())?;
    let mut ledger = ledger.lock().unwrap();
    assert_eq!(*ledger.digests.entry(snapshot.seq()).or_insert(digest), digest, "two states at one place");
    Ok(())
}

/// Audits what was read. A snapshot pins nothing: others may have collected what it reads from, and then it is read again, as
/// programs do.
async fn audit_until_read(engine: &Engine, mut read: Snapshot, ledger: &Shared) {
    for _ in 0..REREADS {
        let Err(Unread { misses, error }) = audit(&read, ledger) else { return };
        assert_eq!(error.code(), ErrorCode::SnapshotExpired, "{error}");
        drop(engine.fetch(&misses).await);
        match engine.refresh().await {
            Ok(newer) => read = newer,
            // The store has failed it. What was read before is not read again.
            Err(_) => return,
        }
    }
    panic!("after {REREADS} tries nothing can be read that others have not collected");
}

/// One life of a process.
async fn live(engine: Engine, sim: SimStore, runtime: SimRuntime, ledger: Shared) {
    let mut seen = Seq(0);
    for _ in 0..STEPS {
        let acked_before = ledger.lock().unwrap().acked_seq;
        let read = match random(&runtime, 12) {
            0..6 => {
                let mark = {
                    let mut ledger = ledger.lock().unwrap();
                    ledger.next += 1;
                    ledger.next
                };
                let answer = if mark % 4 == 0 {
                    explicit(&engine, mark).await
                } else {
                    engine.write(Mark(mark)).await.map(|done| done.seq)
                };
                let mut ledger = ledger.lock().unwrap();
                match answer {
                    Ok(seq) => {
                        ledger.acked.push(mark);
                        ledger.acked_seq = ledger.acked_seq.max(seq.unwrap());
                    }
                    Err(error) if error.outcome() == Outcome::NotApplied => ledger.failed.push(mark),
                    Err(_) => {}
                }
                None
            }
            6..9 => engine.refresh().await.ok(),
            9 => {
                drop(engine.flush().await);
                None
            }
            10 => {
                sim.advance(Duration::from_secs(random(&runtime, 20) * 60 * 60));
                None
            }
            _ => {
                runtime.sleep(Duration::from_millis(random(&runtime, 2_000))).await;
                None
            }
        };
        if let Some(read) = read {
            assert!(
                read.seq() >= acked_before,
                "a strong read misses a commit that was acknowledged before it"
            );
            assert!(read.seq() >= seen, "a process goes back");
            seen = read.seq();
            audit_until_read(&engine, read, &ledger).await;
        }
    }
}

async fn explicit(engine: &Engine, mark: i64) -> Result<Option<Seq>> {
    let mut transaction = engine.begin().await?;
    let expired = |unread: Unread| unread.error;
    let value = try_read(|| raw_counter(transaction.state(), "all")).map_err(expired)?;
    let key = name("value");
    match try_read(|| counter_node(transaction.state(), "all")).map_err(expired)? {
        Some(node) => drop(
            try_change(&mut transaction, |changes| {
                changes.set_node_property(node, &key, Value::Integer(value + 1))
            })
            .map_err(expired)??,
        ),
        None => return engine.write(Mark(mark)).await.map(|done| done.seq),
    }
    let mark = (name("mark"), Value::Integer(mark));
    let create =
        |changes: &mut Changes| changes.create_node(None, &[name("Mark")], std::slice::from_ref(&mark));
    try_change(&mut transaction, create).map_err(expired)??;
    transaction.commit().await
}

fn simulate(seed: u64, rates: &[(Fault, u32)]) -> u64 {
    let sim = if seed.is_multiple_of(2) { SimStore::new() } else { SimStore::remote() };
    sim.set_page_max(7);
    let bench = Bench::over(sim.clone(), seed);
    let ledger = Shared::default();
    bench.run(async {
        bench.open().await;
        bench.faults.seed(seed, rates);
        let mut processes = Vec::new();
        for _ in 0..PROCESSES {
            let (faults, runtime, sim) = (bench.faults.clone(), bench.runtime.clone(), sim.clone());
            let ledger = Arc::clone(&ledger);
            processes.push(bench.spawn(async move {
                for _ in 0..2 {
                    let settings = Settings { checkpoint_records: 16, ..Settings::default() };
                    let shared: SharedRuntime = Arc::new(runtime.clone());
                    let Ok(engine) = Engine::open(Arc::new(faults.clone()), root(), settings, shared).await
                    else {
                        continue;
                    };
                    live(engine.clone(), sim.clone(), runtime.clone(), Arc::clone(&ledger)).await;
                    // Every other life ends in order.
                    if random(&runtime, 2) == 0 {
                        drop(engine.close().await);
                    }
                }
            }));
        }
        for process in processes {
            process.await.unwrap();
        }
        bench.runtime.kill_all();
        bench.faults.clear();
        bench.faults.deliver_all().await;
        let last = bench.open().await;
        audit(&last.latest(), &ledger).unwrap();
        let found = read(|| marks(last.latest().state()));
        let ledger = ledger.lock().unwrap();
        for mark in &ledger.acked {
            assert!(found.contains(mark), "write {mark} was acknowledged");
        }
        for mark in &ledger.failed {
            assert!(!found.contains(mark), "write {mark} was told to have failed");
        }
        ledger.acked.len() as u64
    })
}

#[test]
fn in_every_run_over_an_honest_store_the_promises_hold() {
    let rates = [
        (Fault::Drop, 20_000),
        (Fault::ApplyLose, 20_000),
        (Fault::Delay(60), 20_000),
        (Fault::Dup, 10_000),
        (Fault::SelfConflict, 10_000),
        (Fault::ConflictInFlight, 10_000),
        (Fault::Throttled(Duration::from_millis(100)), 10_000),
        (Fault::FailAfterApply, 10_000),
        (Fault::Unavailable, 10_000),
        (Fault::PermissionDenied, 3_000),
        (Fault::StaleList(5), 100_000),
    ];
    let mut acked = 0;
    // The last one begins again, in vain, right after its record was found in a checkpoint.
    for seed in (0..40).chain([5_522]) {
        let run = std::panic::AssertUnwindSafe(|| simulate(seed, &rates));
        acked += std::panic::catch_unwind(run).unwrap_or_else(|_| panic!("seed {seed}"));
    }
    assert!(acked > 1_000, "{acked}");
}

#[test]
fn without_faults_every_write_that_is_not_a_conflict_is_acknowledged() {
    for seed in 1_000..1_010 {
        assert!(simulate(seed, &[]) > 20, "seed {seed}");
    }
}
