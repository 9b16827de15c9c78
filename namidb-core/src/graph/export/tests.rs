//! What is exported comes back; what was damaged is refused, and never panics.

use super::*;
use crate::error::ErrorCode;
use crate::graph::op::{IndexKind, NameKind, NameRef, NodeRef, Op, TargetRef};
use crate::graph::{CommitToken, ConstraintKind, PropertyType, ScalarType};
use crate::ids::{NodeId, Seq};
use crate::value::{Date, LocalDateTime, LocalTime, Value};
use proptest::prelude::*;
use uuid::Uuid;

type Blocks = Vec<(Vec<u8>, Vec<u8>)>;

fn export(state: &GraphState) -> Blocks {
    let mut blocks = Blocks::new();
    state
        .export(|key, block| {
            blocks.push((key.to_vec(), block.to_vec()));
            Ok(())
        })
        .unwrap();
    blocks
}

/// A state with every kind of block and every encoding in it.
fn everything() -> GraphState {
    let mut ops = Vec::new();
    let name = |kind, name: &str| Op::DefineName { kind, name: name.into() };
    ops.push(name(NameKind::Label, "Person"));
    ops.push(name(NameKind::Label, "Rare"));
    ops.push(name(NameKind::RelType, "KNOWS"));
    ops.push(name(NameKind::RelType, "LIKES"));
    for key in ["number", "text", "city", "float", "flag", "date", "time", "stamp", "mixed", "rare"] {
        ops.push(name(NameKind::PropertyKey, key));
    }
    for n in 0..5_000i64 {
        let mut properties = vec![
            Value::Integer(n * 3),
            Value::String(format!("text {n}").into()),
            Value::String(format!("city {}", n % 20).into()),
            Value::Float(n as f64 / 2.0),
            Value::Boolean(n % 3 == 0),
            Value::Date(Date { days: n }),
            Value::LocalTime(LocalTime { nanos: n as u64 }),
            Value::LocalDateTime(LocalDateTime { seconds: n, nanos: 5 }),
            if n % 2 == 0 { Value::Integer(n) } else { Value::List([Value::Null, Value::Float(0.5)].into()) },
        ];
        if n % 7 == 0 {
            properties.push(Value::Integer(n));
        }
        let named = properties.into_iter().enumerate().map(|(key, value)| (NameRef::New(key as u32), value));
        ops.push(Op::CreateNode {
            uuid: Uuid::from_u128(n as u128 + 1),
            labels: if n % 1000 == 0 {
                vec![NameRef::New(0), NameRef::New(1)]
            } else {
                vec![NameRef::New(0)]
            },
            properties: named.filter(|(key, _)| n % 11 != 0 || *key != NameRef::New(3)).collect(),
        });
    }
    for n in 0..9_000u64 {
        let source = if n % 3 == 0 { 17 } else { n % 5_000 };
        ops.push(Op::CreateRelationship {
            rel_type: NameRef::New((n % 2) as u32),
            source: NodeRef::New(source),
            target: NodeRef::New(n * 7 % 5_000),
            properties: if n % 10 == 0 {
                vec![(NameRef::New(0), Value::Integer(n as i64))]
            } else {
                Vec::new()
            },
        });
    }
    let (label, key) = (NameRef::New(0), NameRef::New(2));
    let target = TargetRef::Label(label);
    ops.push(Op::CreateIndex { name: "cities".into(), kind: IndexKind::Range, target, keys: vec![key] });
    let target = TargetRef::RelType(NameRef::New(1));
    let keys = vec![NameRef::New(0), NameRef::New(2)];
    ops.push(Op::CreateIndex { name: "both".into(), kind: IndexKind::Range, target, keys });
    let mut state = GraphState::empty();
    state.apply_transaction(&ops, Seq(1)).unwrap();
    let node = NodeRef::Existing(NodeId(4));
    let label = Op::RemoveLabel {
        node,
        label: NameRef::Existing(0),
        indexed: vec![(NameRef::Existing(2), Value::String("city 4".into()))],
    };
    let remember = |n: u64| Op::Remember {
        token: CommitToken(u128::from(n) << 64 | u128::from(n % 7)),
        answer: n.to_le_bytes().to_vec().into(),
    };
    let ops: Vec<Op> = std::iter::once(label).chain((0..40).map(remember)).collect();
    state.apply_transaction(&ops, Seq(2)).unwrap();
    state
}

#[test]
fn what_is_exported_comes_back() {
    for state in [GraphState::empty(), everything()] {
        let blocks = export(&state);
        assert!(blocks.is_sorted_by(|a, b| a.0 < b.0));
        let back = GraphState::import(blocks.iter().map(|(key, block)| (key, block))).unwrap();
        back.check().unwrap();
        assert_eq!(back.digest(), state.digest());
        assert_eq!(back.schema_version(), state.schema_version());
        assert_eq!(export(&back), blocks, "the second export gives the same bytes");
        assert_eq!(back.node_by_uuid(&Uuid::from_u128(18)), state.node_by_uuid(&Uuid::from_u128(18)));
    }
}

#[test]
fn a_state_that_came_back_goes_on_as_the_other_does() {
    let mut state = everything();
    let mut back = GraphState::import(export(&state)).unwrap();
    let ops: Vec<Op> = (0..100)
        .map(|n| Op::CreateRelationship {
            rel_type: NameRef::Existing(0),
            source: NodeRef::Existing(NodeId(17)),
            target: NodeRef::Existing(NodeId(n)),
            properties: Vec::new(),
        })
        .collect();
    state.apply_transaction(&ops, Seq(3)).unwrap();
    back.apply_transaction(&ops, Seq(3)).unwrap();
    back.check().unwrap();
    assert_eq!(back.digest(), state.digest());
}

