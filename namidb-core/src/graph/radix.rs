//! A persistent radix tree: the directory of chunks.
//!
//! Every node has sixteen children. A clone is one reference count; changing one chunk afterwards copies
//! that chunk and one node of sixteen pointers per level, whatever the number of chunks. A flat directory
//! would copy a pointer, and touch the header, of every chunk.

use super::slot::Slot;
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

const BITS: u32 = 4;
const FAN_OUT: usize = 1 << BITS;
const MASK: u64 = FAN_OUT as u64 - 1;

type Branch<T> = [Option<Node<T>>; FAN_OUT];
type Leaves<T> = [Option<Slot<T>>; FAN_OUT];

enum Node<T> {
    Branch(Arc<Branch<T>>),
    Leaves(Arc<Leaves<T>>),
}

impl<T> Clone for Node<T> {
    fn clone(&self) -> Self {
        match self {
            Node::Branch(children) => Node::Branch(Arc::clone(children)),
            Node::Leaves(slots) => Node::Leaves(Arc::clone(slots)),
        }
    }
}

impl<T> Node<T> {
    fn empty(levels: u32) -> Node<T> {
        if levels == 1 {
            Node::Leaves(Arc::new([const { None }; FAN_OUT]))
        } else {
            Node::Branch(Arc::new([const { None }; FAN_OUT]))
        }
    }
}

/// A sparse array of chunks by index, cheap to clone and to change after a clone.
pub struct Radix<T> {
    root: Option<Node<T>>,
    /// Levels of nodes; the tree holds indexes below `16^height`.
    height: u32,
    bound: u64,
}

impl<T> Clone for Radix<T> {
    fn clone(&self) -> Self {
        Radix { root: self.root.clone(), height: self.height, bound: self.bound }
    }
}

impl<T> Default for Radix<T> {
    fn default() -> Self {
        Radix::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for Radix<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<T> Radix<T> {
    /// An empty tree.
    pub const fn new() -> Radix<T> {
        Radix { root: None, height: 0, bound: 0 }
    }

    /// One more than the highest index that was ever set.
    pub fn bound(&self) -> u64 {
        self.bound
    }

    /// The element at an index.
    #[inline]
    pub fn get(&self, index: u64) -> Option<&T> {
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
                Node::Leaves(slots) => return slots[child].as_ref().map(Slot::get),
            }
        }
    }

    /// The elements with their indexes, in ascending order.
    pub fn iter(&self) -> Iter<'_, T> {
        let mut stack = SmallVec::new();
        if let Some(root) = &self.root {
            stack.push(Frame { node: root, prefix: 0, next: 0 });
        }
        Iter { stack }
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
            let mut children: Branch<T> = [const { None }; FAN_OUT];
            children[0] = old;
            self.root = Some(Node::Branch(Arc::new(children)));
            self.height += 1;
        }
        self.bound = self.bound.max(index.saturating_add(1));
    }

    /// The slot of an index, made if it is missing, with the nodes above it no longer shared.
    #[inline]
    fn slot_mut(&mut self, index: u64) -> &mut Option<Slot<T>> {
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
                Node::Leaves(slots) => return &mut Arc::make_mut(slots)[child],
            }
        }
    }

    /// Puts an element at an index, in place of what was there.
    pub fn set(&mut self, index: u64, value: T) {
        *self.slot_mut(index) = Some(Slot::new(value));
    }

    /// Takes the element at an index away.
    pub fn remove(&mut self, index: u64) {
        if self.get(index).is_some() {
            *self.slot_mut(index) = None;
        }
    }
}

impl<T: Clone> Radix<T> {
    /// The element at an index for writing, copied first if it is shared.
    #[inline]
    pub fn get_mut(&mut self, index: u64) -> Option<&mut T> {
        self.get(index)?;
        self.slot_mut(index).as_mut().map(Slot::get_mut)
    }

    /// The element at an index for writing, made if it is missing.
    #[inline]
    pub fn get_or_insert_with(&mut self, index: u64, make: impl FnOnce() -> T) -> &mut T {
        self.slot_mut(index).get_or_insert_with(|| Slot::new(make())).get_mut()
    }
}

struct Frame<'a, T> {
    node: &'a Node<T>,
    prefix: u64,
    next: usize,
}

/// The elements of a [`Radix`] in ascending order of index.
pub struct Iter<'a, T> {
    stack: SmallVec<[Frame<'a, T>; 8]>,
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = (u64, &'a T);

    fn next(&mut self) -> Option<(u64, &'a T)> {
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
                Node::Leaves(slots) => {
                    if let Some(slot) = &slots[child] {
                        return Some((index, slot.get()));
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
    use std::collections::BTreeMap;

    #[test]
    fn indexes_may_be_as_large_as_a_u64_less_one() {
        let mut tree = Radix::new();
        for index in [0, 15, 16, 1 << 32, u64::MAX - 1] {
            tree.set(index, index);
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
            let mut tree = Radix::new();
            let mut model = BTreeMap::new();
            let mut held = Vec::new();
            for (kind, index, value) in steps {
                match kind {
                    0 => { tree.set(index, value); model.insert(index, value); }
                    1 => { tree.remove(index); model.remove(&index); }
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
