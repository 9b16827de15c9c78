//! Staging: invisible until the commit, whole records, all or nothing.

mod common;

use common::{NONE, chain, id, name, on_each_backend, open};
use namidb::{EdgeRecord, ErrorCode, NodeRecord, OnExisting, Seq, Value};

#[test]
fn what_is_staged_is_invisible_until_it_is_committed() {
    on_each_backend(|uri| {
        let (one, two) = (open(uri), open(uri));
        let mut batch = one.batch();
        batch.upsert_node(["L"], id(1), [("k", 1)]).unwrap();
        one.flush().unwrap();
        assert_eq!((batch.len(), one.snapshot().unwrap().view().node_count()), (1, 0));
        // Another batch of the same database has rows of its own.
        assert!(one.batch().is_empty());
        assert_eq!(batch.commit().unwrap(), Some(Seq(1)));
        assert!(batch.is_empty());
        assert_eq!(two.lookup_node("L", &id(1)).unwrap().unwrap().get("k"), Some(&Value::from(1)));
    });
}

#[test]
fn sequence_numbers_rise_strictly_and_an_empty_batch_has_none() {
    on_each_backend(|uri| {
        let database = open(uri);
        let mut batch = database.batch();
        assert_eq!(batch.commit().unwrap(), None);
        let mut last = Seq(0);
        for n in 1..=5 {
            batch.upsert_node(["L"], id(n), NONE).unwrap();
            let seq = batch.commit().unwrap().unwrap();
            assert!(seq > last);
            last = seq;
        }
        // The same record again changes nothing, so it is no commit.
        batch.upsert_node(["L"], id(5), NONE).unwrap();
        assert_eq!(batch.commit().unwrap(), None);
    });
}

#[test]
fn a_rolled_back_batch_leaves_nothing() {
    let database = open("memory://demo");
    let mut batch = database.batch();
    batch.upsert_node(["L"], id(1), NONE).unwrap();
    batch.upsert_edge("R", id(1), id(1), NONE).unwrap();
    assert_eq!(batch.rollback(), 2);
    assert_eq!(batch.commit().unwrap(), None);
    assert_eq!(database.latest().unwrap().view().node_count(), 0);
}

#[test]
fn an_upsert_replaces_the_whole_record_and_moves_the_node() {
    on_each_backend(|uri| {
        let database = open(uri);
        chain(&database);
        let mut batch = database.batch();
        batch.upsert_node(["M"], id(1), [("new", 5)]).unwrap();
        batch.commit().unwrap();
        assert!(database.lookup_node("L", &id(1)).unwrap().is_none());
        let node = database.lookup_node("M", &id(1)).unwrap().unwrap();
        assert_eq!((node.get("k"), node.get("new")), (None, Some(&Value::from(5))));
        // It is the same node: its relationship is still there.
        assert_eq!(database.out_edges("R", &id(1)).unwrap().len(), 1);
    });
}

#[test]
fn an_edge_is_keyed_by_its_triple() {
    let database = open("memory://demo");
    chain(&database);
    let mut batch = database.batch();
    batch.upsert_edge("R", id(1), id(2), [("w", 13)]).unwrap();
    batch.upsert_edge("S", id(1), id(2), NONE).unwrap();
    batch.commit().unwrap();
    let edges = database.scan_edge_type("R").unwrap();
    assert_eq!(edges.len(), 2);
    assert_eq!(edges[0].get("w"), Some(&Value::from(13)));
    assert_eq!(database.scan_edge_type("S").unwrap().len(), 1);
}

#[test]
fn a_tombstone_takes_the_edges_along_and_they_never_come_back() {
    on_each_backend(|uri| {
        let database = open(uri);
        chain(&database);
        let mut batch = database.batch();
        batch.tombstone_node("Other", id(2)).unwrap();
        assert_eq!(batch.commit().unwrap(), None, "a wrong label does nothing");
        batch.tombstone_node("L", id(2)).unwrap();
        batch.commit().unwrap();
        batch.upsert_node(["L"], id(2), NONE).unwrap();
        batch.commit().unwrap();
        let snapshot = database.snapshot().unwrap();
        assert_eq!((snapshot.view().node_count(), snapshot.view().relationship_count()), (3, 0));
        assert!(snapshot.view().scan_edge_type("R").unwrap().is_empty());
        assert!(snapshot.view().out_edges("R", &id(1)).unwrap().is_empty());
        assert!(snapshot.view().in_edges("R", &id(3)).unwrap().is_empty());
    });
}

#[test]
fn an_edge_without_an_endpoint_fails_the_whole_batch_and_names_the_row() {
    on_each_backend(|uri| {
        let database = open(uri);
        chain(&database);
        let mut batch = database.batch();
        batch.upsert_node(["L"], id(4), NONE).unwrap();
        batch.upsert_edge("R", id(3), id(4), NONE).unwrap();
        batch.upsert_edge("R", id(4), id(9), NONE).unwrap();
        let error = batch.commit().unwrap_err();
        assert_eq!(error.code(), ErrorCode::EndpointMissing);
        assert_eq!((error.detail("row"), error.detail("id")), (Some("1"), Some(&*id(9).to_string())));
        assert_eq!(database.snapshot().unwrap().view().node_count(), 3);
        // Nothing of it is left over for the next commit.
        assert_eq!(batch.commit().unwrap(), None);
        batch.upsert_node(["L"], id(5), NONE).unwrap();
        batch.commit().unwrap();
        assert_eq!(database.snapshot().unwrap().view().node_count(), 4);
    });
}

#[test]
fn many_rows_are_staged_at_once_in_any_order_or_not_at_all() {
    let database = open("memory://demo");
    let mut batch = database.batch();
    let edges = (1..100u128).map(|n| EdgeRecord { source: id(n), target: id(n + 1), properties: vec![] });
    assert_eq!(batch.rows().merge_edges(&name("R"), edges).unwrap(), 99);
    let node = |n: u128, value: Value| NodeRecord { id: id(n), properties: vec![(name("k"), value)] };
    let nodes = (1..=100).map(|n| node(n, Value::from(n as i64)));
    assert_eq!(batch.rows().merge_nodes(&[name("L")], OnExisting::Replace, nodes).unwrap(), 100);
    let bad = [node(200, 1.into()), node(201, Value::Node(namidb::NodeId(0)))];
    let error = batch.rows().merge_nodes(&[name("L")], OnExisting::Replace, bad).unwrap_err();
    assert_eq!((error.code(), error.detail("row")), (ErrorCode::PropertyType, Some("1")));
    assert_eq!(batch.len(), 199);
    batch.commit().unwrap();
    let view = database.latest().unwrap();
    assert_eq!((view.view().node_count(), view.view().relationship_count()), (100, 99));
}

#[test]
fn what_was_committed_is_there_after_opening_again() {
    let directory = common::Directory::new();
    let database = open(&directory.uri(""));
    chain(&database);
    database.close().unwrap();
    database.close().unwrap();
    let mut batch = database.batch();
    batch.upsert_node(["L"], id(9), NONE).unwrap();
    assert_eq!(batch.commit().unwrap_err().code(), ErrorCode::Closed);
    let again = open(&directory.uri("&mode=open"));
    assert_eq!(again.snapshot().unwrap().view().relationship_count(), 2);
    let uuids: Vec<_> = again.scan_label("L").unwrap().iter().map(|node| node.uuid).collect();
    assert_eq!(uuids, [id(1), id(2), id(3)]);
}
