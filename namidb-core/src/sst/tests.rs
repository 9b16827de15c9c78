//! Files of blocks.

use super::*;
use crate::error::{ErrorCode, Result};
use crate::graph::{BlockKey, BlockKind};
use crate::object_store::{ObjectPath, ObjectStoreExt};
use crate::residency::BlockPointer;
use crate::testing::{SimRuntime, SimStore};
use bytes::Bytes;
use futures_util::TryStreamExt;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A block with its summary; none is a tombstone.
type Said = Option<(Vec<u8>, Vec<u8>)>;
type Run = Vec<(BlockKey, Said)>;

fn key(kind: BlockKind, number: u32, index: u64, part: u32) -> BlockKey {
    BlockKey { kind, number, index, part }
}

fn write(entries: &[(BlockKey, Said)]) -> Finished {
    let mut writer = Writer::new().unwrap();
    for (key, said) in entries {
        match said {
            Some((block, summary)) => writer.add(*key, block, summary, Place::of(*key)).unwrap(),
            None => writer.add_tombstone(*key).unwrap(),
        }
    }
    writer.finish()
}

fn named(name: &str, finished: &Finished) -> TailRef {
    TailRef {
        path: ObjectPath::new(name).unwrap(),
        bytes: finished.bytes.len() as u64,
        tail_bytes: finished.tail_bytes,
        tail_checksum: finished.tail_checksum,
    }
}

fn tail(name: &str, finished: &Finished) -> Result<Tail> {
    let from = finished.bytes.len() - finished.tail_bytes as usize;
    Tail::parse(&named(name, finished), &finished.bytes[from..].to_vec().into())
}

fn stored(bytes: &[u8], pointer: &BlockPointer) -> Bytes {
    let (from, length) = (pointer.entry().offset as usize, pointer.entry().stored_bytes as usize);
    bytes[from..from + length].to_vec().into()
}

/// What is in a file. The summaries of blocks in the tail are not kept: they are there themselves.
fn read(finished: &Finished) -> Result<BTreeMap<BlockKey, Said>> {
    let tail = tail("sst", finished)?;
    let mut found = BTreeMap::new();
    found.extend(tail.tombstones.iter().map(|key| (*key, None)));
    found.extend(tail.blocks.iter().map(|(key, block)| (*key, Some((block.to_vec(), vec![])))));
    for pointer in tail.file.pointers() {
        let block = decode_block(&pointer, stored(&finished.bytes, &pointer))?;
        found.insert(pointer.key(), Some((block.to_vec(), pointer.entry().summary.to_vec())));
    }
    Ok(found)
}

fn expected(entries: &[(BlockKey, Said)]) -> BTreeMap<BlockKey, Said> {
    let entries = entries.iter().cloned().map(|(key, said)| match (Place::of(key), said) {
        (Place::Tail, Some((block, _))) => (key, Some((block, vec![]))),
        (_, said) => (key, said),
    });
    entries.collect()
}

fn golden() -> Run {
    let said = |block: &[u8], summary: &[u8]| Some((block.to_vec(), summary.to_vec()));
    vec![
        (key(BlockKind::Header, 0, 0, 0), said(b"header", b"")),
        (key(BlockKind::Names, 1, 0, 0), said(&b"names and more names ".repeat(9), b"")),
        (key(BlockKind::LiveNodes, 0, 0, 0), said(b"plain", b"five")),
        (key(BlockKind::LiveNodes, 0, 1, 0), None),
        (key(BlockKind::NodeProperties, 7, 1 << 40, 0), said(&b"the same again ".repeat(20), b"")),
        (key(BlockKind::OutgoingLongLists, 1, 9, 0), said(b"", b"empty")),
        (key(BlockKind::OutgoingLongLists, 1, 9, 1), said(&[0; 300], b"\0\xff")),
    ]
}

fn keys() -> impl Strategy<Value = BlockKey> {
    use BlockKind::{Header, IncomingLongLists, LiveNodes, Names, NodeProperties};
    let kinds = prop::sample::select(vec![Header, Names, LiveNodes, NodeProperties, IncomingLongLists]);
    (kinds, 0u32..3, 0u64..4, 0u32..2).prop_map(|(kind, number, index, part)| key(kind, number, index, part))
}

