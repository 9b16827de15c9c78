//! An engine over a disk whose directories cannot be synced for a while.

use super::path;
use crate::disk::Errno;
use crate::disk::sim::{Fault, SimDisk};
use crate::list::page;
use crate::objects::Objects;
use async_trait::async_trait;
use bytes::Bytes;
use namidb_core::engine::{Duty, Engine, Settings};
use namidb_core::error::{Error, ErrorCode, Outcome};
use namidb_core::graph::GraphState;
use namidb_core::object_store::{
    Capabilities, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore, Operation, PutOptions,
    PutReceipt,
};
use namidb_core::runtime::Runtime;
use namidb_core::testing::SimRuntime;
use namidb_core::transaction::{Changes, Restage, StageContext};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

type Stored<T> = namidb_core::object_store::Result<T>;

/// The store as it is, without a thread to wait on.
#[derive(Debug)]
struct SimFiles(Objects<SimDisk>);

#[async_trait]
impl ObjectStore for SimFiles {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Stored<PutReceipt> {
        self.0.put(path, &payload, &options.condition)
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Stored<Object> {
        let looked = self.0.look(Operation::Get, path, &options)?;
        self.0.get(path, looked, &options)
    }

    async fn head(&self, path: &ObjectPath) -> Stored<ObjectMeta> {
        let looked = self.0.look(Operation::Head, path, &GetOptions::whole())?;
        self.0.head(path, looked)
    }

    async fn delete(&self, path: &ObjectPath) -> Stored<()> {
        self.0.delete(path)
    }

    async fn list(&self, prefix: &ObjectPath, after: Option<&ObjectPath>, limit: usize) -> Stored<ListPage> {
        let (paths, more) = page(&self.0.disk, prefix, after, limit).unwrap();
        Ok(ListPage { paths, more, server_time: Some(self.0.now()) })
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::local()
    }
}

/// A write that makes a node.
#[derive(Debug)]
struct Node;

impl Restage for Node {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes, Error> {
        let mut changes = Changes::new(state, context);
        changes.create_node(None, &[], &[])?;
        Ok(changes)
    }
}

async fn try_open(disk: &SimDisk, runtime: &SimRuntime) -> Result<Engine, Error> {
    let store = Arc::new(SimFiles(Objects::new(disk.clone())));
    Engine::open(store, path("ns"), Settings::default(), Arc::new(runtime.clone())).await
}

async fn open(disk: &SimDisk, runtime: &SimRuntime) -> Engine {
    try_open(disk, runtime).await.unwrap()
}

/// Writes, checkpoints, merges runs and collects, in two processes; gives how many writes were acknowledged.
async fn workload(disk: &SimDisk, runtime: &SimRuntime, acknowledged: &AtomicU64) -> Result<(), Error> {
    let write = async |engine: &Engine| {
        engine.write(Node).await?;
        acknowledged.fetch_add(1, Ordering::Relaxed);
        Ok::<(), Error>(())
    };
    let one = try_open(disk, runtime).await?;
    write(&one).await?;
    one.flush().await?;
    let two = try_open(disk, runtime).await?;
    write(&two).await?;
    write(&one).await?;
    two.flush().await?;
    one.compact().await?;
    write(&two).await?;
    two.close().await
}

/// Disks that are looked at after each power cut, at most.
const DISKS_MAX: usize = 8;

#[test]
fn wherever_the_power_goes_an_engine_finds_what_was_acknowledged_and_leaves_nothing_behind() {
    for cut in 0.. {
        let (disk, acknowledged) = (SimDisk::default(), AtomicU64::new(0));
        disk.inject(cut, Fault::PowerCut);
        let runtime = SimRuntime::new(cut as u64);
        runtime.block_on(async {
            let work = std::pin::pin!(workload(&disk, &runtime, &acknowledged));
            let watch = std::pin::pin!(async {
                while disk.changes() <= cut {
                    runtime.sleep(Duration::from_millis(1)).await;
                }
            });
            futures_util::future::select(work, watch).await;
        });
        runtime.kill_all();
        let acknowledged = acknowledged.into_inner();
        let disks = disk.crashes(cut as u64);
        for after in disks.iter().step_by(disks.len().div_ceil(DISKS_MAX)) {
            let runtime = SimRuntime::new(cut as u64);
            runtime.block_on(async {
                let engine = open(after, &runtime).await;
                let found = engine.latest().state().node_count();
                // At most the one that was under way is there beside them.
                assert!((acknowledged..=acknowledged + 1).contains(&found), "power cut before step {cut}");
                engine.write(Node).await.unwrap();
                engine.compact().await.unwrap();
                let report = engine.verify().await.unwrap();
                assert!(report.is_ok() && report.strays.is_empty(), "power cut before step {cut}: {report}");
            });
        }
        if disk.changes() <= cut {
            assert_eq!((acknowledged, cut > 100), (4, true), "{cut}");
            return;
        }
    }
}

#[test]
fn an_engine_whose_directory_cannot_be_synced_says_so_reads_on_and_goes_on_when_it_can() {
    let (disk, runtime) = (SimDisk::default(), SimRuntime::new(1));
    runtime.block_on(async {
        let engine = open(&disk, &runtime).await;
        engine.write(Node).await.unwrap();
        // Create, write, sync, publish; then the sync of the directory, and all that follows for very long.
        let (start, end) = (disk.changes() + 4, disk.changes() + 20_000);
        (start..end).for_each(|step| disk.inject(step, Fault::Fail(Errno::IO)));
        let error = engine.write(Node).await.unwrap_err();
        assert_eq!((error.code(), error.outcome()), (ErrorCode::CommitOutcomeUnknown, Outcome::Unknown));
        disk.forget_names();
        let degraded = engine.info().degraded;
        assert_eq!((degraded[0].duty, degraded[0].code), (Duty::Commit, ErrorCode::Store), "{degraded:?}");
        // The record is there for all to see; that it will stay nobody was told.
        assert_eq!(engine.snapshot().await.unwrap().state().node_count(), 2, "reads go on");
        assert_eq!(engine.flush().await.unwrap_err().code(), ErrorCode::Store);
        assert!(disk.changes() < end);

        // The disk works again; nobody does anything.
        let disk_before = disk.changes();
        disk.heal();
        runtime.sleep(Duration::from_secs(60)).await;
        let duties: Vec<Duty> = engine.info().degraded.iter().map(|degraded| degraded.duty).collect();
        assert_eq!(duties, [Duty::Checkpoint], "which nobody has tried again");
        assert!(disk.changes() > disk_before);
        assert_eq!(engine.snapshot().await.unwrap().state().node_count(), 2);
        engine.write(Node).await.unwrap();
        engine.flush().await.unwrap();
        assert_eq!(engine.info().degraded, []);
        for after in disk.crashes(0) {
            assert_eq!(open(&after, &runtime).await.latest().state().node_count(), 3);
        }
    });
}
