//! The bytes of manifests.

use super::*;
use crate::error::ErrorCode;
use proptest::prelude::*;

fn seq() -> impl Strategy<Value = Seq> {
    (0..u64::MAX).prop_map(Seq)
}

fn checkpoints() -> impl Strategy<Value = Checkpoint> {
    let sst = (any::<u64>(), any::<u128>(), any::<u64>()).prop_map(|(birth, uuid, bytes)| SstRef {
        name: crate::layout::Layout::sst_name(birth, Uuid::from_u128(uuid)),
        bytes,
    });
    (seq(), any::<[u8; 32]>(), any::<Option<i64>>(), prop::collection::vec(sst, 0..3)).prop_map(
        |(seq, hash, time, ssts)| Checkpoint { seq, hash: blake3::Hash::from_bytes(hash), time, ssts },
    )
}

fn manifests() -> impl Strategy<Value = Manifest> {
    let writers = prop::collection::vec((any::<u128>().prop_map(LogId), seq()), 0..5);
    let dated = prop::option::of((seq(), any::<i64>()))
        .prop_map(|dated| dated.map(|(floor, date)| DatedFloor { floor, date: ServerTime(date) }));
    (
        (any::<u128>(), 0..u64::MAX, any::<u128>(), any::<u64>(), seq(), any::<u32>()),
        (checkpoints(), prop::collection::vec(checkpoints(), 0..3), dated, writers, any::<bool>()),
    )
        .prop_map(
            |((database, version, token, gc_horizon, collected, format), (now, old, dated, writers, cut))| {
                Manifest {
                    database: Uuid::from_u128(database),
                    version,
                    token: LogId(token),
                    checkpoint: now,
                    retained: old,
                    dated,
                    collected,
                    gc_horizon,
                    writers: WriterTable::new(writers, cut),
                    reader_format: format,
                    writer_format: format / 2,
                    life: Life::Live,
                }
            },
        )
}

fn golden() -> Manifest {
    let name = crate::layout::Layout::sst_name(3, Uuid::from_u128(0x0123_4567_89ab_7def_8123_4567_89ab_cdef));
    Manifest {
        database: Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001),
        version: 4,
        token: LogId(0xfeed),
        checkpoint: Checkpoint {
            seq: Seq(300),
            hash: blake3::hash(b"300"),
            time: Some(1_700_000_000_000_000),
            ssts: vec![SstRef { name, bytes: 4_096 }],
        },
        retained: vec![Checkpoint { seq: Seq(200), hash: blake3::hash(b"200"), time: None, ssts: vec![] }],
        dated: Some(DatedFloor { floor: Seq(201), date: ServerTime(1_699_999_999_000_000) }),
        collected: Seq(101),
        gc_horizon: 2,
        writers: WriterTable::new([(LogId(1), Seq(299)), (LogId(0xabc), Seq(300))], true),
        reader_format: 1,
        writer_format: 1,
        life: Life::Live,
    }
}

proptest! {
    #[test]
    fn a_manifest_comes_back(manifest in manifests()) {
        let bytes = codec::encode(&manifest).unwrap();
        prop_assert_eq!(codec::decode(&bytes).unwrap(), manifest);
    }
}

#[test]
fn the_bytes_of_format_1_stay_as_they_are() {
    let written = String::from_utf8(codec::encode(&golden()).unwrap()).unwrap();
    assert_eq!(written, include_str!("../../tests/golden/manifest-1.jsonl"));
    let page = include_str!("../../../docs/format/manifest.md");
    assert!(page.contains(&written), "the page shows it");
}

#[test]
fn every_cut_and_every_flipped_bit_is_seen() {
    let bytes = codec::encode(&golden()).unwrap();
    for length in 0..bytes.len() {
        assert!(codec::decode(&bytes[..length]).is_err(), "cut at {length}");
    }
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(codec::decode(&changed).is_err(), "bit {bit}");
    }
}

#[test]
fn a_newer_format_is_refused_as_such() {
    let text = String::from_utf8(codec::encode(&golden()).unwrap()).unwrap();
    let newer = text.replacen("\"namidb_manifest\":1", "\"namidb_manifest\":2,\"more\":[]", 1);
    assert_eq!(codec::decode(newer.as_bytes()).unwrap_err().code(), ErrorCode::FormatVersion);
}

#[test]
fn a_full_table_of_writers_fits() {
    let last = (0..WRITERS_MAX as u128).map(|n| (LogId(u128::MAX - n), Seq(u64::MAX - 1 - n as u64)));
    let full = Manifest { writers: WriterTable::new(last, true), ..golden() };
    assert!(codec::encode(&full).unwrap().len() <= codec::BYTES_MAX);
}
