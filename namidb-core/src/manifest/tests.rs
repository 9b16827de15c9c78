//! The bytes of manifests.

use super::*;
use crate::error::ErrorCode;
use proptest::prelude::*;

fn seq() -> impl Strategy<Value = Seq> {
    (0..u64::MAX).prop_map(Seq)
}

fn sst(birth: u64, uuid: u128, bytes: u64, tail_checksum: u32) -> SstRef {
    let name = crate::layout::Layout::sst_name(birth, Uuid::from_u128(uuid));
    SstRef { name, bytes, tail_bytes: bytes / 3, tail_checksum }
}

fn checkpoints() -> impl Strategy<Value = Checkpoint> {
    // The same name is the same file, so that checkpoints share some.
    let file = (0u64..9).prop_map(|n| sst(n, n.into(), n << 40, (n as u32).wrapping_mul(0x9e37_79b9)));
    let run = prop::collection::vec(file, 0..3).prop_map(|files| Run { files });
    (seq(), any::<[u8; 32]>(), any::<Option<i64>>(), prop::collection::vec(run, 0..4)).prop_map(
        |(seq, hash, time, runs)| Checkpoint { seq, hash: blake3::Hash::from_bytes(hash), time, runs },
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
    let uuid = 0x0123_4567_89ab_7def_8123_4567_89ab_cdef;
    let (old, new) = (sst(2, uuid, 8_192, 0x600d_f00d), sst(3, uuid + 1, 4_096, 0xfeed));
    let run = |sst: &SstRef| Run { files: vec![sst.clone()] };
    Manifest {
        database: Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001),
        version: 4,
        token: LogId(0xfeed),
        checkpoint: Checkpoint {
            seq: Seq(300),
            hash: blake3::hash(b"300"),
            time: Some(1_700_000_000_000_000),
            runs: vec![run(&old), run(&new)],
        },
        retained: vec![Checkpoint {
            seq: Seq(200),
            hash: blake3::hash(b"200"),
            time: None,
            runs: vec![run(&old)],
        }],
        dated: Some(DatedFloor { floor: Seq(201), date: ServerTime(1_699_999_999_000_000) }),
        collected: Seq(101),
        gc_horizon: 2,
        writers: WriterTable::new([(LogId(1), Seq(299)), (LogId(0xabc), Seq(300))], true),
        reader_format: 2,
        writer_format: 2,
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
fn the_bytes_of_format_2_stay_as_they_are() {
    let written = String::from_utf8(codec::encode(&golden()).unwrap()).unwrap();
    assert_eq!(written, include_str!("../../tests/golden/manifest-2.jsonl"));
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
fn another_format_is_refused_as_such() {
    let text = String::from_utf8(codec::encode(&golden()).unwrap()).unwrap();
    for format in [1, 3] {
        let other = format!("\"namidb_manifest\":{format},\"more\":[]");
        let other = text.replacen("\"namidb_manifest\":2", &other, 1);
        assert_eq!(codec::decode(other.as_bytes()).unwrap_err().code(), ErrorCode::FormatVersion);
    }
}

#[test]
fn a_full_manifest_fits() {
    let last = (0..WRITERS_MAX as u128).map(|n| (LogId(u128::MAX - n), Seq(u64::MAX - 1 - n as u64)));
    let mut names = 0;
    let mut checkpoint = || {
        names += 1;
        let file = |n: u64| sst(u64::MAX - names, u128::from(n), u64::MAX, u32::MAX);
        Checkpoint {
            seq: Seq(u64::MAX - 1),
            runs: (0..FILES_MAX as u64).map(|n| Run { files: vec![file(n)] }).collect(),
            time: Some(i64::MIN),
            ..Checkpoint::origin()
        }
    };
    let retained = (0..RETAINED_MAX).map(|_| checkpoint()).collect();
    let full =
        Manifest { checkpoint: checkpoint(), retained, writers: WriterTable::new(last, true), ..golden() };
    assert!(codec::encode(&full).unwrap().len() <= codec::BYTES_MAX);
}
