//! The state is checked against plain maps, operation by operation and transaction by transaction.
//!
//! A script of small numbers is turned into valid operations against the model as it is at that point, the
//! way a transaction would have written them. One state applies them one at a time, another in
//! batches; both must agree with the model, and snapshots with the model of their time.

mod bucket;
mod lazy;
mod residence;

use super::op::{IndexKind, NameKind, NameRef, Op, TargetRef};
use super::*;
use crate::value::Date;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Default)]
struct Model {
    nodes: BTreeMap<u64, ModelNode>,
    relationships: BTreeMap<u64, ModelRelationship>,
    next_node: u64,
    next_relationship: u64,
    indexes: BTreeSet<Index>,
    tokens: BTreeMap<u128, u64>,
}

/// Whether it is on relationships, the number of the label or type, and the keys.
type Index = (bool, u32, Vec<u32>);

#[derive(Clone)]
struct ModelNode {
    uuid: Uuid,
    labels: BTreeSet<u32>,
    properties: BTreeMap<u32, Value>,
    seq: u64,
}

#[derive(Clone)]
struct ModelRelationship {
    record: RelationshipRecord,
    properties: BTreeMap<u32, Value>,
    seq: u64,
}

const LABELS: u32 = 3;
const TYPES: u32 = 2;
const KEYS: u32 = 4;

/// One step of a script: what to do, and four numbers to choose with.
type Step = (u8, [u32; 4]);

fn value(n: u32) -> Value {
    match n % 7 {
        0 => Value::Integer(i64::from(n % 40)),
        1 => Value::Float(f64::from(n % 40) / 2.0),
        2 => Value::String(format!("text {}", n % 30).into()),
        3 => Value::Boolean(n.is_multiple_of(2)),
        4 => Value::Date(Date { days: i64::from(n % 50) }),
        5 => Value::List([Value::Integer(i64::from(n % 3)), Value::Null].into()),
        _ => Value::Integer(i64::from(n)),
    }
}

fn properties(n: u32) -> BTreeMap<u32, Value> {
    (0..KEYS).filter(|key| n >> key & 1 != 0).map(|key| (key, value(n.rotate_left(key * 5)))).collect()
}

fn deltas(properties: &BTreeMap<u32, Value>) -> Vec<op::PropertyDelta> {
    properties.iter().map(|(key, value)| (NameRef::Existing(*key), value.clone())).collect()
}

fn names(labels: &BTreeSet<u32>) -> Vec<NameRef> {
    labels.iter().map(|label| NameRef::Existing(*label)).collect()
}

fn pick<V>(map: &BTreeMap<u64, V>, n: u32) -> Option<u64> {
    map.keys().nth(n as usize % map.len().max(1)).copied()
}

/// Names every name, so that scripts need not.
fn define_names() -> Vec<Op> {
    let kinds =
        [(NameKind::Label, LABELS, "L"), (NameKind::RelType, TYPES, "T"), (NameKind::PropertyKey, KEYS, "k")];
    let define = |(kind, count, letter): (NameKind, u32, &'static str)| {
        (0..count).map(move |n| Op::DefineName { kind, name: format!("{letter}{n}").into() })
    };
    kinds.into_iter().flat_map(define).collect()
}

impl Model {
    /// The operations of one step, which the model has applied.
    fn step(&mut self, cx: &ApplyContext, seq: u64, (kind, n): Step) -> Vec<Op> {
        match kind {
            0..=2 => vec![self.create_node(seq, n)],
            3..=7 => self.create_relationship(cx, seq, n).into_iter().collect(),
            8 => pick(&self.relationships, n[0])
                .map(|id| self.delete_relationship(cx, id))
                .into_iter()
                .collect(),
            9 => pick(&self.nodes, n[0]).map(|id| self.delete_node(cx, id)).unwrap_or_default(),
            10 | 11 => self.set_node_property(cx, seq, n).into_iter().collect(),
            12 => self.set_relationship_property(cx, seq, n).into_iter().collect(),
            13 => self.change_label(cx, seq, n).into_iter().collect(),
            14 => vec![self.change_index(n)],
            _ => {
                let token = CommitToken(u128::from(n[0] % 50) << 3);
                self.tokens.insert(token.0, seq);
                vec![Op::Remember { token, answer: n[1].to_le_bytes().to_vec().into() }]
            }
        }
    }