fn runs() -> impl Strategy<Value = Run> {
    let bytes = |max| prop::collection::vec(0u8..4, 0..max);
    let said = prop::option::weighted(0.8, (bytes(300), bytes(9)));
    prop::collection::btree_map(keys(), said, 0..20).prop_map(|run| run.into_iter().collect())
}

proptest! {
    #[test]
    fn blocks_summaries_and_tombstones_come_back(run in runs()) {
        prop_assert_eq!(read(&write(&run)).unwrap(), expected(&run));
    }

    #[test]
    fn the_newest_file_that_names_a_key_wins_however_runs_are_merged(
        all in prop::collection::vec(runs(), 1..6),
        (from, to) in (0usize..6, 0usize..6),
        file_bytes in 60usize..2_000,
    ) {
        let mut model: BTreeMap<BlockKey, Said> = BTreeMap::new();
        all.iter().for_each(|run| model.extend(expected(run)));
        model.retain(|_, said| said.is_some());

        let store = SimStore::new();
        let mut tails = Vec::new();
        SimRuntime::new(1).block_on(async {
            for (n, run) in all.iter().enumerate() {
                let (name, finished) = (format!("sst/{n}"), write(run));
                store.overwrite(&ObjectPath::new(&name).unwrap(), finished.bytes.clone().into()).await.unwrap();
                tails.push(vec![named(&name, &finished)]);
            }
            prop_assert_eq!(&read_all(&store, tails.concat()).await, &model);

            let (from, to) = (from.min(all.len() - 1), to.min(all.len() - 1));
            let range = from.min(to)..from.max(to) + 1;
            let merged = merge(&store, tails[range.clone()].concat(), range.start == 0, file_bytes).await;
            tails.splice(range, [merged]);
            prop_assert_eq!(&read_all(&store, tails.concat()).await, &model, "after a merge");
            Ok(())
        })?;
    }
}

async fn read_all(store: &SimStore, files: Vec<TailRef>) -> BTreeMap<BlockKey, Said> {
    let directory = Directory::new(fetch_tails(store, files).await.unwrap());
    let batches: Vec<_> = directory.read(store).try_collect().await.unwrap();
    let blocks = batches.into_iter().flatten().filter_map(|(newest, bytes)| match newest {
        Newest::Block(key, block) => Some((*key, Some((block.to_vec(), vec![])))),
        Newest::Stored(pointer) => {
            let block = decode_block(pointer, bytes).unwrap().to_vec();
            Some((pointer.key(), Some((block, pointer.entry().summary.to_vec()))))
        }
        Newest::Tombstone(_) => None,
    });
    blocks.collect()
}

async fn merge(store: &SimStore, files: Vec<TailRef>, oldest_too: bool, file_bytes: usize) -> Vec<TailRef> {
    let directory = Directory::new(fetch_tails(store, files).await.unwrap());
    let mut writer = RunWriter::new(file_bytes).unwrap();
    let batches: Vec<_> = directory.read(store).try_collect().await.unwrap();
    for (newest, bytes) in batches.into_iter().flatten() {
        match newest {
            Newest::Block(key, block) => writer.add(*key, block, &[]).unwrap(),
            Newest::Stored(pointer) => writer.add_stored(pointer.entry(), &bytes).unwrap(),
            Newest::Tombstone(_) if oldest_too => {}
            Newest::Tombstone(key) => writer.add_tombstone(*key).unwrap(),
        }
    }
    let mut merged = Vec::new();
    for (n, finished) in writer.finish().into_iter().enumerate() {
        let name = format!("sst/merged-{n}");
        store.overwrite(&ObjectPath::new(&name).unwrap(), finished.bytes.clone().into()).await.unwrap();
        merged.push(named(&name, &finished));
    }
    merged
}

