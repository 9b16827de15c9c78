//! Inserting and removing one key.

use super::build::leaves_of;
use super::node::{Branch, Node, root_over};
use super::{BRANCH_MAX, Keys, LEAF_MAX, OrderedSet, SetKey};
use crate::graph::slot::{Access, Slot};
use std::sync::Arc;

/// Neighbouring leaves that together hold no more than this become one.
const JOIN_MAX: usize = LEAF_MAX / 2;

impl<K: SetKey> OrderedSet<K> {
    /// The slot of the leaf that a key belongs to.
    fn leaf_of(&self, key: &K) -> Option<&Slot<Keys<K>>> {
        let mut node = self.root.as_ref()?;
        loop {
            match node {
                Node::Leaf(_, slot) => return Some(slot),
                Node::Branch(branch) => node = branch.children.get(branch.child_of(key))?,
            }
        }
    }

    /// Whether a key is in the set, if that can be told without fetching anything.
    pub(super) fn holds(&self, key: &K) -> Option<bool> {
        match self.leaf_of(key).map(Slot::peek) {
            Some(Ok(Some(keys))) => Some(keys.0.binary_search(key).is_ok()),
            Some(Err(_)) => None,
            Some(Ok(None)) | None => Some(false),
        }
    }

    /// False if the key was there. It must not be there if its leaf is away.
    pub(crate) fn insert(&mut self, key: K) -> bool {
        if self.holds(&key) == Some(true) {
            return false;
        }
        self.len += 1;
        let mut number = self.next;
        match &mut self.root {
            None => {
                self.root = Some(Node::Leaf(number, Slot::new(Keys(vec![key]))));
                number += 1;
            }
            Some(root) => {
                if let Some((second_key, second)) = insert(root, key, &mut number) {
                    // The bound of the left half is not looked at while it is the first one.
                    let first = vec![second_key.clone(), second_key];
                    let children = vec![root.clone(), second];
                    *root = Node::Branch(Arc::new(Branch { first, children }));
                }
            }
        }
        self.next = number;
        true
    }

    /// False if the key was not there. It must be there if its leaf is away.
    pub(crate) fn remove(&mut self, key: &K) -> bool {
        if self.holds(key) == Some(false) {
            return false;
        }
        self.len = self.len.saturating_sub(1);
        if let Some(root) = &mut self.root {
            if remove(root, key) {
                self.root = None;
                return true;
            }
            while let Node::Branch(branch) = root {
                if branch.children.len() != 1 {
                    break;
                }
                let only = branch.children[0].clone();
                *root = only;
            }
        }
        true
    }
}

/// Splits a leaf that took many keys while it was away into as many as it takes.
fn split_up<K: SetKey>(keys: &mut Vec<K>, number: &mut u64) -> Option<(K, Node<K>)> {
    let (keep, bound) = split_at(keys, LEAF_MAX)?;
    let rest = leaves_of(bound.clone(), keys.split_off(keep), number);
    Some((bound, root_over(rest)?))
}

/// Where a leaf that is too large is best split, and the bound of what comes after.
fn split_at<K: SetKey>(keys: &[K], wanted: usize) -> Option<(usize, K)> {
    let bound = |at: usize| keys.get(at.checked_sub(1)?)?.separator(keys.get(at)?);
    let mut places = (0..keys.len()).flat_map(|step| [wanted.checked_sub(step), wanted.checked_add(step)]);
    places.find_map(|at| Some((at?, bound(at?)?)))
}

/// Inserts a key that is not there; the upper half, with its bound, if the node had to split.
fn insert<K: SetKey>(node: &mut Node<K>, key: K, number: &mut u64) -> Option<(K, Node<K>)> {
    match node {
        Node::Leaf(_, slot) => match slot.access_or_insert(|| Keys(Vec::new())) {
            Access::Chunk(Keys(keys)) => {
                let at = keys.partition_point(|k| *k < key);
                keys.insert(at, key);
                if keys.len() <= LEAF_MAX {
                    return None;
                }
                if keys.len() > 2 * LEAF_MAX {
                    return split_up(keys, number);
                }
                // Keys that only ever grow leave full leaves behind.
                let wanted = if at + 1 == keys.len() { at } else { keys.len() / 2 };
                let (keep, bound) = split_at(keys, wanted)?;
                let second = Slot::new(Keys(keys.split_off(keep)));
                *number += 1;
                Some((bound, Node::Leaf(*number - 1, second)))
            }
            Access::Away(stored) => {
                stored.push((key, true), |len| *len = len.saturating_add(1));
                None
            }
            Access::Nothing => None,
        },
        Node::Branch(branch) => {
            let branch = Arc::make_mut(branch);
            let child = branch.child_of(&key);
            if key < branch.first[child] {
                branch.first[child] = key.clone();
            }
            let (second_key, second) = insert(&mut branch.children[child], key, number)?;
            branch.first.insert(child + 1, second_key);
            branch.children.insert(child + 1, second);
            if branch.children.len() <= BRANCH_MAX {
                return None;
            }
            let keep = if child + 2 == branch.children.len() { BRANCH_MAX } else { BRANCH_MAX / 2 };
            let second =
                Branch { first: branch.first.split_off(keep), children: branch.children.split_off(keep) };
            Some((second.first[0].clone(), Node::Branch(Arc::new(second))))
        }
    }
}

/// Removes a key that is there; true if nothing is left.
fn remove<K: SetKey>(node: &mut Node<K>, key: &K) -> bool {
    match node {
        Node::Leaf(_, slot) => match slot.access() {
            Access::Chunk(Keys(keys)) => {
                if let Ok(at) = keys.binary_search(key) {
                    keys.remove(at);
                }
                keys.is_empty()
            }
            Access::Away(stored) => {
                stored.push((key.clone(), false), |len| *len = len.saturating_sub(1));
                *stored.summary() == 0
            }
            Access::Nothing => true,
        },
        Node::Branch(branch) => {
            let branch = Arc::make_mut(branch);
            let child = branch.child_of(key);
            if remove(&mut branch.children[child], key) {
                branch.children.remove(child);
                branch.first.remove(child);
            } else if !join(branch, child) && child > 0 {
                join(branch, child - 1);
            }
            branch.children.is_empty()
        }
    }
}

/// Joins a leaf with the one after it, if both are small and in memory.
fn join<K: SetKey>(branch: &mut Branch<K>, at: usize) -> bool {
    let (one, two) = match (branch.children.get(at), branch.children.get(at + 1)) {
        (Some(Node::Leaf(_, one)), Some(Node::Leaf(_, two))) => (one.peek(), two.peek()),
        _ => return false,
    };
    let (Ok(Some(Keys(one))), Ok(Some(Keys(two)))) = (one, two) else { return false };
    if one.len() + two.len() > JOIN_MAX {
        return false;
    }
    let joined: Vec<K> = one.iter().chain(two.iter()).cloned().collect();
    if let Some(Node::Leaf(_, slot)) = branch.children.get_mut(at) {
        *slot = Slot::new(Keys(joined));
    }
    branch.children.remove(at + 1);
    branch.first.remove(at + 1);
    true
}