fn small() -> Blocks {
    let mut ops = vec![
        Op::DefineName { kind: NameKind::Label, name: "L".into() },
        Op::DefineName { kind: NameKind::RelType, name: "T".into() },
        Op::DefineName { kind: NameKind::PropertyKey, name: "a".into() },
        Op::DefineName { kind: NameKind::PropertyKey, name: "b".into() },
        Op::Remember { token: CommitToken(3 << 80 | 5), answer: vec![1, 2].into() },
        Op::Remember { token: CommitToken(2 << 80 | 5), answer: Vec::new().into() },
    ];
    for n in 0..20u32 {
        ops.push(Op::CreateNode {
            uuid: Uuid::from_u128(u128::from(n) + 1),
            labels: vec![NameRef::New(0)],
            properties: vec![
                (NameRef::New(0), Value::String(format!("{}", n % 3).into())),
                (
                    NameRef::New(1),
                    if n == 3 { Value::Boolean(true) } else { Value::List([Value::Integer(1)].into()) },
                ),
            ],
        });
    }
    for n in 0..600 {
        ops.push(Op::CreateRelationship {
            rel_type: NameRef::New(0),
            source: NodeRef::New(3),
            target: NodeRef::New(n % 20),
            properties: Vec::new(),
        });
    }
    let (label, key) = (NameRef::New(0), NameRef::New(0));
    let target = TargetRef::Label(label);
    ops.push(Op::CreateIndex { name: "i".into(), kind: IndexKind::Range, target, keys: vec![key] });
    let typed = PropertyType::scalar(ScalarType::Boolean).or(PropertyType::list(ScalarType::Integer));
    for (name, kind, keys) in [
        ("there", ConstraintKind::NotNull, vec![key]),
        ("typed", ConstraintKind::Type(typed), vec![NameRef::New(1)]),
    ] {
        ops.push(Op::CreateConstraint { name: name.into(), kind, target, keys });
    }
    let target = TargetRef::RelType(NameRef::New(0));
    let keys = vec![NameRef::New(1), NameRef::New(0)];
    ops.push(Op::CreateConstraint { name: "once".into(), kind: ConstraintKind::Unique, target, keys });
    let mut state = GraphState::empty();
    state.apply_transaction(&ops, Seq(1)).unwrap();
    export(&state)
}

/// Imports damaged blocks; whatever comes out can be read without harm.
fn import_damaged(blocks: &Blocks) {
    match GraphState::import(blocks.iter().map(|(key, block)| (key, block))) {
        Ok(state) => {
            let _ = state.check();
            let _ = state.digest();
            for node in 0..30 {
                let _ = state.node_properties(NodeId(node));
            }
        }
        Err(error) => {
            assert!(matches!(error.code(), ErrorCode::Corruption | ErrorCode::FormatVersion), "{error:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_blocks_never_panic(
        at in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), bits in 1u8..,
        cut in any::<prop::sample::Index>(), kind in 0u8..5,
    ) {
        let mut blocks = small();
        let at = at.index(blocks.len());
        let block = &mut blocks[at].1;
        match kind {
            0 | 1 => {
                let byte = byte.index(block.len());
                block[byte] ^= bits;
            }
            2 => block.truncate(cut.index(block.len())),
            3 => {
                let byte = byte.index(blocks[at].0.len());
                blocks[at].0[byte] ^= bits;
            }
            _ => {
                blocks.remove(at);
            }
        }
        import_damaged(&blocks);
    }

    #[test]
    fn hostile_blocks_never_panic(
        at in any::<prop::sample::Index>(), body in prop::collection::vec(any::<u8>(), 0..200), encoding in 0u8..10,
    ) {
        let mut blocks = small();
        let at = at.index(blocks.len());
        blocks[at].1 = [vec![encoding], body].concat();
        import_damaged(&blocks);
    }
}

#[test]
fn a_newer_kind_of_block_says_so() {
    let mut blocks = small();
    blocks.push((vec![0xfe; BlockKey::LEN], vec![1]));
    let error = GraphState::import(blocks).unwrap_err();
    assert_eq!(error.code(), ErrorCode::FormatVersion);
}

#[test]
fn a_block_of_names_far_beyond_the_others_is_refused() {
    let mut blocks = small();
    let names = BlockKey::new(BlockKind::Names, 1, u64::MAX).to_bytes();
    let at = blocks.partition_point(|(key, _)| key[..] < names[..]);
    blocks.insert(at, (names.to_vec(), vec![1, 1, 1, b'x']));
    let error = GraphState::import(blocks).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Corruption);
}

/// The blocks of `small()` as format 3 writes them: key, length in four bytes, block, and so on.
const GOLDEN: &[u8] = include_bytes!("../../../testdata/graph-state-3.bin");

#[test]
fn format_3_is_written_and_read_as_it_always_was() {
    let mut golden = Blocks::new();
    let mut rest = GOLDEN;
    while let Some((key, after)) = rest.split_at_checked(BlockKey::LEN) {
        let (len, after) = after.split_first_chunk().unwrap();
        let (block, after) = after.split_at(u32::from_le_bytes(*len) as usize);
        golden.push((key.to_vec(), block.to_vec()));
        rest = after;
    }
    assert!(golden == small(), "the bytes changed: that is a new format, with a number of its own");
    GraphState::import(golden).unwrap().check().unwrap();
}
