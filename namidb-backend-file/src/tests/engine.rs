//! An engine over a disk whose directories cannot be synced for a while.

use super::path;
use crate::disk::Errno;
use crate::disk::sim::{Fault, SimDisk};
use crate::list::page;
use crate::objects::Objects;
use async_trait::async_trait;
use bytes::Bytes;
use namidb_core::engine::{Duty, Engine, Settings};
use namidb_core::error::{ErrorCode, Outcome};
use namidb_core::graph::GraphState;
use namidb_core::object_store::{
    Capabilities, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore, Operation, PutOptions,
    PutReceipt, Result,
};
use namidb_core::runtime::Runtime;
use namidb_core::testing::SimRuntime;
use namidb_core::transaction::{Changes, Restage, StageContext};
use std::sync::Arc;
use std::time::Duration;

/// The store as it is, without a thread to wait on.
#[derive(Debug)]
struct SimFiles(Objects<SimDisk>);

#[async_trait]
impl ObjectStore for SimFiles {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        self.0.put(path, &payload, &options.condition)
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        let looked = self.0.look(Operation::Get, path, &options)?;
        self.0.get(path, looked, &options)
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        let looked = self.0.look(Operation::Head, path, &GetOptions::whole())?;
        self.0.head(path, looked)
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        self.0.delete(path)
    }

    async fn list(&self, prefix: &ObjectPath, after: Option<&ObjectPath>, limit: usize) -> Result<ListPage> {
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
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> namidb_core::error::Result<Changes> {
        let mut changes = Changes::new(state, context);
        changes.create_node(None, &[], &[])?;
        Ok(changes)
    }
}

async fn open(disk: &SimDisk, runtime: &SimRuntime) -> Engine {
    let store = Arc::new(SimFiles(Objects::new(disk.clone())));
    Engine::open(store, path("ns"), Settings::default(), Arc::new(runtime.clone())).await.unwrap()
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
