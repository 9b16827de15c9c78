//! What a state reads of the bucket, and what damaged summaries do to it.

use super::bucket::Bucket;
use super::*;
use crate::error::ErrorCode;
use crate::residency::collect;
use bytes::Bytes;
use std::ops::Bound;

const NODES: u64 = 6_000;
/// More entries than a part of a long list holds.
const HUB_DEGREE: u64 = 70_000;

fn text(n: u64) -> Value {
    Value::from(format!("a text that begins as all others do, and ends with {n:06}").as_str())
}

fn new_node(n: u64, name: fn(u32) -> NameRef) -> Op {
    Op::CreateNode {
        uuid: Uuid::from_u128(u128::from(n) << 70 | 7),
        labels: vec![name(0)],
        properties: vec![(name(0), Value::Integer(n as i64 * 3)), (name(1), text(n))],
    }
}

/// Every kind of tree with several blocks of it: pages, leaves, parts of a long list.
fn large() -> GraphState {
    let mut state = GraphState::empty();
    state.apply_transaction(&define_names(), Seq(1)).unwrap();
    let mut ops: Vec<Op> = (0..NODES).map(|n| new_node(n, NameRef::Existing)).collect();
    for key in 0..2 {
        ops.push(Op::CreateIndex {
            name: format!("index {key}").into(),
            kind: IndexKind::Range,
            target: TargetRef::Label(NameRef::Existing(0)),
            keys: vec![NameRef::Existing(key)],
        });
    }
    state.apply_transaction(&ops, Seq(2)).unwrap();
    let ops: Vec<Op> = (0..HUB_DEGREE).map(|n| relate(7, n * 13 % NODES)).collect();
    state.apply_transaction(&ops, Seq(3)).unwrap();
    state
}

/// How many blocks a read of a freshly opened state fetches.
fn blocks_for<R>(bucket: &mut Bucket, read: impl Fn(&GraphState) -> R) -> (R, usize) {
    let (state, before) = (bucket.open(), bucket.fetched);
    let result = bucket.read(|| read(&state));
    (result, bucket.fetched - before)
}

#[test]
fn a_read_fetches_what_it_reads_and_nothing_else() {
    let state = large();
    let mut bucket = Bucket::default();
    bucket.checkpoint(&state);
    let label = SchemaTarget::Label(LabelId(0));
    let key = |n: u32| [PropertyKeyId(n)];
    let uuid = Uuid::from_u128(99 << 70 | 7);
    // The page, then the public ids.
    assert_eq!(blocks_for(&mut bucket, |s| s.node_by_uuid(&uuid)), (Some(NodeId(99)), 2));
    assert_eq!(blocks_for(&mut bucket, |s| s.node_by_uuid(&Uuid::from_u128(1))).0, None);
    assert_eq!(blocks_for(&mut bucket, |s| s.degree(NodeId(7), None, Direction::Outgoing)), (HUB_DEGREE, 1));
    let found = blocks_for(&mut bucket, |s| {
        let lists = s.adjacency(RelTypeId(0), Direction::Outgoing).unwrap();
        lists.neighbours(NodeId(7)).contains(NodeId(5_000))
    });
    // The chunk, then the part.
    assert_eq!(found, (true, 2));
    for value in [Value::Integer(300), text(100)] {
        let number = u32::from(!matches!(value, Value::Integer(_)));
        let found = blocks_for(&mut bucket, |s| {
            s.index(label, &key(number)).unwrap().equal(&value).collect::<Vec<_>>()
        });
        assert_eq!(found, (vec![100], 1), "{value:?}");
    }
    let range = blocks_for(&mut bucket, |s| {
        let (from, to) = (Value::Integer(0), Value::Integer(3 * 1_500));
        let index = s.index(label, &key(0)).unwrap();
        index.range(Bound::Included(&from), Bound::Excluded(&to)).count()
    });
    assert_eq!(range, (1_500, 3));
    // Counters and bounds need nothing at all.
    let counted = blocks_for(&mut bucket, |s| {
        let column = s.node_column(PropertyKeyId(0)).unwrap();
        (
            s.node_count(),
            s.label_count(LabelId(0)),
            s.relationship_count(),
            column.bounds_in(0),
            column.present_in(2),
        )
    });
    let bounds = Some((Value::Integer(0), Value::Integer(3 * 2_047)));
    assert_eq!(
        format!("{counted:?}"),
        format!("{:?}", ((NODES, NODES, HUB_DEGREE, bounds, NODES as u32 - 4_096), 0))
    );
}

#[test]
fn a_change_to_what_is_away_fetches_nothing() {
    let mut whole = large();
    let mut bucket = Bucket::default();
    bucket.checkpoint(&whole);
    let mut state = bucket.open();
    let ops: Vec<Op> = (NODES..NODES + 3_000)
        .map(|n| new_node(n, NameRef::Existing))
        .chain((0..500).map(|n| relate(7, n)))
        .chain([relate(9, 9)])
        .collect();
    whole.apply_transaction(&ops, Seq(4)).unwrap();
    let ((), misses) = collect(|| state.replay(ops.len(), ops.iter().map(Ok), Seq(4)).unwrap());
    assert!(misses.is_empty(), "{misses:?}");
    assert_eq!(state.node_count(), NODES + 3_000);
    let places = bucket.checkpoint(&state);
    let then = state.clone();
    state.mark_stored(&places, &then);
    let keys = bucket.keys();
    state.evict(&keys);
    assert_eq!(bucket.read(|| state.digest()), whole.digest());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damaged_summaries_and_keys_never_panic(
        at in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), bits in 1u8.., kind in 0u8..5,
    ) {
        let mut state = graph(50);
        state.apply_transaction(&(0..700).map(|n| relate(3, n % 50)).collect::<Vec<_>>(), Seq(2)).unwrap();
        let index = Op::CreateIndex {
            name: "i".into(),
            kind: IndexKind::Range,
            target: TargetRef::Label(NameRef::Existing(0)),
            keys: vec![NameRef::Existing(0)],
        };
        state.apply_transaction(&[index], Seq(3)).unwrap();
        let mut bucket = Bucket::default();
        bucket.checkpoint(&state);
        let damaged = bucket.open_damaged(|entries| {
            let at = at.index(entries.len());
            let (key, summary) = &mut entries[at];
            match kind {
                0 | 1 if !summary.is_empty() => {
                    let mut bytes = summary.to_vec();
                    let byte = byte.index(bytes.len());
                    bytes[byte] ^= bits;
                    *summary = Bytes::from(bytes);
                }
                2 => *summary = summary.slice(..byte.index(summary.len() + 1)),
                3 => *key = BlockKey { index: key.index ^ u64::from(bits) << (bits % 57), ..*key },
                4 => *key = BlockKey { number: key.number ^ u32::from(bits), part: key.part ^ 1, ..*key },
                _ => drop(entries.remove(at)),
            }
        });
        match damaged {
            Ok(state) => {
                // Blocks that are not what the damaged keys say they are may be refused; that is no panic either.
                bucket.try_read(|| {
                    let _ = state.check();
                    let _ = state.digest();
                });
                let mut state = state;
                let op = relate(3, 4);
                let _ = collect(|| state.replay(1, [Ok(&op)], Seq(4)).map_err(|error| error.code()));
            }
            Err(error) => prop_assert!(
                matches!(error.code(), ErrorCode::Corruption | ErrorCode::FormatVersion), "{error:?}"),
        }
    }
}
