//! Sets that are made at once: of sorted keys, or of leaves in the bucket.

use super::node::{Node, root_over};
use super::{Keys, LEAF_MAX, OrderedSet, SetKey};
use crate::graph::slot::Slot;
use std::sync::Arc;

/// A leaf that comes with its bound, its number, its number of keys, and its slot.
pub(crate) type ArrivingLeaf<K> = (Option<K>, u64, u64, Slot<Keys<K>>);

impl<K: SetKey> OrderedSet<K> {
    /// A set of leaves in the bucket, each with its bound and number of keys.
    pub(crate) fn from_leaves(mut leaves: Vec<ArrivingLeaf<K>>) -> OrderedSet<K> {
        leaves.sort_by(|a, b| a.0.cmp(&b.0));
        let mut set = OrderedSet::default();
        let mut level: Vec<(Option<K>, Node<K>)> = Vec::with_capacity(leaves.len());
        let stored = Arc::make_mut(&mut set.stored);
        for (bound, number, len, slot) in leaves {
            set.len = set.len.saturating_add(len);
            set.next = set.next.max(number.saturating_add(1));
            if let Slot::Stored(_) = slot {
                stored.insert(number);
            }
            level.push((bound, Node::Leaf(number, slot)));
        }
        // Any bound does for the first one that is not greater than the next.
        if let [first, second, ..] = level.as_mut_slice()
            && first.0.is_none()
        {
            first.0 = second.0.clone();
        }
        set.root = match level.len() {
            1 => level.pop().map(|(_, node)| node),
            _ => root_over(level.into_iter().filter_map(|(bound, node)| Some((bound?, node))).collect()),
        };
        set
    }

    /// A set of keys that are sorted, each once.
    pub(crate) fn from_sorted(keys: Vec<K>) -> OrderedSet<K> {
        let mut set = OrderedSet { len: keys.len() as u64, ..OrderedSet::default() };
        let Some(bound) = keys.first().cloned() else { return set };
        set.root = root_over(leaves_of(bound, keys, &mut set.next));
        set
    }
}

/// Full leaves of sorted keys, of which none is less than `bound`, each with its bound.
pub(super) fn leaves_of<K: SetKey>(mut bound: K, keys: Vec<K>, number: &mut u64) -> Vec<(K, Node<K>)> {
    let mut leaves = Vec::with_capacity(keys.len() / LEAF_MAX + 1);
    let mut keys = keys.into_iter().peekable();
    loop {
        let mut leaf: Vec<K> = keys.by_ref().take(LEAF_MAX).collect();
        let mut next_bound = None;
        while let (Some(last), Some(next)) = (leaf.last(), keys.peek()) {
            next_bound = last.separator(next);
            if next_bound.is_some() {
                break;
            }
            leaf.extend(keys.next());
        }
        let node = Node::Leaf(*number, Slot::new(Keys(leaf)));
        *number += 1;
        match next_bound {
            Some(next) => leaves.push((std::mem::replace(&mut bound, next), node)),
            None => {
                leaves.push((bound, node));
                return leaves;
            }
        }
    }
}
