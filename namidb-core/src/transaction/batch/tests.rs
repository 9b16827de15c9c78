//! Batches against what they promise, row by row and as a whole.

use super::*;
use crate::graph::GraphState;
use crate::ids::NodeId;
use crate::transaction::tests::{Content, content, context, name, properties};
use crate::transaction::{Changes, Restage};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn staged(base: &GraphState, batch: &StagedBatch) -> Changes {
    let changes = batch.clone().restage(base, &context(2)).unwrap();
    let mut replayed = base.clone();
    replayed.apply_transaction(changes.ops(), changes.seq()).unwrap();
    replayed.check().unwrap();
    assert_eq!(replayed.digest(), changes.state().digest());
    changes
}

/// Nodes 1 to 3 with the label L, and edges 1 → 2 and 2 → 3.
fn chain() -> GraphState {
    let mut batch = StagedBatch::new();
    for n in 1..=3 {
        batch.upsert_node(&[name("L")], id(n), &properties(&[("k", n as i64), ("old", 0)])).unwrap();
    }
    batch.upsert_edge(&name("R"), id(1), id(2), &properties(&[("w", 1), ("old", 0)])).unwrap();
    batch.upsert_edge(&name("R"), id(2), id(3), &[]).unwrap();
    staged(&GraphState::empty(), &batch).state().clone()
}

fn node(state: &GraphState, n: u128) -> Vec<String> {
    content(state).0.get(&id(n)).map(|parts| parts.iter().cloned().collect()).unwrap_or_default()
}

#[test]
fn an_upsert_replaces_the_whole_record() {
    let base = chain();
    let mut batch = StagedBatch::new();
    batch.upsert_node(&[name("M")], id(1), &properties(&[("k", 7), ("new", 1)])).unwrap();
    batch.upsert_edge(&name("R"), id(1), id(2), &properties(&[("w", 2)])).unwrap();
    let changes = staged(&base, &batch);
    assert_eq!(node(changes.state(), 1), [":M", "k=7", "new=1"]);
    let (_, edges) = content(changes.state());
    assert_eq!(edges[0].3, BTreeSet::from(["w=2".to_owned()]));
    assert_eq!((changes.counters().nodes_created, changes.counters().relationships_created), (0, 0));
}

#[test]
fn a_merge_says_what_becomes_of_a_node_that_is_there() {
    let base = chain();
    let merged = |existing: OnExisting| {
        let mut batch = StagedBatch::new();
        let row = |n: u128, k: i64| NodeRecord { id: id(n), properties: properties(&[("k", k), ("new", 1)]) };
        batch.merge_nodes(&[name("M")], existing, [row(1, 7), row(9, 8), row(9, 9)]).unwrap();
        batch.restage(&base, &context(2))
    };
    let both = |existing: OnExisting| {
        let changes = merged(existing).unwrap();
        (node(changes.state(), 1), node(changes.state(), 9))
    };
    let texts = |all: &[&str]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    let last = texts(&[":M", "k=9", "new=1"]);
    assert_eq!(both(OnExisting::Replace), (texts(&[":M", "k=7", "new=1"]), last.clone()));
    assert_eq!(both(OnExisting::Merge), (texts(&[":L", ":M", "k=7", "new=1", "old=0"]), last));
    let first = texts(&[":M", "k=8", "new=1"]);
    assert_eq!(both(OnExisting::Skip), (texts(&[":L", "k=1", "old=0"]), first));
    let error = merged(OnExisting::Error).unwrap_err();
    assert_eq!((error.code(), error.detail("row")), (ErrorCode::UniqueViolation, Some("0")));
    for (text, existing) in
        [("replace", OnExisting::Replace), ("merge", OnExisting::Merge), ("skip", OnExisting::Skip)]
    {
        assert_eq!(OnExisting::parse(text).unwrap(), existing);
    }
    assert_eq!(OnExisting::parse("upsert").unwrap_err().code(), ErrorCode::InvalidArgument);
}

