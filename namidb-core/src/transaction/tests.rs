//! Random changes are compared with their own replay, and pairs of them with each other.

mod constraints;

use super::*;
use crate::error::ErrorCode;
use crate::graph::op::{IndexKind, NameRef, NodeRef, Op, RelRef};
use crate::graph::{Direction, GraphState};
use crate::ids::{NodeId, RelId, Seq};
use crate::runtime::{BoxFuture, Runtime};
use crate::value::Value;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// A runtime that stands still; its random bytes count.
#[derive(Debug, Default)]
struct Still(AtomicU64);

impl Runtime for Still {
    fn spawn(&self, _name: &'static str, _future: BoxFuture<'static, ()>) {
        unreachable!("changes run nothing in the background")
    }

    fn spawn_blocking(&self, _name: &'static str, _work: Box<dyn FnOnce() + Send + 'static>) {
        unreachable!("changes run nothing in the background")
    }

    fn sleep(&self, _duration: Duration) -> BoxFuture<'static, ()> {
        unreachable!("changes do not wait")
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn unix_micros(&self) -> i64 {
        0
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        let n = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(n.iter().cycle()).for_each(|(byte, n)| *byte = *n);
    }
}

pub(super) fn context(seq: u64) -> StageContext {
    StageContext { seq: Seq(seq), time: 0, runtime: Arc::new(Still::default()), may_wait: false }
}

pub(super) fn name(text: &str) -> Arc<str> {
    Arc::from(text)
}

pub(super) fn properties(entries: &[(&str, i64)]) -> Vec<(Arc<str>, Value)> {
    entries.iter().map(|(key, value)| (name(key), Value::Integer(*value))).collect()
}

/// The graph without its numbers: nodes by public id, relationships by what they connect, names spelled out.
pub(super) type Content = (BTreeMap<Uuid, BTreeSet<String>>, Vec<(String, Uuid, Uuid, BTreeSet<String>)>);

pub(super) fn content(state: &GraphState) -> Content {
    let catalog = state.catalog();
    let spell = |properties: Vec<(crate::PropertyKeyId, Value)>| {
        let text = |(key, value)| format!("{}={value:?}", catalog.property_key_name(key));
        properties.into_iter().map(text).collect::<BTreeSet<String>>()
    };
    let nodes = state.live_nodes().iter().map(|id| {
        let mut parts = spell(state.node_properties(NodeId(id)));
        parts.extend(state.labels(NodeId(id)).iter().map(|label| format!(":{}", catalog.label_name(*label))));
        (state.node_uuid(NodeId(id)).unwrap(), parts)
    });
    let uuid = |node| state.node_uuid(node).unwrap();
    let relationships = state.live_relationships().iter().map(|id| {
        let record = state.relationship(RelId(id)).unwrap();
        let rel_type = catalog.rel_type_name(record.rel_type).to_string();
        let properties = spell(state.relationship_properties(RelId(id)));
        (rel_type, uuid(record.source), uuid(record.target), properties)
    });
    let mut relationships: Vec<_> = relationships.collect();
    relationships.sort();
    (nodes.collect(), relationships)
}

fn nodes(label: &str) -> TargetName {
    TargetName::Label(name(label))
}

fn assert_replays(changes: &Changes) {
    let mut replayed = changes.base().clone();
    replayed.apply_transaction(changes.ops(), changes.seq()).unwrap();
    replayed.check().unwrap();
    changes.state().check().unwrap();
    assert_eq!(replayed.digest(), changes.state().digest());
    assert_eq!(content(&replayed), content(changes.state()));
}

fn two_people() -> GraphState {
    let mut changes = Changes::new(&GraphState::empty(), &context(1));
    let ada = changes
        .create_node(Some(Uuid::from_u128(1)), &[name("Person")], &properties(&[("age", 36)]))
        .unwrap();
    let bob = changes.create_node(Some(Uuid::from_u128(2)), &[name("Person")], &[]).unwrap();
    changes.create_relationship(&name("KNOWS"), ada, bob, &properties(&[("since", 1843)])).unwrap();
    changes.create_index(&name("ages"), IndexKind::Range, &nodes("Person"), &[name("age")]).unwrap();
    assert_replays(&changes);
    changes.state().clone()
}

