//! A persistent sorted set: leaves of up to 512 keys under branches of up to 32 children.
//!
//! A map from a value to ids is a set of (value, id). A clone is one reference count; a change after it copies
//! one leaf and the branches above it. The branches are always in memory; a leaf may be away. It keeps its number as
//! long as it lasts, and its place follows from its bound: a key that is not greater than any of its own, and greater
//! than all of the leaf before.

use super::export::{BlockKey, Limits, decode, encode};
use super::slot::{Access, ChunkKind, Slot};
use crate::codec::{Reader, put_varint};
use crate::error::Result;
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

const LEAF_MAX: usize = 512;
const BRANCH_MAX: usize = 32;
/// Neighbouring leaves that together hold no more than this become one.
const JOIN_MAX: usize = LEAF_MAX / 2;
/// How many leaves that are away a range asks for at once.
const AHEAD: u32 = 8;

/// What a set holds.
pub(crate) trait SetKey: Ord + Clone + fmt::Debug + Send + Sync + 'static {
    /// The part of the keys of the leaves' blocks.
    const CLASS: u32;

    /// Appends sorted keys.
    fn put(keys: &[Self], out: &mut Vec<u8>);

    /// Reads so many keys, in any order.
    ///
    /// # Errors
    /// `Corruption`; `FormatVersion`.
    fn read(reader: &mut Reader<'_>, count: usize, ids: u64) -> Result<Vec<Self>>;

    /// The bytes that the key takes outside of itself.
    fn heap_bytes(&self) -> usize;

    /// A short key that is greater than `self` and not greater than `next`, which is greater than `self`. None if
    /// there is no short one: then the two stay in one leaf.
    fn separator(&self, next: &Self) -> Option<Self>;
}

/// The keys of a leaf.
#[derive(Clone, Debug)]
pub(crate) struct Keys<K>(Vec<K>);

impl<K: SetKey> Keys<K> {
    const EMPTY: &'static Keys<K> = &Keys(Vec::new());

    pub(crate) fn first(&self) -> Option<&K> {
        self.0.first()
    }
}

impl<K: SetKey> ChunkKind for Keys<K> {
    /// How many keys there are.
    type Summary = u64;
    type Context = Arc<Limits>;
    /// A key, and whether it is in the set from now on.
    type Patch = (K, bool);

    fn placeholder() -> &'static Keys<K> {
        Keys::EMPTY
    }

    fn is_void(&self) -> bool {
        self.0.is_empty()
    }

    fn decode(block: &[u8], key: BlockKey, limits: &Arc<Limits>) -> Result<Keys<K>> {
        decode::leaf(block, limits.indexed_ids(key.kind)).map(Keys)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        encode::leaf(out, &self.0);
    }

    fn patch(&mut self, (key, is_in): &(K, bool)) {
        match (self.0.binary_search(key), is_in) {
            (Err(at), true) => self.0.insert(at, key.clone()),
            (Ok(at), false) => drop(self.0.remove(at)),
            _ => {}
        }
    }

    /// All at once: whoever fills an index in order sends everything to the last leaf.
    fn patch_all<'a>(&mut self, patches: impl Iterator<Item = &'a (K, bool)>) {
        let last: BTreeMap<&K, bool> = patches.map(|(key, is_in)| (key, *is_in)).collect();
        self.0.retain(|key| !last.contains_key(key));
        self.0.extend(last.into_iter().filter(|(_, is_in)| *is_in).map(|(key, _)| key.clone()));
        self.0.sort();
    }

    fn summary(&self) -> u64 {
        self.0.len() as u64
    }

    fn put_summary(len: &u64, out: &mut Vec<u8>) {
        put_varint(out, *len);
    }

    fn read_summary(reader: &mut Reader<'_>) -> Result<u64> {
        reader.varint()
    }

    fn heap_bytes(&self) -> usize {
        size_of::<Keys<K>>()
            + self.0.capacity() * size_of::<K>()
            + self.0.iter().map(SetKey::heap_bytes).sum::<usize>()
    }
}

#[derive(Debug)]
enum Node<K: SetKey> {
    Leaf(u64, Slot<Keys<K>>),
    Branch(Arc<Branch<K>>),
}