#[test]
fn columns_stage_what_their_rows_do() {
    let base = chain();
    let columns =
        || vec![(name("k"), vec![Value::from(5), Value::Null]), (name("s"), vec!["a".into(), "b".into()])];
    let mut by_columns = StagedBatch::new();
    let staged_nodes =
        by_columns.merge_node_columns(&[name("L")], OnExisting::Replace, &[id(1), id(7)], columns());
    assert_eq!(staged_nodes.unwrap(), 2);
    assert_eq!(
        by_columns.merge_edge_columns(&name("R"), &[(id(7), id(1)), (id(1), id(2))], columns()).unwrap(),
        2
    );
    let mut by_rows = StagedBatch::new();
    let records = [vec![(name("k"), Value::from(5)), (name("s"), "a".into())], vec![(name("s"), "b".into())]];
    let nodes =
        [id(1), id(7)].into_iter().zip(records.clone()).map(|(id, properties)| NodeRecord { id, properties });
    by_rows.merge_nodes(&[name("L")], OnExisting::Replace, nodes).unwrap();
    let ends = [(id(7), id(1)), (id(1), id(2))].into_iter().zip(records);
    let edges = ends.map(|((source, target), properties)| EdgeRecord { source, target, properties });
    by_rows.merge_edges(&name("R"), edges).unwrap();
    assert_eq!(staged(&base, &by_columns).state().digest(), staged(&base, &by_rows).state().digest());

    let before = by_columns.len();
    let entity = vec![(name("k"), vec![Value::from(1), Value::Node(NodeId(0))])];
    let error = by_columns
        .merge_node_columns(&[name("L")], OnExisting::Replace, &[id(8), id(9)], entity)
        .unwrap_err();
    assert_eq!((error.detail("row"), error.detail("property")), (Some("1"), Some("k")));
    let short = vec![(name("k"), vec![Value::from(1)])];
    let twice = vec![(name("k"), vec![Value::Null; 2]), (name("k"), vec![Value::Null; 2])];
    for wrong in [short, twice] {
        let error =
            by_columns.merge_edge_columns(&name("R"), &[(id(1), id(2)), (id(2), id(1))], wrong).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
    }
    assert_eq!(by_columns.len(), before);
}

#[test]
fn the_same_record_again_changes_nothing() {
    let base = chain();
    let mut batch = StagedBatch::new();
    batch.upsert_node(&[name("L")], id(1), &properties(&[("k", 1), ("old", 0)])).unwrap();
    batch.upsert_edge(&name("R"), id(2), id(3), &[]).unwrap();
    assert!(staged(&base, &batch).is_empty());
}

#[test]
fn the_last_of_several_rows_wins() {
    let mut batch = StagedBatch::new();
    batch.upsert_edge(&name("R"), id(1), id(2), &properties(&[("w", 1)])).unwrap();
    batch.upsert_node(&[name("A")], id(1), &properties(&[("k", 1)])).unwrap();
    batch.upsert_node(&[name("B")], id(1), &properties(&[("k", 2)])).unwrap();
    batch.upsert_edge(&name("R"), id(1), id(2), &properties(&[("w", 2)])).unwrap();
    batch.upsert_node(&[], id(2), &[]).unwrap();
    let changes = staged(&GraphState::empty(), &batch);
    assert_eq!(node(changes.state(), 1), [":B", "k=2"]);
    let (_, edges) = content(changes.state());
    assert_eq!(edges.len(), 1);
    assert_eq!(edges[0].3, BTreeSet::from(["w=2".to_owned()]));
}