    fn create_node(&mut self, seq: u64, n: [u32; 4]) -> Op {
        let id = self.next_node;
        self.next_node += 1;
        let uuid = Uuid::from_u128(u128::from(id) << 70 | 7);
        let labels: BTreeSet<u32> = (0..LABELS).filter(|label| n[0] >> label & 1 != 0).collect();
        let properties = properties(n[1]);
        let op = Op::CreateNode { uuid, labels: names(&labels), properties: deltas(&properties) };
        self.nodes.insert(id, ModelNode { uuid, labels, properties, seq });
        op
    }

    fn create_relationship(&mut self, cx: &ApplyContext, seq: u64, n: [u32; 4]) -> Option<Op> {
        // Half of them start at the same node, so that its list grows long.
        let source = pick(&self.nodes, if n[0].is_multiple_of(2) { 0 } else { n[1] })?;
        let target = pick(&self.nodes, n[2])?;
        let rel_type = n[3] % TYPES;
        let properties = properties(n[0] >> 8 & 3);
        let id = self.next_relationship;
        self.next_relationship += 1;
        let (source, target) = (NodeId(source), NodeId(target));
        let record = RelationshipRecord { rel_type: RelTypeId(rel_type), source, target };
        let op = Op::CreateRelationship {
            rel_type: NameRef::Existing(rel_type),
            source: cx.node_ref(source),
            target: cx.node_ref(target),
            properties: deltas(&properties),
        };
        self.relationships.insert(id, ModelRelationship { record, properties, seq });
        Some(op)
    }

    fn delete_relationship(&mut self, cx: &ApplyContext, id: u64) -> Op {
        let gone = self.relationships.remove(&id).unwrap();
        Op::DeleteRelationship {
            relationship: cx.relationship_ref(RelId(id)),
            rel_type: NameRef::Existing(gone.record.rel_type.0),
            source: cx.node_ref(gone.record.source),
            target: cx.node_ref(gone.record.target),
            properties: deltas(&gone.properties),
        }
    }

    fn delete_node(&mut self, cx: &ApplyContext, id: u64) -> Vec<Op> {
        let node = NodeId(id);
        let touches = |r: &ModelRelationship| r.record.source == node || r.record.target == node;
        let connected: Vec<u64> =
            self.relationships.iter().filter(|(_, r)| touches(r)).map(|(id, _)| *id).collect();
        let mut ops: Vec<Op> = connected.into_iter().map(|id| self.delete_relationship(cx, id)).collect();
        let gone = self.nodes.remove(&id).unwrap();
        ops.push(Op::DeleteNode {
            node: cx.node_ref(node),
            uuid: gone.uuid,
            labels: names(&gone.labels),
            properties: deltas(&gone.properties),
        });
        ops
    }

    fn set_node_property(&mut self, cx: &ApplyContext, seq: u64, n: [u32; 4]) -> Option<Op> {
        let id = pick(&self.nodes, n[0])?;
        let key = n[1] % KEYS;
        let new = if n[2].is_multiple_of(4) { Value::Null } else { value(n[3]) };
        let node = self.nodes.get_mut(&id)?;
        node.seq = seq;
        let old = set(&mut node.properties, key, &new);
        let covering = |label: u32| covering(&self.indexes, false, label, Some(key));
        let indexed = node.labels.iter().filter(|label| covering(**label).next().is_some());
        let covered = node.labels.iter().flat_map(|label| covering(*label).flatten()).filter(|k| **k != key);
        Some(Op::SetNodeProperty {
            node: cx.node_ref(NodeId(id)),
            key: NameRef::Existing(key),
            old,
            new,
            indexed_labels: indexed.map(|label| NameRef::Existing(*label)).collect(),
            beside: chosen(&node.properties, covered),
        })
    }