const ADA: NodeId = NodeId(0);
const BOB: NodeId = NodeId(1);

#[test]
fn what_is_there_already_is_not_recorded() {
    let base = two_people();
    let mut changes = Changes::new(&base, &context(2));
    assert!(!changes.set_node_property(ADA, &name("age"), Value::Integer(36)).unwrap());
    assert!(!changes.set_node_property(ADA, &name("no such key"), Value::Null).unwrap());
    assert!(!changes.add_label(ADA, &name("Person")).unwrap());
    assert!(!changes.remove_label(ADA, &name("no such label")).unwrap());
    assert!(!changes.delete_relationship(RelId(7)).unwrap());
    assert!(!changes.delete_node(NodeId(7)).unwrap());
    assert!(changes.is_empty());
    assert_eq!(changes.counters(), Counters::default());
    assert!(changes.footprint().is_empty());
    assert!(changes.set_node_property(ADA, &name("age"), Value::Float(36.0)).unwrap());
    assert_eq!(changes.ops().len(), 1);
}

#[test]
fn an_operation_carries_the_old_value_and_the_labels_that_are_indexed() {
    let base = two_people();
    let mut changes = Changes::new(&base, &context(2));
    changes.set_node_property(ADA, &name("age"), Value::Integer(37)).unwrap();
    changes.remove_label(ADA, &name("Person")).unwrap();
    let age = NameRef::Existing(0);
    assert_eq!(
        changes.ops(),
        [
            Op::SetNodeProperty {
                node: NodeRef::Existing(ADA),
                key: age,
                old: Value::Integer(36),
                new: Value::Integer(37),
                indexed_labels: vec![NameRef::Existing(0)],
                beside: vec![],
            },
            Op::RemoveLabel {
                node: NodeRef::Existing(ADA),
                label: NameRef::Existing(0),
                indexed: vec![(age, Value::Integer(37))],
            },
        ]
    );
    assert_replays(&changes);
}

#[test]
fn entities_and_names_of_the_transaction_are_numbered_inside_it() {
    let base = two_people();
    let mut changes = Changes::new(&base, &context(2));
    let node =
        changes.create_node(Some(Uuid::from_u128(3)), &[name("City")], &properties(&[("size", 1)])).unwrap();
    changes.set_node_property(node, &name("size"), Value::Integer(2)).unwrap();
    let relationship = changes.create_relationship(&name("IN"), ADA, node, &[]).unwrap();
    changes.set_relationship_property(relationship, &name("size"), Value::Integer(5)).unwrap();
    assert!(changes.ops().contains(&Op::SetNodeProperty {
        node: NodeRef::New(0),
        key: NameRef::New(0),
        old: Value::Integer(1),
        new: Value::Integer(2),
        indexed_labels: vec![],
        beside: vec![],
    }));
    assert!(changes.ops().contains(&Op::SetRelationshipProperty {
        relationship: RelRef::New(0),
        key: NameRef::New(0),
        old: Value::Null,
        new: Value::Integer(5),
        indexed_type: None,
        beside: vec![],
    }));
    let counters = changes.counters();
    assert_eq!((counters.nodes_created, counters.relationships_created), (1, 1));
    assert_eq!((counters.labels_added, counters.properties_set), (1, 3));
    assert_replays(&changes);
}

#[test]
fn of_a_key_given_twice_the_last_value_counts_and_null_is_left_out() {
    let mut changes = Changes::new(&GraphState::empty(), &context(1));
    let given = [("a", 1), ("b", 2), ("a", 3)];
    let mut given = properties(&given);
    given.push((name("b"), Value::Null));
    given.push((name("never"), Value::Null));
    let node = changes.create_node(None, &[name("L"), name("L")], &given).unwrap();
    let key = changes.state().catalog().property_key("a").unwrap();
    assert_eq!(changes.state().node_properties(node), [(key, Value::Integer(3))]);
    assert_eq!(changes.state().catalog().property_key("never"), None);
    assert_eq!(changes.state().labels(node).len(), 1);
    assert_replays(&changes);
}