#[test]
fn of_parallel_relationships_the_lowest_is_the_keyed_one() {
    let base = chain();
    let mut changes = Changes::new(&base, &context(2));
    changes.create_relationship(&name("R"), NodeId(0), NodeId(1), &properties(&[("w", 10)])).unwrap();
    let base = changes.state().clone();
    let mut batch = StagedBatch::new();
    batch.upsert_edge(&name("R"), id(1), id(2), &properties(&[("w", 5)])).unwrap();
    let state = staged(&base, &batch).state().clone();
    assert_eq!(state.relationship_count(), 3);
    let key = state.catalog().property_key("w").unwrap();
    assert_eq!(state.relationship_property(crate::RelId(0), key), Value::Integer(5));
    assert_eq!(state.relationship_property(crate::RelId(2), key), Value::Integer(10));
    let mut batch = StagedBatch::new();
    batch.tombstone_edge(&name("R"), id(1), id(2)).unwrap();
    let state = staged(&state, &batch).state().clone();
    assert!(!state.has_relationship(crate::RelId(0)) && state.has_relationship(crate::RelId(2)));
}

#[test]
fn a_tombstone_takes_the_relationships_along_for_ever() {
    let mut batch = StagedBatch::new();
    batch.tombstone_node(&name("L"), id(2)).unwrap();
    batch.upsert_node(&[name("L")], id(2), &[]).unwrap();
    let changes = staged(&chain(), &batch);
    assert_eq!(changes.state().relationship_count(), 0);
    assert_eq!(node(changes.state(), 2), [":L"]);
}

#[test]
fn a_tombstone_with_another_label_does_nothing() {
    let base = chain();
    let mut batch = StagedBatch::new();
    batch.tombstone_node(&name("M"), id(2)).unwrap();
    batch.tombstone_node(&name("L"), id(9)).unwrap();
    batch.tombstone_edge(&name("R"), id(1), id(9)).unwrap();
    batch.tombstone_edge(&name("S"), id(1), id(2)).unwrap();
    let changes = staged(&base, &batch);
    assert!(changes.is_empty());
    assert_eq!(changes.state().catalog().label("M"), None);
}

#[test]
fn a_tombstone_takes_the_edges_staged_before_it_along() {
    let base = chain();
    let mut batch = StagedBatch::new();
    batch.upsert_edge(&name("S"), id(1), id(2), &[]).unwrap();
    batch.tombstone_node(&name("L"), id(1)).unwrap();
    assert_eq!(staged(&base, &batch).state().relationship_count(), 1);
    batch.upsert_edge(&name("S"), id(1), id(2), &[]).unwrap();
    let error = batch.restage(&base, &context(2)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointMissing);
}

#[test]
fn an_edge_without_its_endpoint_fails_the_batch_and_names_row_and_id() {
    let base = chain();
    let mut batch = StagedBatch::new();
    batch.upsert_edge(&name("R"), id(3), id(1), &[]).unwrap();
    batch.upsert_edge(&name("R"), id(1), id(9), &[]).unwrap();
    let error = batch.restage(&base, &context(2)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointMissing);
    assert_eq!(error.detail("row"), Some("1"));
    assert_eq!(error.detail("id"), Some(&*id(9).to_string()));
    assert!(error.message().contains("edge row 1 (R): its target"), "{error}");
}

#[test]
fn an_edge_that_a_later_row_takes_away_needs_no_endpoint() {
    let mut batch = StagedBatch::new();
    batch.upsert_edge(&name("R"), id(1), id(2), &[]).unwrap();
    batch.tombstone_edge(&name("R"), id(1), id(2)).unwrap();
    assert!(staged(&GraphState::empty(), &batch).is_empty());
    batch.upsert_edge(&name("R"), id(1), id(2), &[]).unwrap();
    let error = batch.restage(&GraphState::empty(), &context(2)).unwrap_err();
    assert_eq!((error.code(), error.detail("row")), (ErrorCode::EndpointMissing, Some("2")));
}