#[test]
fn a_block_is_compressed_where_that_saves_a_fifth() {
    let mut random = vec![0; 300];
    blake3::Hasher::new().finalize_xof().fill(&mut random);
    let block = |index, block: Vec<u8>| (key(BlockKind::NodeSeqs, 0, index, 0), Some((block, vec![])));
    let finished = write(&[block(1, random), block(2, vec![7; 300]), block(3, vec![7; 20])]);
    let file = tail("sst", &finished).unwrap().file;
    let compressions: Vec<_> = file.pointers().map(|pointer| pointer.entry().compression).collect();
    assert_eq!(compressions, [Compression::None, Compression::Zstd, Compression::None]);
}

#[test]
fn neighbours_come_with_one_request() {
    let store = SimStore::new();
    let observed = crate::object_store::layers::Observe::new(std::sync::Arc::new(store.clone()));
    SimRuntime::new(1).block_on(async {
        let mut random = vec![0; 100_000];
        blake3::Hasher::new().finalize_xof().fill(&mut random);
        let block = |index| (key(BlockKind::NodeSeqs, 0, index, 0), Some((random.clone(), vec![])));
        let finished = write(&(0..10).map(block).collect::<Run>());
        store.overwrite(&ObjectPath::new("sst").unwrap(), finished.bytes.clone().into()).await.unwrap();
        let file = tail("sst", &finished).unwrap().file;
        let wanted: Vec<_> = [7, 2, 3, 4, 9].map(|n| file.pointer(n).unwrap()).to_vec();
        let found = fetch_stored(&observed, wanted.clone()).await.unwrap();
        for (pointer, bytes) in wanted.iter().zip(found) {
            assert_eq!(decode_block(pointer, bytes).unwrap(), random);
        }
        assert_eq!(observed.counts().get.requests, 3, "2 to 4, 7, and 9");
    });
}

#[test]
fn the_bytes_of_format_2_stay_as_they_are() {
    let finished = write(&golden());
    assert_eq!(finished.bytes, include_bytes!("../../tests/golden/sst-2.bin"));
    assert_eq!(read(&finished).unwrap(), expected(&golden()));
}

#[test]
fn every_cut_and_every_flipped_bit_is_seen() {
    let finished = write(&golden());
    // The first eight bytes are read by nobody but a person.
    for bit in MAGIC.len() * 8..finished.bytes.len() * 8 {
        let mut changed = finished.clone();
        changed.bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&changed).is_err(), "bit {bit}");
    }
    let from = finished.bytes.len() - finished.tail_bytes as usize;
    for length in 0..finished.tail_bytes as usize {
        let cut = finished.bytes[from..from + length].to_vec();
        assert!(Tail::parse(&named("sst", &finished), &cut.into()).is_err(), "cut at {length}");
    }
}

#[test]
fn the_tail_of_another_file_is_seen() {
    let (one, mut two) = (golden(), golden());
    two[2].1 = Some((b"plane".to_vec(), b"five".to_vec()));
    let (one, two) = (write(&one), write(&two));
    assert_eq!(one.bytes.len(), two.bytes.len());
    let swapped = Finished { bytes: two.bytes, ..one };
    assert_eq!(read(&swapped).unwrap_err().code(), ErrorCode::Corruption);
}

#[test]
fn another_format_is_refused_as_such() {
    for format in [1, 3] {
        let mut finished = write(&golden());
        let footer = finished.bytes.len() - FOOTER_BYTES;
        finished.bytes[footer + 24] = format;
        let checksum = crc32c::crc32c(&finished.bytes[footer..footer + 28]);
        finished.bytes[footer + 28..footer + 32].copy_from_slice(&checksum.to_le_bytes());
        assert_eq!(read(&finished).unwrap_err().code(), ErrorCode::FormatVersion);
    }
}

#[test]
fn keys_that_do_not_ascend_are_not_written() {
    let mut writer = Writer::new().unwrap();
    let (a, b) = (key(BlockKind::NodeSeqs, 0, 1, 0), key(BlockKind::NodeSeqs, 0, 2, 0));
    writer.add(b, b"", b"", Place::Data).unwrap();
    assert!(writer.add(b, b"", b"", Place::Data).is_err());
    assert!(writer.add_tombstone(a).is_err());
}