    fn set_relationship_property(&mut self, cx: &ApplyContext, seq: u64, n: [u32; 4]) -> Option<Op> {
        let id = pick(&self.relationships, n[0])?;
        let key = n[1] % KEYS;
        let new = if n[2].is_multiple_of(4) { Value::Null } else { value(n[3]) };
        let relationship = self.relationships.get_mut(&id)?;
        relationship.seq = seq;
        let old = set(&mut relationship.properties, key, &new);
        let rel_type = relationship.record.rel_type.0;
        let covering = || covering(&self.indexes, true, rel_type, Some(key));
        Some(Op::SetRelationshipProperty {
            relationship: cx.relationship_ref(RelId(id)),
            key: NameRef::Existing(key),
            old,
            new,
            indexed_type: covering().next().map(|_| NameRef::Existing(rel_type)),
            beside: chosen(&relationship.properties, covering().flatten().filter(|k| **k != key)),
        })
    }

    fn change_label(&mut self, cx: &ApplyContext, seq: u64, n: [u32; 4]) -> Option<Op> {
        let id = pick(&self.nodes, n[0])?;
        let number = n[1] % LABELS;
        let node = self.nodes.get_mut(&id)?;
        node.seq = seq;
        let indexed = chosen(&node.properties, covering(&self.indexes, false, number, None).flatten());
        let (node_ref, label) = (cx.node_ref(NodeId(id)), NameRef::Existing(number));
        Some(if node.labels.remove(&number) {
            Op::RemoveLabel { node: node_ref, label, indexed }
        } else {
            node.labels.insert(number);
            Op::AddLabel { node: node_ref, label, indexed }
        })
    }

    fn change_index(&mut self, n: [u32; 4]) -> Op {
        let relationship = n[2].is_multiple_of(3);
        let number = n[0] % if relationship { TYPES } else { LABELS };
        let mut keys = vec![n[1] % KEYS];
        for key in [n[3] % (2 * KEYS), n[3] / 64 % (4 * KEYS)] {
            if key < KEYS && !keys.contains(&key) {
                keys.push(key);
            }
        }
        let name = format!("index on {relationship} {number} {keys:?}").into();
        let index = (relationship, number, keys);
        if self.indexes.remove(&index) {
            return Op::DropIndex { name };
        }
        let keys = index.2.iter().map(|key| NameRef::Existing(*key)).collect();
        self.indexes.insert(index);
        let number = NameRef::Existing(number);
        let target = if relationship { TargetRef::RelType(number) } else { TargetRef::Label(number) };
        Op::CreateIndex { name, kind: IndexKind::Range, target, keys }
    }

    /// Compares everything that a state can be asked.
    fn check(&self, state: &GraphState) {
        state.check().unwrap();
        assert_eq!(
            (state.next_node_id().0, state.next_relationship_id().0),
            (self.next_node, self.next_relationship)
        );
        assert!(state.live_nodes().iter().eq(self.nodes.keys().copied()));
        assert!(state.live_relationships().iter().eq(self.relationships.keys().copied()));
        for (id, node) in &self.nodes {
            let id = NodeId(*id);
            assert_eq!(state.node_by_uuid(&node.uuid), Some(id));
            assert_eq!(state.node_uuid(id), Some(node.uuid));
            assert!(state.labels(id).iter().map(|l| l.0).eq(node.labels.iter().copied()));
            assert_same(&state.node_properties(id), &node.properties);
            assert_eq!(state.node_seq(id).0, node.seq);
        }
        for (id, relationship) in &self.relationships {
            let id = RelId(*id);
            assert_eq!(state.relationship(id), Some(relationship.record));
            assert_same(&state.relationship_properties(id), &relationship.properties);
            assert_eq!(state.relationship_seq(id).0, relationship.seq);
        }
        for label in 0..LABELS {
            let count = self.nodes.values().filter(|node| node.labels.contains(&label)).count();
            assert_eq!(state.label_count(LabelId(label)), count as u64);
        }
        for rel_type in (0..TYPES).map(RelTypeId) {
            let of_type = || self.relationships.values().filter(move |r| r.record.rel_type == rel_type);
            assert_eq!(state.rel_type_count(rel_type), of_type().count() as u64);
            for id in self.nodes.keys().map(|id| NodeId(*id)) {
                let outgoing = of_type().filter(|r| r.record.source == id).count() as u64;
                let incoming = of_type().filter(|r| r.record.target == id).count() as u64;
                assert_eq!(state.degree(id, Some(rel_type), Direction::Outgoing), outgoing);
                assert_eq!(state.degree(id, Some(rel_type), Direction::Incoming), incoming);
            }
        }
        assert_eq!(state.index_definitions().count(), self.indexes.len());
        for token in (0..50).map(|n| n << 3) {
            let found = state.remembered(CommitToken(token)).map(|kept| kept.seq.0);
            assert_eq!(found, self.tokens.get(&token).copied());
        }
    }
}

