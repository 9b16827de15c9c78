//! Operations come back as they were, and no bytes do harm.

use super::*;
use crate::error::ErrorCode;
use crate::graph::ScalarType;
use crate::testing::strategies::ops;
use crate::value::Value;
use proptest::prelude::*;

fn bytes(op: &Op) -> Vec<u8> {
    let mut out = Vec::new();
    encode_op(op, &mut out);
    out
}

/// The table of `docs/format/operation.md`: each operation, and its bytes in hexadecimal.
fn golden() -> Vec<(Op, &'static str)> {
    let (old, new) = (NameRef::Existing(2), NameRef::New(0));
    let existing = NodeRef::Existing(NodeId(300));
    let relationship = RelRef::Existing(RelId(5));
    let uuid = Uuid::from_u128(0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f);
    let properties = vec![(new, Value::from(1))];
    vec![
        (Op::DefineName { kind: NameKind::PropertyKey, name: "age".into() }, "01 02 03 61 67 65"),
        (
            Op::CreateNode { uuid, labels: vec![old], properties: properties.clone() },
            "02 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 01 04 01 01 03 02",
        ),
        (
            Op::DeleteNode { node: existing, uuid, labels: vec![old, new], properties: vec![] },
            "03 d8 04 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 02 04 01 00",
        ),
        (
            Op::CreateRelationship {
                rel_type: old,
                source: existing,
                target: NodeRef::New(3),
                properties: properties.clone(),
            },
            "04 04 d8 04 07 01 01 03 02",
        ),
        (
            Op::DeleteRelationship {
                relationship,
                rel_type: old,
                source: existing,
                target: existing,
                properties: vec![],
            },
            "05 0a 04 d8 04 d8 04 00",
        ),
        (
            Op::SetNodeProperty {
                node: NodeRef::New(3),
                key: new,
                old: Value::Null,
                new: Value::from(true),
                indexed_labels: vec![old],
                beside: properties.clone(),
            },
            "06 07 01 00 02 01 04 01 01 03 02",
        ),
        (
            Op::SetRelationshipProperty {
                relationship: RelRef::New(0),
                key: old,
                old: Value::from(1),
                new: Value::Null,
                indexed_type: Some(old),
                beside: vec![],
            },
            "07 01 04 03 02 00 01 04 00",
        ),
        (Op::AddLabel { node: existing, label: new, indexed: vec![] }, "08 d8 04 01 00"),
        (Op::RemoveLabel { node: existing, label: old, indexed: properties }, "09 d8 04 04 01 01 03 02"),
        (
            Op::CreateIndex {
                name: "i".into(),
                kind: IndexKind::Range,
                target: TargetRef::Label(old),
                keys: vec![new, old],
            },
            "0a 01 69 01 00 04 02 01 04",
        ),
        (Op::DropIndex { name: "i".into() }, "0b 01 69"),
        (
            Op::CreateConstraint {
                name: "c".into(),
                kind: ConstraintKind::Key,
                target: TargetRef::RelType(old),
                keys: vec![new],
            },
            "0c 01 63 03 01 04 01 01",
        ),
        (
            Op::CreateConstraint {
                name: "c".into(),
                kind: ConstraintKind::Type(
                    PropertyType::scalar(ScalarType::String).or(PropertyType::list(ScalarType::String)),
                ),
                target: TargetRef::Label(old),
                keys: vec![new],
            },
            "0c 01 63 04 02 02 00 04 01 01",
        ),
        (Op::DropConstraint { name: "c".into() }, "0d 01 63"),
        (
            Op::Remember {
                token: CommitToken(0x0f0e_0d0c_0b0a_0908_0706_0504_0302_0100),
                answer: vec![7, 8].into(),
            },
            "0e 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 02 07 08",
        ),
    ]
}

#[test]
fn the_bytes_are_those_that_the_format_says() {
    let page = include_str!("../../../../docs/format/operation.md");
    for (op, hex) in golden() {
        let expected: Vec<u8> = hex.split(' ').map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
        assert_eq!(bytes(&op), expected, "{op:?}");
        assert_eq!(decode_op(&mut Reader::new(&expected)).unwrap(), op);
        assert!(page.contains(&format!("`{hex}`")), "the page does not show {op:?} as {hex}");
    }
}

#[test]
fn a_relationship_without_properties_takes_few_bytes() {
    let op = Op::CreateRelationship {
        rel_type: NameRef::Existing(3),
        source: NodeRef::Existing(NodeId(900_000)),
        target: NodeRef::Existing(NodeId(12_345)),
        properties: vec![],
    };
    assert!(bytes(&op).len() <= 9);
}

#[test]
fn the_number_of_operations_is_checked() {
    let all: Vec<Op> = golden().into_iter().map(|(op, _)| op).collect();
    let bytes = encode_ops(&all);
    let count = all.len() as u32;
    assert_eq!(decode_ops(&bytes, count).unwrap(), all);
    assert_eq!(decode_ops(&bytes, count - 1).unwrap_err().code(), ErrorCode::Corruption);
    assert_eq!(decode_ops(&bytes, count + 1).unwrap_err().code(), ErrorCode::Corruption);
    assert_eq!(decode_ops(&bytes, u32::MAX).unwrap_err().code(), ErrorCode::Corruption);
    assert_eq!(decode_each(&bytes, u32::MAX).filter(|op| op.is_err()).count(), 1);
    assert_eq!(decode_ops(&[99], 1).unwrap_err().code(), ErrorCode::FormatVersion);
}

#[test]
fn every_truncation_and_every_flipped_bit_is_survived() {
    for (op, _) in golden() {
        let bytes = bytes(&op);
        for length in 0..bytes.len() {
            assert!(decode_ops(&bytes[..length], 1).is_err());
        }
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(ops) = decode_ops(&flipped, 1) {
                assert_eq!(encode_ops(&ops), flipped, "what is read has one encoding");
            }
        }
    }
}

proptest! {
    #[test]
    fn operations_come_back_as_they_were(ops in prop::collection::vec(ops(), 0..20)) {
        prop_assert_eq!(decode_ops(&encode_ops(&ops), ops.len() as u32).unwrap(), ops);
    }

    #[test]
    fn any_bytes_are_operations_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200), count in 0u32..20) {
        if let Ok(ops) = decode_ops(&bytes, count) {
            prop_assert_eq!(encode_ops(&ops), bytes);
        }
    }

    #[test]
    fn damaged_operations_are_operations_or_an_error(
        ops in prop::collection::vec(ops(), 1..6), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = encode_ops(&ops);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(read) = decode_ops(&bytes, ops.len() as u32) {
            prop_assert_eq!(encode_ops(&read), bytes);
        }
    }
}
