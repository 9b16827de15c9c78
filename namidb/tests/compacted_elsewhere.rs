//! Another process merges and deletes the files that a read is about to read from.

#![allow(clippy::unwrap_used, reason = "only tests use it")]

mod common;

use async_trait::async_trait;
use bytes::Bytes;
use common::id;
use namidb::blocking::{self, wait_for};
use namidb::{Database, Error, ErrorCode, OpenOptions, Params, QueryOptions, Value, params};
use namidb_backend_memory::MemoryStore;
use namidb_core::object_store::{
    Capabilities, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore, PutOptions, PutReceipt,
    Result,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

const NODES: u128 = 3_000;

/// A store in which, just before a file of a checkpoint is read, somebody else merges all of them and deletes the old ones.
#[derive(Debug)]
struct Compacting {
    inner: Arc<dyn ObjectStore>,
    by: Database,
    /// How often it still happens.
    left: AtomicU32,
}

impl Compacting {
    async fn compact(&self, path: &ObjectPath) {
        let once_less = |left: u32| left.checked_sub(1);
        if path.to_string().contains("/sst/")
            && self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, once_less).is_ok()
        {
            // To follow the log needs what is collected, too.
            let touch = "MATCH (n:L) WHERE n.n < 10 SET n.touched = coalesce(n.touched, 0) + 1";
            self.by.cypher(touch, ()).await.unwrap();
            self.by.flush().await.unwrap();
            assert_eq!(self.by.compact().await.unwrap().runs_after, 1);
            // What a state of that process was still read from goes with a later collection.
            while self.inner.head(path).await.is_ok() {
                tokio::task::yield_now().await;
                self.by.compact().await.unwrap();
            }
        }
    }
}

#[async_trait]
impl ObjectStore for Compacting {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        self.inner.put(path, payload, options).await
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        self.compact(path).await;
        self.inner.get(path, options).await
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        self.inner.head(path).await
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        self.inner.delete(path).await
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        self.inner.list(prefix, start_after, limit).await
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
}

/// A namespace with nodes that have a property, each with a relationship to the next, in one checkpoint.
struct Bench {
    store: Arc<dyn ObjectStore>,
    other: blocking::Database,
}

impl Bench {
    fn new() -> Bench {
        let store: Arc<dyn ObjectStore> = Arc::new(MemoryStore::new());
        let other = open(Arc::clone(&store));
        let mut batch = other.batch();
        for n in 0..NODES {
            let text = format!("what node number {n} has to say");
            batch.upsert_node(["L"], id(n), [("n", Value::from(n as i64)), ("text", text.into())]).unwrap();
        }
        for n in 1..NODES {
            batch.upsert_edge("R", id(n - 1), id(n), [("n", n as i64)]).unwrap();
        }
        batch.commit().unwrap();
        other.flush().unwrap();
        Bench { store, other }
    }

    /// A database that has read nothing yet, and whose store is compacted by the other as soon as that is armed.
    fn reader(&self) -> (blocking::Database, Arc<Compacting>) {
        let (inner, by) = (Arc::clone(&self.store), self.other.asynchronous());
        let store = Arc::new(Compacting { inner, by, left: AtomicU32::new(0) });
        (open(Arc::clone(&store) as Arc<dyn ObjectStore>), store)
    }

    /// Lets the other compact so often while something is done; it must have come to that.
    fn while_compacted<T>(&self, times: u32, work: impl FnOnce(&blocking::Database) -> T) -> T {
        let (reader, store) = self.reader();
        store.left.store(times, Ordering::SeqCst);
        let done = work(&reader);
        assert_eq!(store.left.load(Ordering::SeqCst), 0, "nothing was read from a file");
        done
    }
}

fn open(store: Arc<dyn ObjectStore>) -> blocking::Database {
    wait_for(OpenOptions::new().open_store(store, "test")).unwrap().unwrap().blocking()
}

#[test]
fn every_read_of_the_newest_state_goes_on_with_a_newer_one() {
    let bench = Bench::new();
    for times in [1, 3] {
        let read = |text: &str| {
            bench.while_compacted(times, |reader| reader.cypher(text, ()).unwrap().scalar().unwrap())
        };
        assert_eq!(read("MATCH (n:L) RETURN sum(n.n) AS s"), Value::from((NODES * (NODES - 1) / 2) as i64));
        assert_eq!(
            read("MATCH (:L {n: 5})-[r:R*2]->(m) RETURN m.text AS t"),
            "what node number 7 has to say".into()
        );
    }
    let node = bench.while_compacted(1, |reader| reader.lookup_node("L", &id(9)).unwrap().unwrap());
    assert_eq!(node.properties.get("n"), Some(&Value::from(9)));
    assert_eq!(bench.while_compacted(1, |reader| reader.scan_label("L").unwrap()).len(), NODES as usize);
    let edges = bench.while_compacted(1, |reader| reader.scan_edge_type("R").unwrap());
    assert_eq!(edges.len(), NODES as usize - 1);
    assert_eq!(bench.while_compacted(1, |reader| reader.out_edges("R", &id(9)).unwrap()).len(), 1);
    assert_eq!(bench.while_compacted(1, |reader| reader.in_edges("R", &id(9)).unwrap()).len(), 1);
    assert_eq!(bench.while_compacted(1, |reader| reader.schema().unwrap()).labels.len(), 1);
}