#[test]
fn a_node_with_relationships_is_deleted_only_with_them() {
    let base = two_people();
    let mut changes = Changes::new(&base, &context(2));
    changes.create_relationship(&name("LIKES"), ADA, ADA, &[]).unwrap();
    let error = changes.delete_node(ADA).unwrap_err();
    assert_eq!(error.code(), ErrorCode::DeleteConnected);
    assert!(changes.detach_delete_node(ADA).unwrap());
    assert_eq!(changes.counters().relationships_deleted, 2);
    assert_eq!(changes.state().relationship_count(), 0);
    assert!(!changes.detach_delete_node(ADA).unwrap());
    assert_replays(&changes);
}

#[test]
fn what_does_not_exist_cannot_be_changed_or_connected() {
    let base = two_people();
    let mut changes = Changes::new(&base, &context(2));
    let code = |result: crate::Result<bool>| result.unwrap_err().code();
    assert_eq!(
        code(changes.set_node_property(NodeId(9), &name("k"), Value::Integer(1))),
        ErrorCode::EntityNotFound
    );
    assert_eq!(
        code(changes.set_relationship_property(RelId(9), &name("k"), Value::Null)),
        ErrorCode::EntityNotFound
    );
    assert_eq!(code(changes.add_label(NodeId(9), &name("L"))), ErrorCode::EntityNotFound);
    let error = changes.create_relationship(&name("R"), ADA, NodeId(9), &[]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointMissing);
    assert!(changes.is_empty());
}

#[test]
fn entities_are_not_values_of_properties() {
    let base = two_people();
    let mut changes = Changes::new(&base, &context(2));
    let value = Value::from(vec![Value::Node(BOB)]);
    let error = changes.set_node_property(ADA, &name("friends"), value).unwrap_err();
    assert_eq!(error.code(), ErrorCode::PropertyType);
    assert_eq!(error.detail("property"), Some("friends"));
    assert!(changes.is_empty());
}

#[test]
fn a_public_id_is_given_once() {
    let base = two_people();
    let mut changes = Changes::new(&base, &context(2));
    let error = changes.create_node(Some(Uuid::from_u128(1)), &[], &[]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::UniqueViolation);
    assert!(changes.is_empty());
    let one = changes.create_node(None, &[], &[]).unwrap();
    let two = changes.create_node(None, &[], &[]).unwrap();
    assert_ne!(changes.state().node_uuid(one), changes.state().node_uuid(two));
}

#[test]
fn an_index_that_cannot_be_made_leaves_nothing() {
    let base = two_people();
    let mut changes = Changes::new(&base, &context(2));
    let error =
        changes.create_index(&name("ages"), IndexKind::Range, &nodes("New"), &[name("new")]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Schema);
    assert!(changes.is_empty());
    assert_eq!(changes.state().catalog().label("New"), None);
    changes.drop_index("ages").unwrap();
    assert_eq!(changes.drop_index("ages").unwrap_err().code(), ErrorCode::SchemaNotFound);
    assert!(changes.footprint().touches_schema());
    assert_replays(&changes);
}

#[test]
fn bulk_creation_gives_what_single_creation_gives() {
    let base = two_people();
    let (mut single, mut bulk) = (Changes::new(&base, &context(2)), Changes::new(&base, &context(2)));
    let nodes: Vec<NewNode> = (0..100u128)
        .map(|n| NewNode {
            uuid: Some(Uuid::from_u128(10 + n)),
            labels: vec![name("Person")],
            properties: properties(&[("age", n as i64 % 7)]),
        })
        .collect();
    let relationships: Vec<NewRelationship> = (0..500u64)
        .map(|n| NewRelationship {
            rel_type: name(if n % 3 == 0 { "KNOWS" } else { "LIKES" }),
            source: NodeId(n * 7 % 102),
            target: NodeId(n * 31 % 102),
            properties: properties(&[("since", n as i64)]),
        })
        .collect();
    assert_eq!(bulk.create_nodes(&nodes).unwrap(), 2..102);
    assert_eq!(bulk.create_relationships(&relationships).unwrap(), 1..501);
    for node in &nodes {
        single.create_node(node.uuid, &node.labels, &node.properties).unwrap();
    }
    for r in &relationships {
        single.create_relationship(&r.rel_type, r.source, r.target, &r.properties).unwrap();
    }
    assert_eq!(bulk.ops(), single.ops());
    assert_eq!(bulk.state().digest(), single.state().digest());
    bulk.state().check().unwrap();
    // Lists are filled, so that the next call sees them.
    bulk.detach_delete_node(NodeId(5)).unwrap();
    assert_replays(&bulk);
}

