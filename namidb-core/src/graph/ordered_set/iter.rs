//! Keys in order, and whether there is one in a range.

use super::node::{Branch, Node, leftmost};
use super::{Keys, OrderedSet, SetKey};
use crate::graph::slot::Slot;
use smallvec::SmallVec;

/// How many leaves that are away a range asks for at once.
const AHEAD: u32 = 8;

impl<K: SetKey> OrderedSet<K> {
    pub(crate) fn iter(&self) -> Iter<'_, K, impl Fn(&K) -> bool> {
        self.range(|_| false, |_| false)
    }

    /// The keys in order, from the first for which `before` is false to the last for which `after` is. Each must be
    /// false or true for all keys on one side of some place: `before` is true first, `after` is true last.
    pub(crate) fn range<A: Fn(&K) -> bool>(&self, before: impl Fn(&K) -> bool, after: A) -> Iter<'_, K, A> {
        let mut iter = Iter { stack: SmallVec::new(), leaf: [].iter(), missed: 0, after };
        let mut next = self.root.as_ref();
        while let Some(node) = next {
            match node {
                Node::Leaf(_, slot) => {
                    iter.enter(slot);
                    let keys = iter.leaf.as_slice();
                    iter.leaf = keys[keys.partition_point(&before)..].iter();
                    next = None;
                }
                Node::Branch(branch) => {
                    let child = branch.first.partition_point(&before).saturating_sub(1);
                    iter.stack.push((branch, child + 1));
                    next = branch.children.get(child);
                }
            }
        }
        iter
    }

    /// Whether a key for which neither `before` nor `after` is true is in the set, if that can be told without fetching
    /// anything.
    pub(crate) fn knows(&self, before: impl Fn(&K) -> bool, after: impl Fn(&K) -> bool) -> Option<bool> {
        let mut next = self.root.as_ref();
        // The leaf after the one where the search ends, in case that has only keys before.
        let mut beside: Option<(&K, &Node<K>)> = None;
        while let Some(node) = next {
            match node {
                Node::Branch(branch) => {
                    let child = branch.first.partition_point(&before).saturating_sub(1);
                    if let (Some(first), Some(node)) =
                        (branch.first.get(child + 1), branch.children.get(child + 1))
                    {
                        beside = Some((first, node));
                    }
                    next = branch.children.get(child);
                }
                Node::Leaf(_, slot) => {
                    let keys = slot.peek().ok()?.map_or(&[][..], |keys| &keys.0);
                    if let Some(key) = keys.get(keys.partition_point(&before)) {
                        return Some(!after(key));
                    }
                    next = match beside.take() {
                        Some((bound, node)) if !after(bound) => Some(leftmost(node)),
                        _ => None,
                    };
                }
            }
        }
        Some(false)
    }
}

/// The keys of an [`OrderedSet`] in order.
pub(crate) struct Iter<'a, K: SetKey, A> {
    stack: SmallVec<[(&'a Branch<K>, usize); 6]>,
    leaf: std::slice::Iter<'a, K>,
    /// How many leaves were away.
    missed: u32,
    after: A,
}

impl<'a, K: SetKey, A: Fn(&K) -> bool> Iter<'a, K, A> {
    fn enter(&mut self, slot: &'a Slot<Keys<K>>) {
        self.missed += u32::from(slot.is_away());
        self.leaf = slot.get().map_or(&[][..], |keys| &keys.0).iter();
    }

    /// Goes to the next leaf. False if there is none, or none that is wanted.
    fn advance(&mut self) -> bool {
        while let Some((branch, child)) = self.stack.last_mut() {
            let (branch, at): (&'a Branch<K>, usize) = (branch, *child);
            match (branch.children.get(at), branch.first.get(at)) {
                (Some(node), Some(bound)) => {
                    *child += 1;
                    // What comes after something that is not there is worth nothing, except to find out what else has
                    // to come.
                    if self.missed > 0 && (self.missed == AHEAD || (self.after)(bound)) {
                        return false;
                    }
                    match node {
                        Node::Leaf(_, slot) => {
                            self.enter(slot);
                            return true;
                        }
                        Node::Branch(branch) => self.stack.push((branch, 0)),
                    }
                }
                _ => {
                    self.stack.pop();
                }
            }
        }
        false
    }
}

impl<'a, K: SetKey, A: Fn(&K) -> bool> Iterator for Iter<'a, K, A> {
    type Item = &'a K;

    #[inline]
    fn next(&mut self) -> Option<&'a K> {
        loop {
            match self.leaf.next() {
                Some(key) if self.missed > 0 || (self.after)(key) => {
                    self.stack.clear();
                    self.leaf = [].iter();
                    return None;
                }
                Some(key) => return Some(key),
                None if !self.advance() => {
                    self.stack.clear();
                    return None;
                }
                None => {}
            }
        }
    }
}
