//! The leaves of a set, in memory and in the bucket.

use super::node::Node;
use super::{Keys, OrderedSet, SetKey};
use crate::graph::slot::Slot;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A leaf of a set: its number, its bound, its keys.
pub(crate) struct Leaf<'a, K: SetKey> {
    pub(crate) number: u64,
    /// None of the first one: it has all keys below the next bound.
    pub(crate) bound: Option<&'a K>,
    pub(crate) slot: &'a Slot<Keys<K>>,
}

impl<K: SetKey> OrderedSet<K> {
    /// The leaves in order.
    pub(crate) fn leaves(&self) -> Vec<Leaf<'_, K>> {
        fn walk<'a, K: SetKey>(node: &'a Node<K>, bound: Option<&'a K>, leaves: &mut Vec<Leaf<'a, K>>) {
            match node {
                Node::Leaf(number, slot) => leaves.push(Leaf { number: *number, bound, slot }),
                // Branches lie in each other as deep as the logarithm of the number of leaves.
                Node::Branch(branch) => {
                    for (bound, child) in branch.first.iter().zip(&branch.children) {
                        walk(child, Some(bound), leaves);
                    }
                }
            }
        }
        let mut leaves = Vec::new();
        if let Some(root) = &self.root {
            walk(root, None, &mut leaves);
        }
        // The first one's need not be a bound at all.
        if let Some(first) = leaves.first_mut() {
            first.bound = None;
        }
        leaves
    }

    /// Does something with the slot of every leaf whose number is wanted.
    pub(crate) fn leaves_mut(
        &mut self,
        wanted: &impl Fn(u64) -> bool,
        work: &mut impl FnMut(u64, &mut Slot<Keys<K>>),
    ) {
        fn has<K: SetKey>(node: &Node<K>, wanted: &impl Fn(u64) -> bool) -> bool {
            match node {
                Node::Leaf(number, _) => wanted(*number),
                Node::Branch(branch) => branch.children.iter().any(|child| has(child, wanted)),
            }
        }
        fn walk<K: SetKey>(
            node: &mut Node<K>,
            wanted: &impl Fn(u64) -> bool,
            work: &mut impl FnMut(u64, &mut Slot<Keys<K>>),
        ) {
            match node {
                Node::Leaf(number, slot) if wanted(*number) => work(*number, slot),
                Node::Leaf(..) => {}
                Node::Branch(branch) => {
                    // What is not wanted stays shared.
                    if branch.children.iter().any(|child| has(child, wanted)) {
                        Arc::make_mut(branch).children.iter_mut().for_each(|child| walk(child, wanted, work));
                    }
                }
            }
        }
        if let Some(root) = &mut self.root {
            walk(root, wanted, work);
        }
    }

    /// Notes that the bucket has a leaf, or has it no more.
    pub(crate) fn note_leaf(&mut self, number: u64, is_stored: bool) {
        if self.stored.contains(&number) != is_stored {
            let stored = Arc::make_mut(&mut self.stored);
            if is_stored {
                stored.insert(number)
            } else {
                stored.remove(&number)
            };
        }
    }

    /// The leaves that the bucket has.
    pub(crate) fn stored_leaves(&self) -> impl Iterator<Item = u64> {
        self.stored.iter().copied()
    }

    /// The leaves that the bucket has and the set has no more, ascending.
    pub(crate) fn gone_leaves(&self) -> Vec<u64> {
        if self.stored.is_empty() {
            return Vec::new();
        }
        let void = |leaf: &Leaf<'_, K>| matches!(leaf.slot.peek(), Ok(None));
        let present: BTreeSet<u64> =
            self.leaves().iter().filter(|leaf| !void(leaf)).map(|leaf| leaf.number).collect();
        self.stored.difference(&present).copied().collect()
    }
}