/// The keys of the indexes on a label or type, of those that cover a key if one is given.
fn covering(
    indexes: &BTreeSet<Index>,
    relationship: bool,
    number: u32,
    key: Option<u32>,
) -> impl Iterator<Item = &Vec<u32>> {
    let on = indexes.iter().filter(move |index| (index.0, index.1) == (relationship, number));
    on.map(|index| &index.2).filter(move |keys| key.is_none_or(|key| keys.contains(&key)))
}

fn chosen<'a>(
    properties: &BTreeMap<u32, Value>,
    keys: impl Iterator<Item = &'a u32>,
) -> Vec<op::PropertyDelta> {
    let keys: BTreeSet<u32> = keys.copied().collect();
    let present =
        keys.into_iter().filter_map(|key| Some((NameRef::Existing(key), properties.get(&key)?.clone())));
    present.collect()
}

fn set(properties: &mut BTreeMap<u32, Value>, key: u32, new: &Value) -> Value {
    let old = match new {
        Value::Null => properties.remove(&key),
        new => properties.insert(key, new.clone()),
    };
    old.unwrap_or_default()
}

fn assert_same(found: &[(PropertyKeyId, Value)], expected: &BTreeMap<u32, Value>) {
    let found: Vec<_> = found.iter().map(|(key, value)| (key.0, value)).collect();
    let expected: Vec<_> = expected.iter().map(|(key, value)| (*key, value)).collect();
    // Values have no equality of their own that also holds for NaN.
    assert_eq!(format!("{found:?}"), format!("{expected:?}"));
}

fn scripts() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let step = (0u8..16, any::<[u32; 4]>());
    // A short script and a long one: batches begin at 32 operations.
    let transaction =
        prop_oneof![prop::collection::vec(step.clone(), 1..6), prop::collection::vec(step, 40..120)];
    prop::collection::vec(transaction, 1..10)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_state_answers_like_plain_maps_and_snapshots_stay(scripts in scripts()) {
        let mut model = Model::default();
        let mut state = GraphState::empty();
        state.apply_transaction(&define_names(), Seq(1)).unwrap();
        let mut batched = state.clone();
        let mut held = Vec::new();
        for (script, seq) in scripts.into_iter().zip(2..) {
            held.push((state.clone(), model.clone(), state.digest()));
            let mut cx = ApplyContext::new(&state, Seq(seq));
            let mut ops = Vec::new();
            for step in script {
                for op in model.step(&cx.clone(), seq, step) {
                    state.apply_op(&mut cx, &op).unwrap();
                    ops.push(op);
                }
            }
            batched.apply_transaction(&ops, Seq(seq)).unwrap();
            prop_assert_eq!(state.digest(), batched.digest());
        }
        model.check(&state);
        model.check(&batched);
        let mut blocks = Vec::new();
        state.export(|key, block| {
            blocks.push((key.to_vec(), block.to_vec()));
            Ok(())
        }).unwrap();
        let back = GraphState::import(blocks).unwrap();
        model.check(&back);
        prop_assert_eq!(back.digest(), state.digest());
        for (state, model, digest) in held {
            model.check(&state);
            prop_assert_eq!(state.digest(), digest);
        }
    }
}

/// A graph with one label, one type and one key, and so many nodes.
fn graph(nodes: u64) -> GraphState {
    let mut state = GraphState::empty();
    let mut ops = define_names();
    for n in 0..nodes {
        ops.push(Op::CreateNode {
            uuid: Uuid::from_u128(u128::from(n) + 1),
            labels: vec![NameRef::New(0)],
            properties: vec![(NameRef::New(0), Value::Integer(n as i64))],
        });
    }
    state.apply_transaction(&ops, Seq(1)).unwrap();
    state
}

