//! A persistent sorted set: leaves of up to 512 keys under branches of up to 32 children.
//!
//! A map from a value to ids is a set of (value, id). A clone is one reference count; a change after it copies
//! one leaf and the branches above it.

use smallvec::SmallVec;
use std::sync::Arc;

const LEAF_MAX: usize = 512;
const BRANCH_MAX: usize = 32;
/// Neighbouring leaves that together hold no more than this become one.
const JOIN_MAX: usize = LEAF_MAX / 2;

#[derive(Debug)]
enum Node<K> {
    Leaf(Arc<Vec<K>>),
    Branch(Arc<Branch<K>>),
}

impl<K> Clone for Node<K> {
    fn clone(&self) -> Self {
        match self {
            Node::Leaf(keys) => Node::Leaf(Arc::clone(keys)),
            Node::Branch(branch) => Node::Branch(Arc::clone(branch)),
        }
    }
}

/// Children, each with a key that is not greater than any of its own.
#[derive(Clone, Debug)]
struct Branch<K> {
    first: Vec<K>,
    children: Vec<Node<K>>,
}

impl<K: Ord> Branch<K> {
    fn child_of(&self, key: &K) -> usize {
        self.first.partition_point(|first| first <= key).saturating_sub(1)
    }
}

/// A sorted set, cheap to clone and to change after a clone.
#[derive(Debug)]
pub(crate) struct OrderedSet<K> {
    root: Option<Node<K>>,
    len: u64,
}

impl<K> Clone for OrderedSet<K> {
    fn clone(&self) -> Self {
        OrderedSet { root: self.root.clone(), len: self.len }
    }
}

impl<K> Default for OrderedSet<K> {
    fn default() -> Self {
        OrderedSet { root: None, len: 0 }
    }
}