#[test]
fn a_bulk_creation_that_fails_leaves_a_state_that_agrees_with_itself() {
    let base = two_people();
    let mut changes = Changes::new(&base, &context(2));
    let row = |target| NewRelationship { rel_type: name("KNOWS"), source: ADA, target, properties: vec![] };
    let mark = changes.mark();
    let error = changes.create_relationships(&[row(BOB), row(NodeId(9))]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointMissing);
    assert_replays(&changes);
    changes.rollback_to(mark);
    assert!(changes.is_empty());
    assert_eq!(changes.state().digest(), base.digest());
}

fn conflict(one: impl FnOnce(&mut Changes), two: impl FnOnce(&mut Changes)) -> Option<Conflict> {
    let base = two_people();
    let (mut mine, mut theirs) = (Changes::new(&base, &context(2)), Changes::new(&base, &context(2)));
    one(&mut mine);
    two(&mut theirs);
    mine.footprint().conflict(&theirs.footprint())
}

fn set(node: NodeId, key: &'static str) -> impl Fn(&mut Changes) {
    move |changes| assert!(changes.set_node_property(node, &name(key), Value::Integer(99)).unwrap())
}

fn label(node: NodeId, label: &'static str) -> impl Fn(&mut Changes) {
    move |changes| assert!(changes.add_label(node, &name(label)).unwrap())
}

#[test]
fn a_conflict_is_per_entity_and_property_label_or_existence() {
    assert_eq!(conflict(set(ADA, "age"), set(BOB, "age")), None);
    assert_eq!(conflict(set(ADA, "age"), set(ADA, "name")), None);
    assert_eq!(
        conflict(set(ADA, "age"), set(ADA, "age")),
        Some(Conflict::Touched { entity: Entity::Node(ADA), aspect: Aspect::Property(name("age")) })
    );
    assert_eq!(conflict(label(ADA, "A"), label(ADA, "B")), None);
    assert!(conflict(label(ADA, "A"), label(ADA, "A")).is_some());
    assert_eq!(conflict(label(ADA, "A"), set(ADA, "age")), None);
}

#[test]
fn names_that_both_defined_are_no_conflict_but_what_was_set_under_them_is() {
    assert_eq!(conflict(set(ADA, "new"), set(BOB, "new")), None);
    let second = |changes: &mut Changes| {
        set(BOB, "other")(changes);
        set(ADA, "new")(changes);
    };
    assert_eq!(
        conflict(set(ADA, "new"), second),
        Some(Conflict::Touched { entity: Entity::Node(ADA), aspect: Aspect::Property(name("new")) })
    );
}

#[test]
fn endpoints_of_new_relationships_are_relied_on_and_not_written() {
    let connect = |changes: &mut Changes| {
        changes.create_relationship(&name("KNOWS"), ADA, BOB, &[]).unwrap();
    };
    let delete = |changes: &mut Changes| assert!(changes.detach_delete_node(BOB).unwrap());
    assert_eq!(conflict(connect, connect), None);
    assert_eq!(conflict(connect, set(ADA, "age")), None);
    let expected = Some(Conflict::Touched { entity: Entity::Node(BOB), aspect: Aspect::Existence });
    assert_eq!(conflict(connect, delete), expected);
    assert_eq!(conflict(delete, connect), expected);
    assert_eq!(conflict(set(BOB, "age"), delete), expected);
}

#[test]
fn a_label_relies_on_the_properties_that_its_indexes_cover() {
    let unlabel = |changes: &mut Changes| assert!(changes.remove_label(ADA, &name("Person")).unwrap());
    let expected =
        Some(Conflict::Touched { entity: Entity::Node(ADA), aspect: Aspect::Property(name("age")) });
    assert_eq!(conflict(unlabel, set(ADA, "age")), expected);
    assert_eq!(conflict(set(ADA, "age"), unlabel), expected);
    assert_eq!(conflict(set(ADA, "name"), unlabel), None);
}

