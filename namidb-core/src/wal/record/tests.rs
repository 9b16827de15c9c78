//! The bytes of records.

use super::*;
use crate::graph::CommitToken;
use crate::testing::strategies::ops;
use proptest::prelude::*;

fn ids() -> impl Strategy<Value = LogId> {
    any::<u128>().prop_map(LogId)
}

fn transactions() -> impl Strategy<Value = Transaction> {
    let kind = prop::sample::select(vec![TransactionKind::Statement, TransactionKind::Explicit]);
    (kind, prop::collection::vec(ops(), 0..4)).prop_map(|(kind, ops)| Transaction::new(kind, &ops))
}

fn headers() -> impl Strategy<Value = Header> {
    (
        (any::<u128>(), any::<u64>(), ids(), ids(), any::<[u8; 32]>(), any::<i64>()),
        (any::<u64>(), any::<u64>(), any::<[u32; 3]>()),
    )
        .prop_map(|((database, seq, writer, token, previous, time), (node, relationship, names))| {
            Header {
                database: Uuid::from_u128(database),
                seq: Seq(seq),
                writer,
                token,
                previous: blake3::Hash::from_bytes(previous),
                time,
                first: FirstIds { node: NodeId(node), relationship: RelId(relationship), names },
                transactions: 0,
                apart: false,
                body_bytes: 0,
                body_hash: blake3::hash(b""),
            }
        })
}

fn golden() -> Encoded {
    let name = |kind, name: &str| Op::DefineName { kind, name: name.into() };
    let header = Header {
        database: Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001),
        seq: Seq(42),
        writer: LogId(0x1111),
        token: LogId(0x2222),
        previous: blake3::hash(b"41"),
        time: 1_700_000_000_000_000,
        first: FirstIds { node: NodeId(300), relationship: RelId(500), names: [3, 2, 7] },
        transactions: 0,
        apart: false,
        body_bytes: 0,
        body_hash: blake3::hash(b""),
    };
    let transactions = [
        Transaction::new(TransactionKind::Statement, &[name(NameKind::Label, "Person")]),
        Transaction::new(
            TransactionKind::Explicit,
            &[
                name(NameKind::PropertyKey, "age"),
                Op::DropIndex { name: "i".into() },
                Op::Remember { token: CommitToken(0x3333), answer: vec![1, 2].into() },
            ],
        ),
    ];
    Encoded::new(header, &transactions)
}

proptest! {
    #[test]
    fn a_record_comes_back(header in headers(), transactions in prop::collection::vec(transactions(), 0..4)) {
        let encoded = Encoded::new(header, &transactions);
        let record = Record::decode(&encoded.record, None).unwrap();
        prop_assert_eq!(&record.header, &encoded.header);
        prop_assert_eq!(record.hash, encoded.hash);
        prop_assert_eq!(record.bytes, encoded.bytes());
        prop_assert_eq!(&record.transactions, &transactions);
        for transaction in &record.transactions {
            prop_assert_eq!(transaction.ops().filter(|op| op.is_ok()).count(), transaction.op_count() as usize);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Record::decode(&bytes.clone().into(), None).is_err());
        // With a header that says that it is right, so that the body is reached.
        let body = Bytes::from(bytes);
        drop(decode_body(&body, 3));
    }
}

#[test]
fn the_bytes_of_format_2_stay_as_they_are() {
    let written = golden().record;
    assert_eq!(written, include_bytes!("../../../tests/golden/record-2.bin").as_slice());
    let record = Record::decode(&written, None).unwrap();
    assert_eq!(record.header.seq, Seq(42));
    assert_eq!(record.transactions.len(), 2);
}

#[test]
fn every_cut_and_every_flipped_bit_is_seen() {
    let bytes = golden().record;
    for length in 0..bytes.len() {
        assert!(Record::decode(&bytes.slice(..length), None).is_err(), "cut at {length}");
    }
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(Record::decode(&changed.into(), None).is_err(), "bit {bit}");
    }
    let longer = [bytes.as_ref(), &[0]].concat();
    assert!(Record::decode(&longer.into(), None).is_err());
}

#[test]
fn another_format_is_refused_as_such() {
    for format in [1, 3] {
        let mut bytes = golden().record.to_vec();
        bytes[8] = format;
        assert_eq!(Record::decode(&bytes.into(), None).unwrap_err().code(), ErrorCode::FormatVersion);
    }
}

#[test]
fn a_body_that_is_too_large_lies_apart_and_is_held_by_its_hash() {
    let name: std::sync::Arc<str> = "x".repeat(INLINE_BODY_MAX).into();
    let ops = [Op::DefineName { kind: NameKind::Label, name }];
    let transaction = Transaction::new(TransactionKind::Statement, &ops);
    let encoded = Encoded::new(golden().header, &[transaction]);
    let body = encoded.body.clone().unwrap();
    assert_eq!(encoded.record.len(), HEADER_BYTES);
    let record = Record::decode(&encoded.record, Some(&body)).unwrap();
    assert_eq!(record.transactions[0].ops().next().unwrap().unwrap(), ops[0]);
    assert_eq!(record.bytes, encoded.bytes());
    assert!(Record::decode(&encoded.record, None).is_err(), "the body is missing");
    let mut other = body.to_vec();
    other[100] ^= 1;
    assert!(Record::decode(&encoded.record, Some(&other.into())).is_err(), "another body");
    assert!(Record::decode(&golden().record, Some(&body)).is_err(), "one too many");
}

#[test]
fn a_rebase_changes_the_header_and_not_the_body() {
    let transactions = [Transaction::new(TransactionKind::Statement, &[Op::DropIndex { name: "i".into() }])];
    let first = golden().header;
    let moved = Header { seq: Seq(43), previous: blake3::hash(b"42"), token: LogId(1), ..first.clone() };
    let (first, moved) = (Encoded::new(first, &transactions), Encoded::new(moved, &transactions));
    assert_eq!(first.record[HEADER_BYTES..], moved.record[HEADER_BYTES..]);
    assert_ne!(first.hash, moved.hash);
}