#[test]
fn a_bad_row_in_the_middle_stages_nothing() {
    let mut batch = StagedBatch::new();
    batch.upsert_node(&[], id(1), &[]).unwrap();
    let row =
        |n, value| NodeRecord { id: id(n), properties: vec![(name("a"), 1.into()), (name("k"), value)] };
    let rows = [row(2, Value::Integer(1)), row(3, Value::Node(NodeId(1)))];
    let error = batch.merge_nodes(&[name("L")], OnExisting::Replace, rows).unwrap_err();
    assert_eq!(error.code(), ErrorCode::PropertyType);
    assert_eq!((error.detail("row"), error.detail("property")), (Some("1"), Some("k")));
    assert_eq!((batch.len(), batch.properties.len()), (1, 0));
    assert_eq!(batch.merge_nodes(&[name("L")], OnExisting::Replace, [row(2, Value::Null)]).unwrap(), 1);
    assert_eq!(batch.upsert_node(&[name("")], id(1), &[]).unwrap_err().code(), ErrorCode::InvalidArgument);
    assert_eq!(batch.tombstone_edge(&name(""), id(1), id(1)).unwrap_err().code(), ErrorCode::InvalidArgument);
    assert_eq!(node(staged(&GraphState::empty(), &batch).state(), 2), [":L", "a=1"]);
}

#[test]
fn rows_staged_after_a_mark_stay_when_those_before_it_are_discarded() {
    let mut batch = StagedBatch::new();
    batch.upsert_node(&[name("A")], id(1), &properties(&[("k", 1), ("j", 2)])).unwrap();
    batch.upsert_node(&[name("A")], id(2), &[]).unwrap();
    batch.upsert_edge(&name("R"), id(1), id(2), &properties(&[("w", 1)])).unwrap();
    let mark = batch.mark();
    let before = staged(&GraphState::empty(), &batch);
    batch.upsert_node(&[name("B")], id(3), &properties(&[("k", 3)])).unwrap();
    batch.upsert_edge(&name("R"), id(3), id(1), &properties(&[("w", 2)])).unwrap();
    batch.tombstone_node(&name("B"), id(3)).unwrap();
    batch.upsert_node(&[name("B")], id(3), &properties(&[("k", 4)])).unwrap();
    batch.upsert_edge(&name("R"), id(3), id(2), &properties(&[("w", 5)])).unwrap();
    batch.discard_before(mark);
    assert_eq!(batch.len(), 5);
    let changes = staged(before.state(), &batch);
    assert_eq!(node(changes.state(), 3), [":B", "k=4"]);
    let (_, edges) = content(changes.state());
    assert_eq!(edges.iter().map(|e| e.3.iter().next().unwrap().as_str()).collect::<Vec<_>>(), ["w=1", "w=5"]);
}

#[test]
fn a_batch_goes_back_to_its_mark() {
    let mut batch = StagedBatch::new();
    batch.upsert_node(&[name("L")], id(1), &properties(&[("k", 1)])).unwrap();
    let mark = batch.mark();
    batch.upsert_node(&[name("M")], id(2), &properties(&[("l", 1)])).unwrap();
    batch.upsert_edge(&name("R"), id(1), id(2), &[]).unwrap();
    assert_eq!(batch.len(), 3);
    batch.rollback_to(mark);
    assert_eq!(batch.len(), 1);
    let changes = staged(&GraphState::empty(), &batch);
    assert_eq!(changes.state().node_count(), 1);
    assert_eq!(changes.state().catalog().label("M"), None);
    batch.clear();
    assert!(batch.is_empty() && staged(&GraphState::empty(), &batch).is_empty());
}

/// What a batch means, row by row: nodes and keyed edges as maps.
#[derive(Clone, Default)]
struct Model {
    nodes: BTreeMap<u128, (usize, Option<i64>)>,
    edges: BTreeMap<(usize, u128, u128), Option<i64>>,
}

#[derive(Clone, Debug)]
enum Row {
    Node(u128, usize, Option<i64>),
    Edge(usize, u128, u128, Option<i64>),
    NodeGone(u128, usize),
    EdgeGone(usize, u128, u128),
}

