//! A persistent radix tree: the directory of chunks.
//!
//! Every node has sixteen children. A clone is one reference count; changing one chunk afterwards copies
//! that chunk and one node of sixteen places per level, whatever the number of chunks. A flat directory
//! would copy a pointer, and touch the header, of every chunk.

use super::slot::Slot;
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

const BITS: u32 = 4;
const FAN_OUT: usize = 1 << BITS;
const MASK: u64 = FAN_OUT as u64 - 1;

/// A leaf of the tree: it holds an item, or knows where that is, or is empty.
pub trait Place: Clone + Default {
    /// What it holds.
    type Item;

    /// The item.
    fn item(&self) -> Option<&Self::Item>;

    /// Whether the place is as it was before anything was put there.
    fn is_vacant(&self) -> bool;
}

impl<T> Place for Option<Arc<T>> {
    type Item = T;

    #[inline]
    fn item(&self) -> Option<&T> {
        self.as_deref()
    }

    #[inline]
    fn is_vacant(&self) -> bool {
        self.is_none()
    }
}

/// A sparse array of chunks, each of which may be in the bucket.
pub type Chunks<T> = Radix<Slot<T>>;

/// A sparse array of what is always in memory, such as the trees of all columns.
pub type Directory<T> = Radix<Option<Arc<T>>>;

type Branch<P> = [Option<Node<P>>; FAN_OUT];
type Leaves<P> = [P; FAN_OUT];

enum Node<P> {
    Branch(Arc<Branch<P>>),
    Leaves(Arc<Leaves<P>>),
}

impl<P> Clone for Node<P> {
    fn clone(&self) -> Self {
        match self {
            Node::Branch(children) => Node::Branch(Arc::clone(children)),
            Node::Leaves(places) => Node::Leaves(Arc::clone(places)),
        }
    }
}

impl<P: Place> Node<P> {
    fn empty(levels: u32) -> Node<P> {
        if levels == 1 {
            Node::Leaves(Arc::new(std::array::from_fn(|_| P::default())))
        } else {
            Node::Branch(Arc::new([const { None }; FAN_OUT]))
        }
    }
}

/// A sparse array by index, cheap to clone and to change after a clone.
pub struct Radix<P> {
    root: Option<Node<P>>,
    /// Levels of nodes; the tree holds indexes below `16^height`.
    height: u32,
    bound: u64,
}

impl<P> Clone for Radix<P> {
    fn clone(&self) -> Self {
        Radix { root: self.root.clone(), height: self.height, bound: self.bound }
    }
}

impl<P> Default for Radix<P> {
    fn default() -> Self {
        Radix::new()
    }
}

impl<P: fmt::Debug> fmt::Debug for Radix<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Radix below {}", self.bound)
    }
}

impl<P> Radix<P> {
    /// An empty tree.
    pub const fn new() -> Radix<P> {
        Radix { root: None, height: 0, bound: 0 }
    }

    /// One more than the highest index that was ever set.
    pub fn bound(&self) -> u64 {
        self.bound
    }
}

impl<P: Place> Radix<P> {
    /// The place of an index, if the tree has one.
    #[inline]
    pub(crate) fn place(&self, index: u64) -> Option<&P> {
        if index >= self.bound {
            return None;
        }
        let mut node = self.root.as_ref()?;
        let mut shift = BITS * (self.height - 1);
        loop {
            let child = (index >> shift & MASK) as usize;
            match node {
                Node::Branch(children) => {
                    node = children[child].as_ref()?;
                    shift -= BITS;
                }
                Node::Leaves(places) => return Some(&places[child]),
            }
        }
    }

    /// The item at an index.
    #[inline]
    pub fn get(&self, index: u64) -> Option<&P::Item> {
        self.place(index)?.item()
    }