#[test]
fn asynchronous_reads_do_so_too() {
    let bench = Bench::new();
    let read = |text: &'static str| {
        bench.while_compacted(1, |reader| {
            let reader = reader.asynchronous();
            wait_for(async move { reader.cypher(text, ()).await }).unwrap().unwrap().scalar().unwrap()
        })
    };
    assert_eq!(read("MATCH (n:L {n: 11}) RETURN n.text AS t"), "what node number 11 has to say".into());
    let nodes = bench.while_compacted(1, |reader| {
        let reader = reader.asynchronous();
        wait_for(async move { reader.scan_label("L").await }).unwrap().unwrap()
    });
    assert_eq!(nodes.len(), NODES as usize);
}

#[test]
fn statements_that_read_and_write_are_run_again_before_they_have_any_effect() {
    let bench = Bench::new();
    let counted = bench.while_compacted(1, |reader| {
        reader.cypher("MATCH (n:L) WHERE n.n < 10 CREATE (c:Copy {n: n.n}) RETURN count(*) AS c", ()).unwrap()
    });
    assert_eq!(counted.scalar().unwrap(), 10.into());
    let bindings = (0..3).map(|n| params! { "n" => n }).collect();
    let summary = bench.while_compacted(1, |reader| {
        let text = "MATCH (n:L {n: $n}) CREATE (:Copy {text: n.text})";
        reader.cypher_many(text, bindings, &QueryOptions::default()).unwrap()
    });
    assert_eq!(summary.counters.nodes_created, 3);
    let mut staged = bench.while_compacted(1, |reader| {
        let mut batch = reader.batch();
        batch.upsert_node(["Copy"], id(0), [("n", 1)]).unwrap();
        batch.commit().unwrap();
        reader.batch()
    });
    assert!(staged.commit().unwrap().is_none());
    let copies = bench.other.cypher("MATCH (c:Copy) RETURN count(*) AS c", ()).unwrap();
    assert_eq!(copies.scalar().unwrap(), 14.into());
}

#[test]
fn a_stream_goes_on_with_a_newer_state_until_somebody_has_seen_rows_of_the_first() {
    let bench = Bench::new();
    let text = "MATCH (n:L) RETURN n.text AS t";
    let rows = bench.while_compacted(1, |reader| {
        let stream = reader.stream(text, (), &QueryOptions::default(), 1_000).unwrap();
        stream.map(|piece| piece.unwrap().len()).sum::<usize>()
    });
    assert_eq!(rows, NODES as usize);

    let (reader, store) = bench.reader();
    let mut stream = reader.stream(text, (), &QueryOptions::default(), 10).unwrap();
    assert_eq!(stream.next().unwrap().unwrap().len(), 10);
    store.left.store(1, Ordering::SeqCst);
    let error = stream.find_map(Result::err).expect("the rest lies in files that are gone");
    assert_eq!(error.code(), ErrorCode::SnapshotExpired);
    assert!(error.is_retryable());
}

#[test]
fn what_was_asked_to_stay_as_it_is_says_that_it_has_expired() {
    let bench = Bench::new();
    let expired = |work: &dyn Fn(&blocking::Database) -> Error| {
        let error = bench.while_compacted(1, work);
        assert_eq!(error.code(), ErrorCode::SnapshotExpired, "{error}");
        assert!(error.is_retryable() && error.hint().is_some());
    };
    let text = "MATCH (n:L) RETURN sum(n.n) AS s";
    expired(&|reader| {
        let snapshot = reader.snapshot().unwrap();
        snapshot.cypher_here(text, Params::default(), &QueryOptions::default()).unwrap_err()
    });
    expired(&|reader| reader.snapshot().unwrap().view().scan_label("L").unwrap_err());
    expired(&|reader| reader.begin().unwrap().cypher(text, ()).unwrap_err());
    let again = bench.while_compacted(1, |reader| {
        reader.run(namidb::Retry::default(), |transaction| transaction.cypher(text, ())?.scalar())
    });
    assert!(again.is_ok(), "a transaction that is managed begins again");
}

#[test]
fn it_is_not_tried_for_ever() {
    let bench = Bench::new();
    let (reader, store) = bench.reader();
    store.left.store(1_000, Ordering::SeqCst);
    let error = reader.scan_label("L").unwrap_err();
    assert!(error.is_retryable(), "{error}");
    let compactions = 1_000 - store.left.load(Ordering::SeqCst);
    assert!(compactions < 500, "{compactions} times");
}