const LABELS: [&str; 2] = ["A", "B"];
const TYPES: [&str; 2] = ["R", "S"];

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let node = || 1..7u128;
    let row = prop_oneof![
        5 => (node(), 0..2usize, prop::option::of(0..3i64)).prop_map(|(n, l, v)| Row::Node(n, l, v)),
        5 => (0..2usize, node(), node(), prop::option::of(0..3i64)).prop_map(|(t, a, b, v)| Row::Edge(t, a, b, v)),
        1 => (node(), 0..2usize).prop_map(|(n, l)| Row::NodeGone(n, l)),
        1 => (0..2usize, node(), node()).prop_map(|(t, a, b)| Row::EdgeGone(t, a, b)),
    ];
    prop::collection::vec(row, 0..40)
}

impl Model {
    /// The graph after the rows; none if an edge lacks an endpoint in the end.
    fn after(&self, rows: &[Row]) -> Option<Model> {
        let mut next = self.clone();
        for row in rows {
            match row {
                Row::Node(n, label, value) => drop(next.nodes.insert(*n, (*label, *value))),
                Row::Edge(t, a, b, value) => drop(next.edges.insert((*t, *a, *b), *value)),
                Row::NodeGone(n, label) => {
                    if next.nodes.get(n).is_some_and(|(has, _)| has == label) {
                        next.nodes.remove(n);
                        next.edges.retain(|(_, a, b), _| a != n && b != n);
                    }
                }
                Row::EdgeGone(t, a, b) => drop(next.edges.remove(&(*t, *a, *b))),
            }
        }
        let exist =
            next.edges.keys().all(|(_, a, b)| next.nodes.contains_key(a) && next.nodes.contains_key(b));
        exist.then_some(next)
    }

    fn content(&self) -> Content {
        let text = |value: &Option<i64>| value.map(|v| format!("v={v}"));
        let nodes = self.nodes.iter().map(|(n, (label, value))| {
            let parts = text(value).into_iter().chain([format!(":{}", LABELS[*label])]);
            (id(*n), parts.collect())
        });
        let edges = self.edges.iter();
        let edges = edges
            .map(|((t, a, b), value)| (TYPES[*t].into(), id(*a), id(*b), text(value).into_iter().collect()));
        let mut edges: Vec<_> = edges.collect();
        edges.sort();
        (nodes.collect(), edges)
    }
}

fn batch_of(rows: &[Row]) -> StagedBatch {
    let mut batch = StagedBatch::new();
    let value = |v: &Option<i64>| vec![(name("v"), v.map_or(Value::Null, Value::Integer))];
    for row in rows {
        match row {
            Row::Node(n, label, v) => batch.upsert_node(&[name(LABELS[*label])], id(*n), &value(v)),
            Row::Edge(t, a, b, v) => batch.upsert_edge(&name(TYPES[*t]), id(*a), id(*b), &value(v)),
            Row::NodeGone(n, label) => batch.tombstone_node(&name(LABELS[*label]), id(*n)),
            Row::EdgeGone(t, a, b) => batch.tombstone_edge(&name(TYPES[*t]), id(*a), id(*b)),
        }
        .unwrap();
    }
    batch
}

proptest! {
    #[test]
    fn a_batch_does_what_its_rows_say(all in prop::collection::vec(rows(), 1..4)) {
        let (mut model, mut state) = (Model::default(), GraphState::empty());
        for rows in all {
            let mut batch = batch_of(&rows);
            match model.after(&rows) {
                Some(next) => {
                    let changes = staged(&state, &batch);
                    prop_assert_eq!(content(changes.state()), next.content());
                    (model, state) = (next, changes.state().clone());
                }
                None => {
                    let error = batch.restage(&state, &context(2)).unwrap_err();
                    prop_assert_eq!(error.code(), ErrorCode::EndpointMissing);
                }
            }
        }
    }
}