#[test]
fn a_public_id_that_both_give_is_a_conflict() {
    let create = |changes: &mut Changes| {
        changes.create_node(Some(Uuid::from_u128(77)), &[], &[]).unwrap();
    };
    assert_eq!(
        conflict(create, create),
        Some(Conflict::Touched { entity: Entity::Key(Uuid::from_u128(77)), aspect: Aspect::Existence })
    );
}

#[test]
fn a_change_of_the_schema_conflicts_with_everything_but_nothing() {
    let drop_index = |changes: &mut Changes| changes.drop_index("ages").unwrap();
    assert_eq!(conflict(set(ADA, "name"), drop_index), Some(Conflict::Schema));
    assert_eq!(conflict(drop_index, set(ADA, "name")), Some(Conflict::Schema));
    assert_eq!(conflict(|_| {}, drop_index), None);
}

#[test]
fn the_error_of_a_conflict_names_entity_and_property_and_can_be_retried() {
    let base = two_people();
    let conflict = Conflict::Touched { entity: Entity::Node(ADA), aspect: Aspect::Property(name("age")) };
    let error = conflict.into_error(&base);
    assert_eq!(error.code(), ErrorCode::Conflict);
    assert!(error.is_retryable());
    assert_eq!(error.detail("entity"), Some("node 0 (00000000-0000-0000-0000-000000000001)"));
    assert_eq!(error.detail("property"), Some("age"));
    assert!(error.to_string().contains("changed the property age of node 0"), "{error}");
}

/// One step of a script: what to do, and three numbers to choose with.
type Step = (u8, [u16; 3]);

const LABELS: [&str; 3] = ["A", "B", "C"];
const KEYS: [&str; 4] = ["k", "l", "m", "n"];

fn pick<T: Copy>(all: &[T], n: u16) -> T {
    all[n as usize % all.len()]
}

fn node_of(state: &GraphState, n: u16) -> Option<NodeId> {
    let ids: Vec<u64> = state.live_nodes().iter().collect();
    if ids.is_empty() { None } else { Some(NodeId(pick(&ids, n))) }
}

fn rel_of(state: &GraphState, n: u16) -> Option<RelId> {
    let ids: Vec<u64> = state.live_relationships().iter().collect();
    if ids.is_empty() { None } else { Some(RelId(pick(&ids, n))) }
}

fn value(n: u16) -> Value {
    match n % 4 {
        0 => Value::Null,
        1 => Value::Integer(i64::from(n % 5)),
        2 => Value::from(format!("text {}", n % 3)),
        _ => Value::Float(f64::from(n % 5)),
    }
}

/// Carries out a step; public ids come from `ids`, so that two transactions rarely give the same one.
fn step(changes: &mut Changes, ids: u128, (kind, n): Step) {
    let state = changes.state().clone();
    let label = name(pick(&LABELS, n[1]));
    let key = name(pick(&KEYS, n[1] >> 4));
    match kind {
        0..=2 => {
            let labels: Vec<Arc<str>> =
                (0..3).filter(|l| n[0] >> l & 1 == 1).map(|l| name(LABELS[l])).collect();
            let uuid = Uuid::from_u128(ids << 64 | u128::from(n[2] % 64));
            if state.node_by_uuid(&uuid).is_none() {
                changes.create_node(Some(uuid), &labels, &[(key, value(n[2]))]).unwrap();
            }
        }
        3..=5 => {
            if let (Some(source), Some(target)) = (node_of(&state, n[0]), node_of(&state, n[2])) {
                let rel_type = name(["R", "S"][n[1] as usize % 2]);
                changes.create_relationship(&rel_type, source, target, &[(key, value(n[1]))]).unwrap();
            }
        }
        6 => {
            if let Some(relationship) = rel_of(&state, n[0]) {
                changes.delete_relationship(relationship).unwrap();
            }
        }
        7 => {
            if let Some(node) = node_of(&state, n[0]) {
                changes.detach_delete_node(node).unwrap();
            }
        }
        8..=10 => {
            if let Some(node) = node_of(&state, n[0]) {
                changes.set_node_property(node, &key, value(n[2])).unwrap();
            }
        }
        11 => {
            if let Some(relationship) = rel_of(&state, n[0]) {
                changes.set_relationship_property(relationship, &key, value(n[2])).unwrap();
            }
        }
        12 | 13 => {
            if let Some(node) = node_of(&state, n[0]) {
                changes.add_label(node, &label).unwrap();
            }
        }
        14 => {
            if let Some(node) = node_of(&state, n[0]) {
                changes.remove_label(node, &label).unwrap();
            }
        }
        _ => {
            let rel_type = name(["R", "S"][n[1] as usize % 2]);
            let target =
                if n[0].is_multiple_of(3) { TargetName::RelType(rel_type) } else { TargetName::Label(label) };
            let mut keys = vec![key];
            let other = name(pick(&KEYS, n[2]));
            if n[2].is_multiple_of(2) && !keys.contains(&other) {
                keys.push(other);
            }
            let index = name(&format!("{target:?} {keys:?}"));
            if changes.create_index(&index, IndexKind::Range, &target, &keys).is_err() {
                changes.drop_index(&index).unwrap();
            }
        }
    }
}