impl<K> OrderedSet<K> {
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn iter(&self) -> Iter<'_, K> {
        self.iter_from(|_| false)
    }

    /// The keys in order, from the first for which `before` is false. It must be true for a prefix of the
    /// keys and false for the rest.
    pub(crate) fn iter_from(&self, before: impl Fn(&K) -> bool) -> Iter<'_, K> {
        let mut iter = Iter { stack: SmallVec::new(), leaf: [].iter() };
        let mut next = self.root.as_ref();
        while let Some(node) = next {
            match node {
                Node::Leaf(keys) => {
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
}

impl<K: Ord + Clone> OrderedSet<K> {
    /// A set of keys that are sorted, each once.
    pub(crate) fn from_sorted(keys: Vec<K>) -> OrderedSet<K> {
        let len = keys.len() as u64;
        let mut level: Vec<(K, Node<K>)> = Vec::with_capacity(keys.len() / LEAF_MAX + 1);
        let mut keys = keys.into_iter().peekable();
        while let Some(first) = keys.peek().cloned() {
            let leaf: Vec<K> = keys.by_ref().take(LEAF_MAX).collect();
            level.push((first, Node::Leaf(Arc::new(leaf))));
        }
        while level.len() > 1 {
            let mut nodes = level.into_iter().peekable();
            let mut above = Vec::new();
            while let Some(key) = nodes.peek().map(|(key, _)| key.clone()) {
                let (first, children) = nodes.by_ref().take(BRANCH_MAX).unzip();
                above.push((key, Node::Branch(Arc::new(Branch { first, children }))));
            }
            level = above;
        }
        OrderedSet { root: level.pop().map(|(_, node)| node), len }
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.iter_from(|k| k < key).next() == Some(key)
    }

    /// False if the key was there.
    pub(crate) fn insert(&mut self, key: K) -> bool {
        if self.contains(&key) {
            return false;
        }
        self.len += 1;
        match &mut self.root {
            None => self.root = Some(Node::Leaf(Arc::new(vec![key]))),
            Some(root) => {
                if let Some((second_key, second)) = insert(root, key) {
                    // The lowest key of the left half is only a lower bound, so any key of it will do.
                    if let Some(first_key) = first_key(root) {
                        let children = vec![root.clone(), second];
                        *root =
                            Node::Branch(Arc::new(Branch { first: vec![first_key, second_key], children }));
                    }
                }
            }
        }
        true
    }

    /// False if the key was not there.
    pub(crate) fn remove(&mut self, key: &K) -> bool {
        if !self.contains(key) {
            return false;
        }
        self.len -= 1;
        if let Some(root) = &mut self.root {
            remove(root, key);
            while let Node::Branch(branch) = root {
                if branch.children.len() != 1 {
                    break;
                }
                let only = branch.children[0].clone();
                *root = only;
            }
        }
        if self.len == 0 {
            self.root = None;
        }
        true
    }
}

fn first_key<K: Clone>(node: &Node<K>) -> Option<K> {
    match node {
        Node::Leaf(keys) => keys.first().cloned(),
        Node::Branch(branch) => branch.first.first().cloned(),
    }
}

/// Inserts a key that is not there; the upper half, with its first key, if the node had to split.
fn insert<K: Ord + Clone>(node: &mut Node<K>, key: K) -> Option<(K, Node<K>)> {
    match node {
        Node::Leaf(keys) => {
            let keys = Arc::make_mut(keys);
            let at = keys.partition_point(|k| *k < key);
            keys.insert(at, key);
            if keys.len() <= LEAF_MAX {
                return None;
            }
            // Keys that only ever grow leave full leaves behind.
            let keep = if at + 1 == keys.len() { at } else { keys.len() / 2 };
            let second = keys.split_off(keep);
            Some((second[0].clone(), Node::Leaf(Arc::new(second))))
        }
        Node::Branch(branch) => {
            let branch = Arc::make_mut(branch);
            let child = branch.child_of(&key);
            if key < branch.first[child] {
                branch.first[child] = key.clone();
            }
            let (second_key, second) = insert(&mut branch.children[child], key)?;
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
fn remove<K: Ord + Clone>(node: &mut Node<K>, key: &K) -> bool {
    match node {
        Node::Leaf(keys) => {
            let keys = Arc::make_mut(keys);
            if let Ok(at) = keys.binary_search(key) {
                keys.remove(at);
            }
            keys.is_empty()
        }
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

/// Joins a leaf with the one after it, if both are small.
fn join<K: Clone>(branch: &mut Branch<K>, at: usize) -> bool {
    let (one, two) = match (branch.children.get(at), branch.children.get(at + 1)) {
        (Some(Node::Leaf(one)), Some(Node::Leaf(two))) => (one, two),
        _ => return false,
    };
    if one.len() + two.len() > JOIN_MAX {
        return false;
    }
    let joined: Vec<K> = one.iter().chain(two.iter()).cloned().collect();
    branch.children[at] = Node::Leaf(Arc::new(joined));
    branch.children.remove(at + 1);
    branch.first.remove(at + 1);
    true
}

/// The keys of an [`OrderedSet`] in order.
pub(crate) struct Iter<'a, K> {
    stack: SmallVec<[(&'a Branch<K>, usize); 6]>,
    leaf: std::slice::Iter<'a, K>,
}

impl<'a, K> Iterator for Iter<'a, K> {
    type Item = &'a K;

    #[inline]
    fn next(&mut self) -> Option<&'a K> {
        loop {
            if let Some(key) = self.leaf.next() {
                return Some(key);
            }
            let (branch, child) = self.stack.last_mut()?;
            match branch.children.get(*child) {
                None => {
                    self.stack.pop();
                }
                Some(node) => {
                    *child += 1;
                    match node {
                        Node::Leaf(keys) => self.leaf = keys.iter(),
                        Node::Branch(branch) => self.stack.push((branch, 0)),
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_set_that_grew_and_shrank_answers_like_a_tree_set() {
        let mut set = OrderedSet::default();
        let mut model = BTreeSet::new();
        let mut held = Vec::new();
        let mut n = 1u64;
        for round in 0..60_000u64 {
            n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let key = (n >> 33) % 30_000;
            if (round < 40_000) != (n >> 20).is_multiple_of(4) {
                assert_eq!(set.insert(key), model.insert(key));
            } else {
                assert_eq!(set.remove(&key), model.remove(&key));
            }
            if round % 9_000 == 0 {
                held.push((set.clone(), model.clone()));
                let from = set.iter_from(|k| *k < key);
                assert!(from.eq(model.range(key..)));
            }
        }
        held.push((set, model));
        for (set, model) in held {
            assert_eq!(set.len(), model.len() as u64);
            assert!(set.iter().eq(model.iter()));
        }
    }

    proptest! {
        #[test]
        fn a_set_built_from_sorted_keys_is_the_one_built_key_by_key(
            keys in prop::collection::btree_set(any::<u32>(), 0..3000), key in any::<u32>(),
        ) {
            let mut built = OrderedSet::from_sorted(keys.iter().copied().collect());
            prop_assert!(built.iter().eq(keys.iter()));
            prop_assert_eq!(built.contains(&key), keys.contains(&key));
            built.insert(key);
            prop_assert!(built.contains(&key));
            let mut grown = OrderedSet::default();
            for key in &keys {
                grown.insert(*key);
            }
            for key in &keys {
                prop_assert!(grown.remove(key));
            }
            prop_assert_eq!(grown.iter().count(), 0);
        }
    }
}