fn relate(source: u64, target: u64) -> Op {
    Op::CreateRelationship {
        rel_type: NameRef::Existing(0),
        source: op::NodeRef::Existing(NodeId(source)),
        target: op::NodeRef::Existing(NodeId(target)),
        properties: Vec::new(),
    }
}

#[test]
fn ids_are_never_given_again() {
    let mut state = graph(3);
    let delete = Op::DeleteNode {
        node: op::NodeRef::Existing(NodeId(2)),
        uuid: Uuid::from_u128(3),
        labels: vec![NameRef::Existing(0)],
        properties: vec![(NameRef::Existing(0), Value::Integer(2))],
    };
    state.apply_transaction(&[relate(0, 1)], Seq(2)).unwrap();
    state.apply_transaction(&[delete], Seq(3)).unwrap();
    let create = Op::CreateNode { uuid: Uuid::from_u128(3), labels: Vec::new(), properties: Vec::new() };
    state.apply_transaction(&[create], Seq(4)).unwrap();
    assert_eq!(state.node_by_uuid(&Uuid::from_u128(3)), Some(NodeId(3)));
    assert!(!state.has_node(NodeId(2)));
    assert!(state.node_uuid(NodeId(2)).is_none());
    assert!(state.node_properties(NodeId(3)).is_empty());
    assert_eq!(state.node_seq(NodeId(3)), Seq(4));
}

#[test]
fn parallel_relationships_and_loops_are_each_their_own() {
    let mut state = graph(2);
    state.apply_transaction(&[relate(0, 1), relate(0, 1), relate(0, 0)], Seq(2)).unwrap();
    let outgoing = state.adjacency(RelTypeId(0), Direction::Outgoing).unwrap();
    let found: Vec<u64> = outgoing.neighbours(NodeId(0)).find(NodeId(1)).map(|r| r.0).collect();
    assert_eq!(found, [0, 1]);
    assert_eq!(state.degree(NodeId(0), None, Direction::Outgoing), 3);
    assert_eq!(state.degree(NodeId(0), None, Direction::Incoming), 1);
    assert_eq!(state.relationship_count(), 3);
}

#[test]
fn operations_on_what_does_not_exist_are_refused() {
    use crate::error::ErrorCode;
    let state = graph(2);
    let node = op::NodeRef::Existing(NodeId(9));
    let name = NameRef::Existing(0);
    let refused = [
        relate(0, 9),
        relate(9, 0),
        Op::AddLabel { node, label: name, indexed: Vec::new() },
        Op::AddLabel { node: op::NodeRef::Existing(NodeId(0)), label: NameRef::New(0), indexed: Vec::new() },
        Op::SetNodeProperty {
            node,
            key: name,
            old: Value::Null,
            new: Value::Null,
            indexed_labels: Vec::new(),
            beside: Vec::new(),
        },
        Op::DeleteNode {
            node: op::NodeRef::New(u64::MAX),
            uuid: Uuid::nil(),
            labels: Vec::new(),
            properties: Vec::new(),
        },
        Op::SetRelationshipProperty {
            relationship: op::RelRef::New(7),
            key: name,
            old: Value::Null,
            new: Value::Integer(1),
            indexed_type: None,
            beside: Vec::new(),
        },
    ];
    for op in refused {
        let error = state.clone().apply_transaction(&[op], Seq(2)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Corruption);
    }
    let again = Op::CreateNode { uuid: Uuid::from_u128(1), labels: Vec::new(), properties: Vec::new() };
    let error = state.clone().apply_transaction(&[again], Seq(2)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::UniqueViolation);
    let mut connected = state.clone();
    connected.apply_transaction(&[relate(0, 1)], Seq(2)).unwrap();
    let delete = Op::DeleteNode {
        node: op::NodeRef::Existing(NodeId(1)),
        uuid: Uuid::from_u128(2),
        labels: vec![name],
        properties: vec![(name, Value::Integer(1))],
    };
    let error = connected.apply_transaction(&[delete], Seq(3)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::DeleteConnected);
}

#[test]
fn a_state_is_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<GraphState>();
}