impl<K: SetKey> Clone for Node<K> {
    fn clone(&self) -> Self {
        match self {
            Node::Leaf(number, slot) => Node::Leaf(*number, slot.clone()),
            Node::Branch(branch) => Node::Branch(Arc::clone(branch)),
        }
    }
}

/// Children, each with its bound. That of the first one may be any that is not greater than the next.
#[derive(Clone, Debug)]
struct Branch<K: SetKey> {
    first: Vec<K>,
    children: Vec<Node<K>>,
}

impl<K: SetKey> Branch<K> {
    fn child_of(&self, key: &K) -> usize {
        self.first.partition_point(|first| first <= key).saturating_sub(1)
    }
}

/// A sorted set, cheap to clone and to change after a clone.
#[derive(Debug)]
pub(crate) struct OrderedSet<K: SetKey> {
    root: Option<Node<K>>,
    len: u64,
    /// The number of the next leaf.
    next: u64,
    /// The leaves that the bucket has.
    stored: Arc<BTreeSet<u64>>,
}

impl<K: SetKey> Clone for OrderedSet<K> {
    fn clone(&self) -> Self {
        OrderedSet {
            root: self.root.clone(),
            len: self.len,
            next: self.next,
            stored: Arc::clone(&self.stored),
        }
    }
}

impl<K: SetKey> Default for OrderedSet<K> {
    fn default() -> Self {
        OrderedSet { root: None, len: 0, next: 0, stored: Arc::default() }
    }
}

/// A leaf of a set: its number, its bound, its keys.
pub(crate) struct Leaf<'a, K: SetKey> {
    pub(crate) number: u64,
    /// None of the first one: it has all keys below the next bound.
    pub(crate) bound: Option<&'a K>,
    pub(crate) slot: &'a Slot<Keys<K>>,
}

/// A leaf that comes with its bound, its number, its number of keys, and its slot.
pub(crate) type ArrivingLeaf<K> = (Option<K>, u64, u64, Slot<Keys<K>>);

impl<K: SetKey> OrderedSet<K> {
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

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
    fn holds(&self, key: &K) -> Option<bool> {
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

fn leftmost<K: SetKey>(mut node: &Node<K>) -> &Node<K> {
    while let Node::Branch(branch) = node {
        match branch.children.first() {
            Some(first) => node = first,
            None => break,
        }
    }
    node
}

/// The branches over these nodes.
fn root_over<K: SetKey>(mut level: Vec<(K, Node<K>)>) -> Option<Node<K>> {
    while level.len() > 1 {
        let mut nodes = level.into_iter().peekable();
        let mut above = Vec::new();
        while let Some(key) = nodes.peek().map(|(key, _)| key.clone()) {
            let (first, children) = nodes.by_ref().take(BRANCH_MAX).unzip();
            above.push((key, Node::Branch(Arc::new(Branch { first, children }))));
        }
        level = above;
    }
    level.pop().map(|(_, node)| node)
}

/// Full leaves of sorted keys, of which none is less than `bound`, each with its bound.
fn leaves_of<K: SetKey>(mut bound: K, keys: Vec<K>, number: &mut u64) -> Vec<(K, Node<K>)> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    macro_rules! number_keys {
        ($($number:ty)*) => {$(
            impl SetKey for $number {
                const CLASS: u32 = 0;

                fn put(keys: &[$number], out: &mut Vec<u8>) {
                    keys.iter().for_each(|key| put_varint(out, (*key).into()));
                }

                fn read(reader: &mut Reader<'_>, count: usize, _: u64) -> Result<Vec<$number>> {
                    (0..count).map(|_| Ok(reader.varint()? as $number)).collect()
                }

                fn heap_bytes(&self) -> usize {
                    0
                }

                /// Only before every fourth number, to have places where no leaf can be split.
                fn separator(&self, next: &$number) -> Option<$number> {
                    (next % 4 == 0).then_some(*next)
                }
            }
        )*};
    }
    number_keys!(u32 u64);

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
                let from = set.range(|k| *k < key, |_| false);
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
            prop_assert_eq!(built.holds(&key), Some(keys.contains(&key)));
            prop_assert_eq!(built.knows(|k| *k < key, |k| *k > key), Some(keys.contains(&key)));
            built.insert(key);
            prop_assert_eq!(built.holds(&key), Some(true));
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
