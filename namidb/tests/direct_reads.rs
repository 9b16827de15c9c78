//! Reading without a query.

mod common;

use common::{chain, id, on_each_backend, open};
use namidb::{Seq, Value};

#[test]
fn nodes_are_looked_up_by_label_and_id() {
    on_each_backend(|uri| {
        let database = open(uri);
        chain(&database);
        let node = database.lookup_node("L", &id(2)).unwrap().unwrap();
        assert_eq!((node.uuid, node.seq, node.get("k")), (id(2), Seq(1), Some(&Value::from(2))));
        assert!(node.has_label("L") && node.element_id() == id(2).to_string());
        assert!(database.lookup_node("M", &id(2)).unwrap().is_none());
        assert!(database.lookup_node("L", &id(9)).unwrap().is_none());
    });
}

#[test]
fn edges_are_found_from_both_ends_and_by_type() {
    on_each_backend(|uri| {
        let database = open(uri);
        chain(&database);
        let out = database.out_edges("R", &id(1)).unwrap();
        assert_eq!((out.len(), out[0].source, out[0].target), (1, id(1), id(2)));
        assert_eq!(
            (out[0].get("w"), &*out[0].rel_type, out[0].element_id()),
            (Some(&12.into()), "R", "r:0".into())
        );
        assert_eq!(database.in_edges("R", &id(3)).unwrap()[0].source, id(2));
        assert!(database.out_edges("R", &id(3)).unwrap().is_empty());
        assert!(database.out_edges("S", &id(1)).unwrap().is_empty());
        assert!(database.in_edges("R", &id(9)).unwrap().is_empty());
        assert_eq!(database.scan_edge_type("R").unwrap().len(), 2);
        assert!(database.scan_edge_type("S").unwrap().is_empty());
        assert!(database.scan_label("M").unwrap().is_empty());
    });
}

#[test]
fn a_snapshot_stays_as_it_is() {
    on_each_backend(|uri| {
        let database = open(uri);
        chain(&database);
        let before = database.snapshot().unwrap();
        let mut batch = database.batch();
        batch.tombstone_node("L", id(1)).unwrap();
        let seq = batch.commit().unwrap().unwrap();
        assert_eq!(before.view().node_count(), 3);
        assert_eq!(before.view().out_edges("R", &id(1)).unwrap().len(), 1);
        assert_eq!((database.refresh().unwrap(), database.latest().unwrap().seq()), (seq, seq));
        assert_eq!(database.latest().unwrap().view().node_count(), 2);
    });
}

#[test]
fn a_second_opening_sees_every_commit_at_once() {
    on_each_backend(|uri| {
        let (writer, reader) = (open(uri), open(uri));
        for n in 1..=20 {
            let mut batch = writer.batch();
            batch.upsert_node(["L"], id(n), [("k", 1)]).unwrap();
            batch.commit().unwrap();
            assert_eq!(reader.scan_label("L").unwrap().len(), n as usize);
        }
    });
}