fn steps(kinds: u8, count: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0..kinds, any::<[u16; 3]>()), 0..count)
}

fn after(base: &GraphState, seq: u64, steps: &[Step]) -> Changes {
    let mut changes = Changes::new(base, &context(seq));
    steps.iter().for_each(|s| step(&mut changes, u128::from(seq), *s));
    changes
}

proptest! {
    #[test]
    fn replayed_operations_give_the_state(first in steps(16, 40), second in steps(16, 40)) {
        let one = after(&GraphState::empty(), 1, &first);
        assert_replays(&one);
        let two = after(one.state(), 2, &second);
        assert_replays(&two);
    }

    #[test]
    fn rolling_back_to_a_mark_restores_it(
        first in steps(16, 30), kept in steps(16, 15), undone in steps(16, 15), more in steps(16, 15),
    ) {
        let base = after(&GraphState::empty(), 1, &first);
        let mut changes = after(base.state(), 2, &kept);
        let (digest, ops, counters) = (changes.state().digest(), changes.ops().to_vec(), changes.counters());
        let mark = changes.mark();
        undone.iter().for_each(|s| step(&mut changes, 3, *s));
        changes.rollback_to(mark);
        prop_assert_eq!(changes.state().digest(), digest);
        prop_assert_eq!(changes.ops(), &ops[..]);
        prop_assert_eq!(changes.counters(), counters);
        more.iter().for_each(|s| step(&mut changes, 4, *s));
        assert_replays(&changes);
    }

    #[test]
    fn changes_that_do_not_conflict_commute(
        first in steps(16, 40), mine in steps(15, 5), theirs in steps(15, 5),
    ) {
        let base = after(&GraphState::empty(), 1, &first);
        let (mine, theirs) = (after(base.state(), 2, &mine), after(base.state(), 3, &theirs));
        prop_assert_eq!(
            mine.footprint().conflict(&theirs.footprint()),
            theirs.footprint().conflict(&mine.footprint())
        );
        if mine.footprint().conflict(&theirs.footprint()).is_none() {
            let (mut one, mut two) = (mine.state().clone(), theirs.state().clone());
            one.apply_transaction(theirs.ops(), Seq(3)).unwrap();
            two.apply_transaction(mine.ops(), Seq(3)).unwrap();
            one.check().unwrap();
            two.check().unwrap();
            prop_assert_eq!(content(&one), content(&two));
        }
    }
}

#[test]
fn lists_are_exact_after_every_call() {
    let base = two_people();
    let mut changes = Changes::new(&base, &context(2));
    let knows = base.catalog().rel_type("KNOWS").unwrap();
    changes.create_relationship(&name("KNOWS"), BOB, ADA, &[]).unwrap();
    assert_eq!(changes.state().degree(BOB, Some(knows), Direction::Outgoing), 1);
    assert_eq!(base.degree(BOB, Some(knows), Direction::Outgoing), 0);
}
