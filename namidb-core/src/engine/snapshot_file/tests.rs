//! What is written is read back, and every damage is named.

use super::{SnapshotExport, SnapshotImport, SnapshotMeta};
use crate::engine::{Engine, Settings, verify};
use crate::error::{Error, ErrorCode, Result};
use crate::ids::Seq;
use crate::object_store::ObjectPath;
use crate::runtime::SharedRuntime;
use crate::testing::{SimRuntime, SimStore};
use crate::transaction::{Changes, Restage, StageContext};
use crate::value::Value;
use bytes::Bytes;
use std::sync::Arc;

const GOLDEN: &[u8] = include_bytes!("../../../tests/golden/snapshot-1.bin");

/// Makes two nodes and a relationship between them.
#[derive(Debug)]
struct Pair(i64);

impl Restage for Pair {
    fn restage(&mut self, state: &crate::graph::GraphState, stage: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, stage);
        let [label, key, kind] = ["Person", "n", "KNOWS"].map(Arc::<str>::from);
        let node = |changes: &mut Changes, n: i64| {
            changes.create_node(None, &[Arc::clone(&label)], &[(Arc::clone(&key), Value::Integer(n))])
        };
        let (one, two) = (node(&mut changes, self.0)?, node(&mut changes, self.0 + 1)?);
        changes.create_relationship(&kind, one, two, &[])?;
        Ok(changes)
    }
}

struct Place {
    store: SimStore,
    runtime: SimRuntime,
}

impl Place {
    fn new() -> Place {
        Place { store: SimStore::new(), runtime: SimRuntime::new(1) }
    }

    fn shared(&self) -> SharedRuntime {
        Arc::new(self.runtime.clone())
    }

    fn root() -> ObjectPath {
        ObjectPath::new("graphs/a").unwrap()
    }

    async fn open(&self) -> Result<Engine> {
        Engine::open(Arc::new(self.store.clone()), Place::root(), Settings::default(), self.shared()).await
    }

    /// A file of two commits, and the digest of what they made.
    fn saved(&self) -> (Vec<u8>, SnapshotMeta) {
        self.runtime.block_on(async {
            let engine = self.open().await.unwrap();
            engine.write(Pair(1)).await.unwrap();
            engine.write(Pair(3)).await.unwrap();
            let mut export = engine.export_snapshot().await.unwrap();
            let meta = export.meta();
            let file = all_of(&mut export).await.unwrap();
            export.finish().await.unwrap();
            assert!(engine.pins().await.unwrap().is_empty());
            (file, meta)
        })
    }

    fn restore(&self, file: &[u8]) -> Result<SnapshotMeta> {
        self.runtime.block_on(async {
            let store = Arc::new(self.store.clone());
            let mut import = SnapshotImport::begin(store, Place::root(), self.shared()).await?;
            let read = read(&mut import, file).await;
            if read.is_err() {
                import.abandon().await?;
            }
            read
        })
    }
}

async fn all_of(export: &mut SnapshotExport) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    while let Some(piece) = export.next().await? {
        file.extend_from_slice(&piece);
    }
    Ok(file)
}

async fn read(import: &mut SnapshotImport, mut file: &[u8]) -> Result<SnapshotMeta> {
    while let Some(wanted) = import.wants() {
        let (next, rest) = file.split_at(file.len().min(wanted as usize));
        import.give(Bytes::copy_from_slice(next)).await?;
        file = rest;
    }
    if !file.is_empty() {
        import.give(Bytes::copy_from_slice(file)).await?;
    }
    import.finish().await
}

fn refused(error: &Error) -> bool {
    [ErrorCode::Corruption, ErrorCode::FormatVersion, ErrorCode::InvalidArgument].contains(&error.code())
}

#[test]
fn what_was_written_is_the_same_graph_elsewhere() {
    let (file, meta) = Place::new().saved();
    assert_eq!((meta.seq, meta.nodes, meta.relationships), (Seq(2), 4, 2));
    assert_eq!(meta.bytes, file.len() as u64);
    let place = Place::new();
    assert_eq!(place.restore(&file).unwrap(), meta);
    place.runtime.block_on(async {
        let engine = place.open().await.unwrap();
        assert_eq!((engine.latest().seq(), engine.latest().state().node_count()), (Seq(2), 4));
        engine.write(Pair(5)).await.unwrap();
        engine.close().await.unwrap();
        let report = verify(Arc::new(place.store.clone()), Place::root(), place.shared()).await.unwrap();
        assert!(report.is_ok(), "{report}");
    });
}

#[test]
fn a_namespace_that_holds_anything_is_left_alone() {
    let (place, other) = (Place::new(), Place::new());
    let (file, _) = place.saved();
    let before = place.store.paths();
    let error = place.restore(&file).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
    assert_eq!(place.store.paths(), before);
    other.store.plant(&Place::root().join("wal/00000000000000000007").unwrap(), "something");
    assert_eq!(other.restore(&file).unwrap_err().code(), ErrorCode::InvalidArgument);
}

#[test]
fn every_cut_and_every_flipped_bit_is_seen_and_leaves_nothing_behind() {
    let (file, _) = Place::new().saved();
    let place = Place::new();
    let check = |damaged: &[u8], what: &str| {
        let error = place.restore(damaged).expect_err(what);
        assert!(refused(&error), "{what}: {error:?}");
        assert!(error.to_string().contains("snapshot file"), "{what}: {error}");
        assert_eq!(place.store.paths(), [], "{what}");
        error
    };
    for length in 0..file.len() {
        check(&file[..length], &format!("cut at {length}"));
    }
    for bit in 0..file.len() * 8 {
        let mut changed = file.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        check(&changed, &format!("bit {bit}"));
    }
    let mut longer = file.clone();
    longer.push(0);
    check(&longer, "a byte more");
    let cut = check(&file[..file.len() - 1], "a byte less");
    assert!(cut.to_string().contains("00000000000000000"), "the SST is named: {cut}");
}

#[test]
fn the_bytes_of_format_1_stay_as_they_are() {
    let place = Place::new();
    let meta = place.restore(GOLDEN).unwrap();
    assert_eq!((meta.format, meta.seq, meta.nodes, meta.relationships), (1, Seq(2), 4, 2));
    place.runtime.block_on(async {
        let report = verify(Arc::new(place.store.clone()), Place::root(), place.shared()).await.unwrap();
        assert!(report.is_ok(), "{report}");
    });
    // What an export writes, part by part as the page draws it.
    let (file, _) = Place::new().saved();
    for file in [&file[..], GOLDEN] {
        let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
        assert_eq!((&file[..8], number(8)), (&b"NAMISNAP"[..], 1));
        assert_eq!((number(16), number(24)), (4, 2));
        assert_eq!(number(32), crc32c::crc32c(&file[..32]));
        let manifest = crate::manifest::codec::decode(&file[36..36 + number(12) as usize]).unwrap();
        let mut at = 36 + number(12) as usize;
        for sst in manifest.checkpoint.files() {
            let end = at + sst.bytes as usize;
            assert_eq!(number(end), crc32c::crc32c(&file[at..end]));
            at = end + 4;
        }
        assert_eq!(at, file.len());
    }
}