    /// The items with their indexes, in ascending order.
    pub fn iter(&self) -> Items<'_, P> {
        Items(self.places())
    }

    /// The places that are not vacant with their indexes, in ascending order.
    pub(crate) fn places(&self) -> Places<'_, P> {
        let mut stack = SmallVec::new();
        if let Some(root) = &self.root {
            stack.push(Frame { node: root, prefix: 0, next: 0 });
        }
        Places { stack }
    }

    /// Grows the tree until it can hold `index`.
    fn grow(&mut self, index: u64) {
        if self.root.is_none() {
            self.height = 1;
            while self.height < 16 && index >> (BITS * self.height) != 0 {
                self.height += 1;
            }
            self.root = Some(Node::empty(self.height));
        }
        while self.height < 16 && index >> (BITS * self.height) != 0 {
            let old = self.root.take();
            let mut children: Branch<P> = [const { None }; FAN_OUT];
            children[0] = old;
            self.root = Some(Node::Branch(Arc::new(children)));
            self.height += 1;
        }
        self.bound = self.bound.max(index.saturating_add(1));
    }

    /// The place of an index, made if it is missing, with the nodes above it no longer shared.
    #[inline]
    pub(crate) fn place_mut(&mut self, index: u64) -> &mut P {
        if index >= self.bound || self.root.is_none() {
            self.grow(index);
        }
        let height = self.height;
        let mut node = self.root.get_or_insert_with(|| Node::empty(height));
        let mut levels = height;
        loop {
            let child = (index >> (BITS * (levels - 1)) & MASK) as usize;
            levels -= 1;
            match node {
                Node::Branch(children) => {
                    node = Arc::make_mut(children)[child].get_or_insert_with(|| Node::empty(levels));
                }
                Node::Leaves(places) => return &mut Arc::make_mut(places)[child],
            }
        }
    }
}

impl<T: Clone> Directory<T> {
    /// The item at an index for writing, copied first if it is shared.
    #[inline]
    pub fn get_mut(&mut self, index: u64) -> Option<&mut T> {
        self.get(index)?;
        self.place_mut(index).as_mut().map(Arc::make_mut)
    }

    /// The item at an index for writing, made if it is missing.
    #[inline]
    pub fn get_or_insert_with(&mut self, index: u64, make: impl FnOnce() -> T) -> &mut T {
        Arc::make_mut(self.place_mut(index).get_or_insert_with(|| Arc::new(make())))
    }
}

struct Frame<'a, P> {
    node: &'a Node<P>,
    prefix: u64,
    next: usize,
}

/// The places of a [`Radix`] that are not vacant, in ascending order of index.
pub struct Places<'a, P> {
    stack: SmallVec<[Frame<'a, P>; 8]>,
}

impl<'a, P: Place> Iterator for Places<'a, P> {
    type Item = (u64, &'a P);

    fn next(&mut self) -> Option<(u64, &'a P)> {
        loop {
            let frame = self.stack.last_mut()?;
            let child = frame.next;
            if child == FAN_OUT {
                self.stack.pop();
                continue;
            }
            frame.next += 1;
            let index = frame.prefix << BITS | child as u64;
            match frame.node {
                Node::Branch(children) => {
                    if let Some(node) = &children[child] {
                        self.stack.push(Frame { node, prefix: index, next: 0 });
                    }
                }
                Node::Leaves(places) => {
                    if !places[child].is_vacant() {
                        return Some((index, &places[child]));
                    }
                }
            }
        }
    }
}

/// The items of a [`Radix`] in ascending order of index.
pub struct Items<'a, P>(Places<'a, P>);

impl<'a, P: Place> Iterator for Items<'a, P> {
    type Item = (u64, &'a P::Item);

    fn next(&mut self) -> Option<(u64, &'a P::Item)> {
        loop {
            let (index, place) = self.0.next()?;
            if let Some(item) = place.item() {
                return Some((index, item));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn indexes_may_be_as_large_as_a_u64_less_one() {
        let mut tree: Directory<u64> = Radix::new();
        for index in [0, 15, 16, 1 << 32, u64::MAX - 1] {
            *tree.place_mut(index) = Some(Arc::new(index));
        }
        assert_eq!(tree.iter().map(|(i, _)| i).collect::<Vec<_>>(), [0, 15, 16, 1 << 32, u64::MAX - 1]);
        assert_eq!(tree.get(u64::MAX - 1), Some(&(u64::MAX - 1)));
        assert_eq!(tree.get(1 << 33), None);
    }

    proptest! {
        #[test]
        fn a_tree_answers_like_a_map_and_its_clones_stay_as_they_were(
            steps in prop::collection::vec((0u8..4, 0u64..5_000, any::<u32>()), 1..200),
        ) {
            let mut tree: Directory<u32> = Radix::new();
            let mut model = BTreeMap::new();
            let mut held = Vec::new();
            for (kind, index, value) in steps {
                match kind {
                    0 => { *tree.place_mut(index) = Some(Arc::new(value)); model.insert(index, value); }
                    1 => { *tree.place_mut(index) = None; model.remove(&index); }
                    2 => {
                        *tree.get_or_insert_with(index, || 0) ^= value;
                        *model.entry(index).or_insert(0) ^= value;
                    }
                    _ => held.push((tree.clone(), model.clone())),
                }
                prop_assert_eq!(tree.get(index), model.get(&index));
            }
            held.push((tree, model));
            for (tree, model) in held {
                prop_assert!(tree.iter().map(|(i, v)| (i, *v)).eq(model.into_iter()));
            }
        }
    }
}
