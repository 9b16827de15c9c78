//! Lists are checked against a sorted set of (source, neighbour, relationship).

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

type Model = BTreeSet<(u64, u64, u64)>;

fn entry((source, node, relationship): (u64, u64, u64)) -> Entry {
    Entry { source, node, relationship }
}

fn check(adjacency: &Adjacency, model: &Model) {
    assert_eq!(adjacency.relationship_count(), model.len() as u64);
    assert!(adjacency.entries().map(|e| (e.source, e.node, e.relationship)).eq(model.iter().copied()));
    let sources: BTreeSet<u64> = model.iter().map(|(source, _, _)| *source).collect();
    assert_eq!(adjacency.source_count(), sources.len() as u64);
    let (mut inline, mut occupied) = (0, 0);
    for (index, chunk) in adjacency.chunks() {
        occupied += 1;
        inline += chunk.inline_len() as u64;
        assert!(!chunk.is_empty(), "chunk {index}");
        assert!(chunk.inline_len() <= INLINE_CHUNK_MAX);
        assert_eq!(usize::from(*chunk.offsets().last().unwrap()), chunk.inline_len());
        for (offset, list) in chunk.long_lists() {
            let offset = usize::from(*offset);
            assert_eq!(chunk.offsets()[offset], chunk.offsets()[offset + 1], "a list is inside or outside");
            assert!(!list.is_empty());
            assert_eq!(list.len(), list.segments().map(|s| s.len() as u64).sum::<u64>());
            assert!(list.segments().all(|s| !s.is_empty() && s.len() <= long_list::BLOCK_MAX));
        }
    }
    assert_eq!((inline, occupied), (adjacency.inline, adjacency.occupied));
}

fn check_finds(adjacency: &Adjacency, model: &Model, source: u64, node: u64) {
    let found: Vec<u64> = adjacency.neighbours(NodeId(source)).find(NodeId(node)).map(|r| r.0).collect();
    let expected: Vec<u64> =
        model.range((source, node, 0)..=(source, node, u64::MAX)).map(|(_, _, r)| *r).collect();
    assert_eq!(found, expected);
    assert_eq!(adjacency.neighbours(NodeId(source)).contains(NodeId(node)), !expected.is_empty());
}

/// Ids around the places where 32 bits end.
fn id(space: u64) -> impl Strategy<Value = u64> {
    prop_oneof![8 => 0..space, 1 => (1u64 << 32) - 2..(1 << 32) + 2, 1 => Just(u64::MAX >> 8)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn lists_answer_like_a_sorted_set_and_snapshots_stay(
        steps in prop::collection::vec((0u8..8, id(20), id(30)), 1..300), wide in any::<bool>(),
    ) {
        let mut adjacency = Adjacency::default();
        let mut model = Model::new();
        let mut held = Vec::new();
        let mut next = if wide { (1u64 << 32) - 50 } else { 0 };
        for (kind, source, node) in steps {
            match kind {
                0..5 => {
                    adjacency.insert(entry((source, node, next)));
                    model.insert((source, node, next));
                    next += 1;
                }
                5 | 6 => {
                    let some = model.range((source, 0, 0)..).next().copied();
                    if let Some(some) = some {
                        assert!(adjacency.remove(entry(some)));
                        model.remove(&some);
                        assert!(!adjacency.remove(entry(some)));
                    }
                }
                _ => held.push((adjacency.clone(), model.clone())),
            }
            check_finds(&adjacency, &model, source, node);
        }
        held.push((adjacency, model));
        for (adjacency, model) in &held {
            check(adjacency, model);
        }
    }

    #[test]
    fn batches_give_the_same_lists_as_single_inserts(
        batches in prop::collection::vec(prop::collection::vec((id(300), id(400)), 1..400), 1..6), wide in any::<bool>(),
    ) {
        let mut adjacency = Adjacency::default();
        let mut model = Model::new();
        let mut next = if wide { (1u64 << 32) - 200 } else { 0 };
        for batch in batches {
            let mut entries = Vec::new();
            for (source, node) in batch {
                entries.push(entry((source, node, next)));
                model.insert((source, node, next));
                next += 1;
            }
            entries.sort();
            let before = adjacency.clone();
            let count = before.relationship_count();
            adjacency.insert_sorted(&entries);
            assert_eq!(before.entries().count() as u64, count);
            check(&adjacency, &model);
        }
    }
}

/// A stream of numbers that looks random.
fn numbers() -> impl FnMut(u64) -> u64 {
    let mut state = 42u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

#[test]
fn a_list_grows_long_and_shrinks_back_into_its_chunk() {
    let mut random = numbers();
    let mut adjacency = Adjacency::default();
    let mut model = Model::new();
    for relationship in 0..40_000 {
        let node = random(1 << 20);
        adjacency.insert(entry((7, node, relationship)));
        model.insert((7, node, relationship));
        adjacency.insert(entry((8, relationship, relationship)));
        model.insert((8, relationship, relationship));
    }
    check(&adjacency, &model);
    assert!(adjacency.neighbours(NodeId(7)).single().is_none());
    // A list that only grows at its end keeps full blocks.
    assert!(adjacency.neighbours(NodeId(8)).segments().count() <= 40_000 / 512 + 1);
    let snapshot = (adjacency.clone(), model.clone());
    while model.len() > 30 {
        let probe = (7 + random(2), random(1 << 20), 0);
        let gone = model.range(probe..).next().or(model.first()).copied().unwrap();
        assert!(adjacency.remove(entry(gone)));
        model.remove(&gone);
    }
    check(&adjacency, &model);
    assert!(adjacency.neighbours(NodeId(7)).single().is_some());
    check(&snapshot.0, &snapshot.1);
}

#[test]
fn the_width_follows_the_number_of_relationships_per_chunk() {
    for (sources, degree, bits) in [(64u64, 400u64, 4), (4_000, 20, 6), (40_000, 3, 8), (40_000, 1, 10)] {
        let mut single = Adjacency::default();
        let mut entries = Vec::new();
        for relationship in 0..sources * degree {
            let new = entry((relationship % sources, relationship / sources, relationship));
            single.insert(new);
            entries.push(new);
        }
        entries.sort();
        let mut bulk = Adjacency::default();
        bulk.insert_sorted(&entries);
        assert_eq!(bulk.width_bits(), bits, "{sources} sources of {degree}");
        // Looked at when the number doubles, so it may be one step behind.
        assert!(single.width_bits().abs_diff(bits) <= 2);
        assert!(single.entries().eq(bulk.entries()));
    }
}

#[test]
fn a_chunk_that_holds_too_much_moves_its_longest_lists_out() {
    let mut adjacency = Adjacency::default();
    let mut model = Model::new();
    for relationship in 0..64 * 90 {
        let (source, node) = (relationship % 64, relationship / 64 * (1 + relationship % 3));
        adjacency.insert(entry((source, node, relationship)));
        model.insert((source, node, relationship));
    }
    check(&adjacency, &model);
}
