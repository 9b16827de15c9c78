//! A state whose chunks come and go answers as one that has them all.

use super::bucket::{Bucket, Places};
use super::*;
use crate::residency::collect;

/// What happens after a transaction.
#[derive(Clone, Copy, Debug)]
enum Event {
    Nothing,
    /// The state is stored, and this is noted after so many further transactions.
    Checkpoint(usize),
    /// Chunks are let go, chosen by this number.
    Evict(u64),
    /// The runs become one.
    Compact,
    /// The state is opened anew and catches up with the log.
    Reopen,
    /// Everything is read.
    Check,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        2 => Just(Event::Nothing),
        3 => (0usize..3).prop_map(Event::Checkpoint),
        3 => any::<u64>().prop_map(Event::Evict),
        1 => Just(Event::Compact),
        2 => Just(Event::Reopen),
        2 => Just(Event::Check),
    ];
    prop::collection::vec(event, 12)
}

/// Applies a transaction to a state whose chunks may be away.
fn apply(bucket: &mut Bucket, state: &GraphState, ops: &[Op], seq: u64, judge: bool) -> GraphState {
    let builds = ops.iter().any(|op| matches!(op, Op::CreateIndex { .. }));
    for _ in 0..1000 {
        let mut next = state.clone();
        let (result, misses) = collect(|| {
            if judge {
                next.apply_transaction(ops, Seq(seq))
            } else {
                next.replay(ops.len(), ops.iter().map(Ok), Seq(seq))
            }
        });
        if misses.is_empty() {
            result.unwrap();
            return next;
        }
        assert!(judge || builds, "replay fetches nothing: {misses:?}");
        bucket.fetch(&misses);
    }
    panic!("applying comes to no end");
}

fn check(bucket: &mut Bucket, state: &GraphState, model: &Model, digest: u64) {
    assert_eq!(bucket.read(|| state.digest()), digest);
    bucket.read(|| state.check().is_ok());
    let ((), misses) = collect(|| model.check(state));
    assert!(misses.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn chunks_may_come_and_go(scripts in scripts(), events in events(), judge in any::<bool>()) {
        let mut model = Model::default();
        let mut whole = GraphState::empty();
        whole.apply_transaction(&define_names(), Seq(1)).unwrap();
        let mut state = whole.clone();
        let mut bucket = Bucket::default();
        bucket.checkpoint(&state);
        state = bucket.open();
        let mut log: Vec<(Vec<Op>, u64)> = Vec::new();
        let mut pending: Option<(usize, Places, GraphState)> = None;
        for ((script, seq), event) in scripts.into_iter().zip(2..).zip(events) {
            let mut cx = ApplyContext::new(&whole, Seq(seq));
            let mut ops = Vec::new();
            for step in script {
                for op in model.step(&cx.clone(), seq, step) {
                    whole.apply_op(&mut cx, &op).unwrap();
                    ops.push(op);
                }
            }
            state = apply(&mut bucket, &state, &ops, seq, judge);
            log.push((ops, seq));
            if let Some((wait, places, then)) = pending.take() {
                match wait {
                    0 => state.mark_stored(&places, &then),
                    wait => pending = Some((wait - 1, places, then)),
                }
            }
            match event {
                Event::Nothing => {}
                Event::Checkpoint(wait) => {
                    // One at a time.
                    if let Some((_, places, then)) = pending.take() {
                        state.mark_stored(&places, &then);
                    }
                    let places = bucket.checkpoint(&state);
                    log.clear();
                    let before = state.clone();
                    if wait == 0 {
                        state.mark_stored(&places, &before);
                        bucket.checkpoint(&state);
                        prop_assert_eq!(bucket.last_run(), vec![], "nothing is dirty twice");
                    } else {
                        pending = Some((wait - 1, places, before));
                    }
                }
                Event::Evict(choice) => {
                    let keys: Vec<BlockKey> = bucket.keys().into_iter()
                        .filter(|key| (key.index ^ u64::from(key.number) << 7 ^ key.kind as u64)
                            .wrapping_mul(choice | 1) >> 62 != 0)
                        .collect();
                    state.evict(&keys);
                }
                Event::Compact => {
                    if let Some((_, places, then)) = pending.take() {
                        state.mark_stored(&places, &then);
                    }
                    let moves = bucket.compact();
                    state.mark_moved(&moves);
                }
                Event::Reopen => {
                    pending = None;
                    state = bucket.open();
                    for (ops, seq) in &log {
                        state = apply(&mut bucket, &state, ops, *seq, judge);
                    }
                }
                Event::Check => check(&mut bucket, &state, &model, whole.digest()),
            }
        }
        check(&mut bucket, &state, &model, whole.digest());
        if let Some((_, places, then)) = pending.take() {
            state.mark_stored(&places, &then);
        }
        let places = bucket.checkpoint(&state);
        let then = state.clone();
        state.mark_stored(&places, &then);
        let keys = bucket.keys();
        state.evict(&keys);
        check(&mut bucket, &state, &model, whole.digest());
        let opened = bucket.open();
        check(&mut bucket, &opened, &model, whole.digest());
    }
}
